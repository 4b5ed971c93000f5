"""Old events of mails are forgotten in parts, and one that is told again after that does nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import unsubscribing
from drafts.inbound import recording, retention
from drafts.models import Delivery, MailEvent, Suppression
from drafts.tests.hooks import SECRET, tell
from drafts.tests.test_mail_events import sent
from leads.models import Activity, ActivityType, Lead
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(lead, rep):
    return sent(lead, rep)


def told_long_ago(delivery, record, *, days, **more):
    """As it was taken then, `days` ago."""
    at = timezone.now() - timedelta(days=days)
    event_id = f"{record.__name__}-{days}"
    assert record(delivery, at=timezone.now(), event_id=event_id, source="ses", **more)
    MailEvent.objects.filter(event_id=event_id).update(occurred_at=at, received_at=at)
    return lambda: record(delivery, at=at, event_id=event_id, source="ses", **more)


def test_old_replies_and_bounces_go_in_parts(delivery, settings, monkeypatch):
    monkeypatch.setattr(retention, "DELETE_AT_ONCE", 2)
    for days in (500, 450, 420, 401, 399, 10):
        told_long_ago(delivery, recording.replied, days=days)
    told_long_ago(delivery, recording.bounced, days=402, hard=False)
    assert retention.forget() == 5
    assert set(MailEvent.objects.values_list("event_id", flat=True)) == {"replied-399", "replied-10"}
    settings.MAIL_EVENT_DAYS = 60
    assert retention.forget() == 1


@pytest.mark.parametrize("record", [recording.opted_out, recording.complained])
def test_who_said_no_is_never_forgotten(record, delivery):
    again = told_long_ago(delivery, record, days=3000)
    assert retention.forget() == 0
    assert Suppression.objects.exists()
    Suppression.objects.all().delete()
    assert again() is False
    assert not Suppression.objects.exists()


def test_an_opt_out_that_comes_late_is_still_taken(delivery):
    at = timezone.now() - timedelta(days=900)
    assert recording.opted_out(delivery, at=at, event_id="late", source="ses")
    assert Suppression.objects.exists()


def test_a_bounce_that_is_told_again_stops_nobody_who_was_freed_since(delivery, lead):
    again = told_long_ago(delivery, recording.bounced, days=401, hard=True)
    assert Suppression.objects.exists()
    retention.forget()
    Suppression.objects.all().delete()
    Delivery.objects.update(status=Delivery.Status.SENT)
    entries = AuditEntry.objects.count()
    assert again() is False
    assert not Suppression.objects.exists()
    assert not MailEvent.objects.exists()
    assert Delivery.objects.get().status == Delivery.Status.SENT
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1
    assert AuditEntry.objects.count() == entries


def test_whatever_may_still_be_taken_is_still_known(delivery):
    """Told late: the row counts its days from then, so it outlives the days in which it could come again."""
    at = timezone.now() - timedelta(days=399)
    told = [recording.bounced(delivery, hard=True, at=at, event_id="b", source="ses") for _ in range(2)]
    assert told == [True, False]
    assert retention.forget() == 0


def test_a_second_click_on_an_old_link_still_counts_as_one(delivery, lead):
    """The first opt-out was years ago, and the person has agreed to mail since."""
    assert unsubscribing.stop(delivery)
    MailEvent.objects.update(received_at=timezone.now() - timedelta(days=3000))
    retention.forget()
    Suppression.objects.all().delete()
    Lead.objects.update(opted_out_at=None)
    assert unsubscribing.stop(delivery)
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None


def test_the_webhook_says_that_it_knows_an_old_one(client, delivery, settings, lead):
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]
    at = (timezone.now() - timedelta(days=401)).isoformat()
    told = {"id": "e-1", "type": "bounce", "email": lead.email, "occurred_at": at}
    assert tell(client, told).json() == {"new": 0, "known": 1, "ignored": 0, "rejected": 0, "failed": 0}
