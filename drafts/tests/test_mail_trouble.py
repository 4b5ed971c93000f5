"""When something breaks around a mail that has left: no second one, and no person is asked without need."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.utils import timezone

from drafts import sending
from drafts.inbound import recording
from drafts.mail import delivering, ending
from drafts.models import Delivery, State
from drafts.tests.factories import DraftFactory
from drafts.tests.test_mail_sending import now_of, parked, queued
from leads.tests.factories import LeadFactory
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lead, rep, mailbox):
    return DraftFactory(lead=lead, state=State.READY, requested_by=rep)


def test_what_was_answered_after_all_is_not_sent_again(draft, rep, mailbox):
    parked(draft, rep, mailbox)
    ending.decide(draft_id=draft.pk, user=rep, sent=False)
    first = Delivery.objects.select_related("draft").get()
    recording.replied(first, at=timezone.now(), event_id="e-1", source="test", names_mail=True)
    for try_again in (
        lambda: queued(draft, rep),
        lambda: sending.claim(draft_id=draft.pk, user=rep, channel="copy"),
    ):
        with pytest.raises(DomainError) as refused:
            try_again()
        assert refused.value.code == "came_back"


def test_a_server_that_breaks_off_ends_the_round(company, rep, mailbox):
    leads = [LeadFactory(company=company, owner=rep) for _ in range(3)]
    for lead in leads:
        queued(DraftFactory(lead=lead, requested_by=rep), rep)
    mailbox.next("text", "drop")
    assert delivering.drain() is False
    assert Delivery.objects.filter(status="uncertain").count() == 1
    assert delivering.drain() is False
    assert Delivery.objects.filter(status="sent").count() == 2


def test_a_database_that_hiccups_does_not_make_a_sent_mail_uncertain(draft, rep, mailbox, monkeypatch):
    queued(draft, rep)
    sent, tries = delivering.Attempt.sent, []

    def failing(attempt, reply):
        tries.append(reply)
        if len(tries) == 1:
            raise OperationalError("terminating connection")
        sent(attempt, reply)

    monkeypatch.setattr(delivering.Attempt, "sent", failing)
    monkeypatch.setattr(delivering.connections, "close_all", lambda: None)  # it holds this test's transaction
    monkeypatch.setattr(delivering.time, "sleep", lambda _seconds: None)
    delivering.drain()
    assert (now_of(draft)[:2], len(tries), len(mailbox.mails)) == (("sent", "sent"), 2, 1)
