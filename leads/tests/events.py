"""Activities for tests, and the news that recording them makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.dispatch import Signal
from django.utils import timezone

from leads import ingest
from leads.ingest import IngestResult, NewActivity
from leads.models import ActivityType, Lead, LeadScore
from leads.signals import ChangedLead


def event(lead: Lead | int, kind: ActivityType = ActivityType.PRICING_VIEW, **fields: Any) -> NewActivity:
    """`ago` is a timedelta; the source is "test"."""
    lead_id = lead if isinstance(lead, int) else lead.pk
    at: datetime = fields.pop("at", timezone.now() - fields.pop("ago", timedelta(hours=1)))
    return NewActivity(lead_id, kind, at, fields.pop("source", "test"), **fields)


def record(*activities: NewActivity) -> IngestResult:
    return ingest.record(activities)


def acc(lead: Lead) -> list[int]:
    return LeadScore.objects.get(pk=lead.pk).acc


@contextmanager
def listening(signal: Signal) -> Iterator[list[ChangedLead]]:
    """The changed leads that the signal brings."""
    heard: list[ChangedLead] = []

    def hear(changed: list[ChangedLead], **_kwargs: Any) -> None:
        heard.extend(changed)

    signal.connect(hear)
    try:
        yield heard
    finally:
        signal.disconnect(hear)
