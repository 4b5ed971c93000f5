"""What came back of a mail settles what nobody knew about it: once, and not under its sender's hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts.inbound import recording
from drafts.mail import delivering, ending, queueing
from drafts.models import Delivery, Draft, State, Suppression
from drafts.tests.factories import DraftFactory
from drafts.tests.hooks import SECRET, tell
from leads.models import Activity, ActivityType, Notification
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def sending_mail(rep, mail_team, lead, mailbox):
    """A sender's claim on a mail: the mail server has it, and its answer is not here yet."""
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep)
    queueing.queue(draft_id=draft.pk, user=rep)
    Delivery.objects.update(not_before=NOW() - timedelta(seconds=1))
    attempt = delivering.claim(draft.deliveries.get().pk)
    assert attempt is not None
    return attempt


@pytest.fixture
def uncertain(sending_mail):
    sending_mail.park()
    return Delivery.objects.select_related("draft").get()


def told(about, kind="reply", event_id="e-1", **more):
    which = {"at": NOW(), "event_id": event_id, "source": "test", **more}
    if kind == "reply":
        return recording.replied(about, **which)
    return recording.bounced(about, hard=kind == "bounce", code="5.1.1", **which)


def now_is() -> tuple[str, str]:
    return Delivery.objects.get().status, Draft.objects.get().state


def sent_entries() -> int:
    return Activity.objects.filter(type=ActivityType.EMAIL_SENT).count()


def test_a_reply_proves_that_an_uncertain_mail_was_sent_once(uncertain, rep):
    assert told(uncertain)
    assert not told(uncertain)
    assert told(uncertain, event_id="e-2")
    assert now_is() == ("sent", "sent")
    assert (sent_entries(), Delivery.objects.get().sent_at) == (1, uncertain.attempt_at)
    with pytest.raises(DomainError):
        ending.decide(draft_id=uncertain.draft_id, user=rep, sent=False)


def test_a_bounce_settles_it_as_bounced(uncertain):
    assert told(uncertain, "bounce")
    assert now_is() == ("bounced", "sent")
    assert (sent_entries(), Delivery.objects.get().error_code) == (1, "5.1.1")
    assert Suppression.objects.get().reason == "bounce"


def test_a_soft_bounce_proves_that_it_had_left(uncertain):
    assert told(uncertain, "soft")
    assert now_is() == ("sent", "sent")


def test_what_was_found_by_the_address_alone_proves_nothing(uncertain):
    assert told(uncertain, names_mail=False)
    assert now_is() == ("uncertain", "uncertain")


@pytest.mark.parametrize("by", ["message_id", "email"])
def test_a_webhook_settles_it_by_message_id_alone(by, uncertain, client, settings):
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]
    value = uncertain.message_id if by == "message_id" else uncertain.recipient
    assert tell(client, {"id": "1", "type": "reply", by: value}).json()["new"] == 1
    assert now_is()[0] == ("sent" if by == "message_id" else "uncertain")


@pytest.mark.parametrize("end", ["sent", "park"])
def test_a_bounce_while_it_is_sent_waits_for_the_sender(end, sending_mail):
    told(Delivery.objects.select_related("draft").get(), "bounce")
    assert now_is() == ("sending", "sending")
    assert Suppression.objects.exists()
    sending_mail.sent("250") if end == "sent" else sending_mail.park()
    assert now_is() == ("bounced", "sent")
    assert sent_entries() == 1
    assert not Notification.objects.filter(kind="draft_unsent").exists()


def test_the_late_answer_of_a_slow_sender_changes_nothing_more(sending_mail):
    sending_mail.park()
    told(Delivery.objects.select_related("draft").get())
    sending_mail.sent("250")
    assert now_is() == ("sent", "sent")
    assert sent_entries() == 1
