"""Who became hot and who cools off: the moments and thresholds by which "my day" and a filter judge alike.

Nothing of it is stored. A lead that is left alone keeps its rank while the threshold rises; what activities
added since a moment is subtracted to know how warm it was then (leads/temperature.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from django.utils import timezone

from leads.models.score import Band
from leads.temperature import Scale

COOLING_DAYS: Final = 3
_SATURDAY: Final = 5


def working_day_before(now: datetime, zone: tzinfo | None = None) -> datetime:
    """The beginning of yesterday in this zone, or the active one; of Friday on a Monday, and at a weekend."""
    today = timezone.localtime(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    day = today - timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return day


def cooling_since(now: datetime) -> datetime:
    return now - timedelta(days=COOLING_DAYS)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Of one band, as ranks: reached now, kept now (three points below), and as it was at `cooling_since`."""

    reached: float
    kept: float
    then: float

    @classmethod
    def of(cls, band: Band, scale: Scale, now: datetime) -> Threshold:
        at = scale.bands[band]
        return cls(
            scale.rank_for(at, now),
            scale.falling_ranks(now)[band - 1],
            scale.rank_for(at, cooling_since(now)),
        )
