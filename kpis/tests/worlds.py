"""A small history with known figures."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from drafts.models import Delivery, Draft, Origin, State
from drafts.texts import Text
from leads import ingest
from leads.ingest import NewActivity
from leads.models import ActivityType, Deal


def mail(lead, *, days_ago=3, origin=Origin.GENERATED, trackable=True, seconds=60):
    at = timezone.now() - timedelta(days=days_ago)
    text = Text("件名", "本文")
    draft = Draft.objects.create(
        lead=lead, team=lead.team, requested_by=lead.owner, language="ja", origin=origin, state=State.SENT,
        state_changed_at=at, created_at=at, subject=text.subject, body=text.body, text_hash=text.hash,
    )  # fmt: skip
    return Delivery.objects.create(
        draft=draft, lead=lead, team=lead.team, sender=lead.owner, origin=origin, recipient=lead.email,
        channel=Delivery.Channel.SMTP if trackable else Delivery.Channel.COPY, trackable=trackable,
        status=Delivery.Status.SENT, text_hash=text.hash, claimed_at=at, sent_at=at, writing_seconds=seconds,
    )  # fmt: skip


def answer(delivery, kind, *, after_hours=2.0, direct=True):
    at = delivery.sent_at + timedelta(hours=after_hours)
    ingest.record(
        [
            NewActivity(
                lead_id=delivery.lead_id,
                type=ActivityType[kind],
                occurred_at=at,
                source="test",
                delivery_id=delivery.pk if direct else None,
            )
        ]
    )


def won(lead, *, days_ago, margin):
    opened = timezone.now() - timedelta(days=days_ago)
    return Deal.objects.create(
        lead=lead, team=lead.team, name="契約", status=Deal.Status.WON, amount_jpy=2 * margin,
        gross_margin_jpy=margin, opened_at=opened, closed_at=opened,
    )  # fmt: skip
