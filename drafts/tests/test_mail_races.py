"""Many senders, a second channel, an undo, a kill -9: never two mails, and what is unknown is parked."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from drafts import sending, unsubscribing
from drafts.mail import delivering, queueing, smtp
from drafts.models import Delivery, Draft, State
from drafts.tests.factories import DraftFactory
from leads.models import Activity, ActivityType
from leads.tests.factories import LeadFactory
from leads.tests.victims import database_url, python
from salesdash.errors import ConflictError, DomainError

pytestmark = pytest.mark.django_db(transaction=True)
SENDER = """
import django
django.setup()
from drafts.mail import delivering
delivering.drain()
"""


def at_once(*works):
    """Each in a thread with a connection of its own to the database and to the mail server."""

    def one(work):
        try:
            return work()
        except DomainError as error:
            return error
        finally:
            smtp.forget()
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def due(draft, rep) -> int:
    made = queueing.queue(draft_id=draft.pk, user=rep)
    Delivery.objects.filter(pk=made.delivery_id).update(not_before=timezone.now())
    return made.delivery_id


def test_eight_senders_send_each_of_many_once(company, rep, mailbox, settings):
    settings.MAIL_TIMEOUT_SECONDS = 10
    pks = [due(DraftFactory(lead=LeadFactory(company=company)), rep) for _number in range(24)]
    # some of them are told of the same mail
    at_once(*[delivering.drain] * 6, *[lambda: delivering.send(pks[0], smtp.connection())] * 2)
    delivering.drain()
    assert sorted(mailbox.ids()) == sorted(Delivery.objects.values_list("message_id", flat=True))
    assert len(set(mailbox.ids())) == 24
    assert set(Draft.objects.values_list("state", flat=True)) == {"sent"}
    assert Activity.objects.filter(type=ActivityType.EMAIL_SENT).count() == 24


def test_undo_or_the_sender_is_first_and_never_both(company, rep, mailbox):
    drafts = [DraftFactory(lead=LeadFactory(company=company)) for _number in range(8)]
    for draft in drafts:
        due(draft, rep)
    undo = [lambda pk=draft.pk: sending.undo(draft_id=pk, user=rep) for draft in drafts]
    at_once(*undo, delivering.drain, delivering.drain)
    delivering.drain()
    sent = set(Delivery.objects.filter(status="sent").values_list("message_id", flat=True))
    assert set(mailbox.ids()) == sent
    assert len(mailbox.ids()) == len(sent)
    outcomes = set(Draft.objects.values_list("state", "deliveries__status"))
    assert outcomes <= {("sent", "sent"), ("ready", "undone")}


def test_two_channels_at_once_one_of_them(lead, rep, colleague, mailbox):
    draft = DraftFactory(lead=lead)
    results = at_once(
        *[lambda: sending.claim(draft_id=draft.pk, user=colleague, channel="copy")] * 3,
        *[lambda: queueing.queue(draft_id=draft.pk, user=rep)] * 3,
    )
    won = [result for result in results if not isinstance(result, DomainError)]
    assert len({result.delivery_id for result in won}) == 1
    assert all(isinstance(one, ConflictError) for one in results if one not in won)
    assert Delivery.objects.count() == 1


def test_an_opt_out_comes_before_the_claim_or_after_it(company, rep, mailbox):
    drafts = [DraftFactory(lead=LeadFactory(company=company)) for _number in range(6)]
    deliveries = {due(draft, rep): draft for draft in drafts}
    stop = [lambda pk=pk: unsubscribing.stop(Delivery.objects.get(pk=pk)) for pk in deliveries]
    at_once(*stop, delivering.drain, delivering.drain)
    for pk, draft in deliveries.items():
        draft.lead.refresh_from_db()
        delivery = Delivery.objects.get(pk=pk)
        assert draft.lead.opted_out_at is not None
        assert delivery.status in ("sent", "failed")
        if delivery.status == "sent":
            assert delivery.attempt_at <= draft.lead.opted_out_at
        else:
            assert delivery.error_code in ("opted_out", "suppressed")
            assert delivery.message_id not in mailbox.ids()


def test_the_cap_holds_when_pressed_at_once(company, rep, mail_team, mailbox):
    mail_team.daily_send_cap = 3
    mail_team.save()
    drafts = [DraftFactory(lead=LeadFactory(company=company)) for _number in range(8)]
    results = at_once(*[lambda pk=draft.pk: queueing.queue(draft_id=pk, user=rep) for draft in drafts])
    assert sum(isinstance(result, queueing.Queued) for result in results) == 3
    assert {one.code for one in results if isinstance(one, DomainError)} == {"daily_cap"}


def test_killed_between_data_and_commit_it_is_parked_and_never_sent_again(lead, rep, mailbox, settings):
    """kill -9 of a real process, after the server has the whole text and before it has answered."""
    draft = DraftFactory(lead=lead)
    due(draft, rep)
    mailbox.next("text", "hang")
    known = {"MAIL_URL": settings.MAIL_URL, "MAIL_TIMEOUT_SECONDS": "10"}
    name = connection.settings_dict["NAME"]
    with python(SENDER, DATABASE_URL=database_url(name), **known) as victim:
        end = time.monotonic() + 60
        while not mailbox.mails:
            assert victim.poll() is None, victim.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.01)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    left = Delivery.objects.get()
    assert (left.status, Draft.objects.get().state) == ("sending", State.SENDING)
    delivering.sweep()
    delivering.drain()
    assert Delivery.objects.get().status == "sending"  # it may still be alive

    past = timezone.now() - timedelta(seconds=smtp.attempt_seconds() + 1)
    Delivery.objects.update(attempt_at=past, not_before=past)
    delivering.sweep()
    delivering.drain()
    assert mailbox.ids() == [left.message_id]
    assert (Delivery.objects.get().status, Draft.objects.get().state) == ("uncertain", "uncertain")
