"""Calls to be returned: whoever said "call me back" lately, and was not reached since, has a time set."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from leads.models import Activity, ActivityType, Lead, Stage

_CALLS: Final = (ActivityType.CALL_CONNECTED, ActivityType.CALL_ABSENT, ActivityType.CALL_BACK)
# a rep who is three days late with a call has made it and logged it
_LATEST_DAYS: Final = 2
_LOOK_BACK_DAYS: Final = 9


def create(rng: Random, now: datetime) -> int:
    """How many leads wait for a call."""
    calls = Activity.objects.filter(type__in=_CALLS, occurred_at__gte=now - timedelta(days=_LOOK_BACK_DAYS))
    last: dict[int, tuple[int, datetime]] = {}
    for lead_id, kind, at in calls.order_by("occurred_at", "lead_id", "external_id").values_list(
        "lead_id", "type", "occurred_at"
    ):
        # somebody who was out is called again at the time agreed
        if kind != ActivityType.CALL_ABSENT:
            last[lead_id] = (kind, at)
    waiting = {lead_id: at for lead_id, (kind, at) in last.items() if kind == ActivityType.CALL_BACK}
    leads = list(Lead.objects.filter(pk__in=waiting, stage__in=Stage.open()).order_by("pk"))
    chosen = []
    for lead in leads:
        lead.recall_at = _agreed(rng, waiting[lead.pk], now)
        if lead.recall_at > now - timedelta(days=_LATEST_DAYS):
            chosen.append(lead)
    Lead.objects.bulk_update(chosen, ["recall_at"], batch_size=1000)
    return len(chosen)


def _agreed(rng: Random, said_at: datetime, now: datetime) -> datetime:
    """On the hour or the half, some working days later."""
    day = timezone.localtime(said_at) + timedelta(days=rng.choice((1, 1, 2, 2, 3, 4, 6, 7)))
    # whoever looks at the demo at a weekend works today
    while day.weekday() >= 5 and day.date() != timezone.localtime(now).date():
        day += timedelta(days=1)
    return day.replace(
        hour=rng.choice((9, 10, 11, 13, 14, 15, 16, 17)), minute=rng.choice((0, 30)), second=0, microsecond=0
    )
