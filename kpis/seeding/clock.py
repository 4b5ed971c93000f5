"""When business people do things: weekdays, office hours, Japan time."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

_JAPAN: Final = ZoneInfo("Asia/Tokyo")
# weight of each hour 0..23
_HOURS: Final = (1, 0, 0, 0, 0, 1, 2, 4, 12, 26, 30, 26, 14, 24, 28, 27, 26, 22, 14, 8, 6, 5, 4, 2)
_WEEKEND_SHARE: Final = 0.12


def moment(rng: Random, start: datetime, end: datetime, *, skew: float = 1.0) -> datetime:
    """A plausible instant in [start, end); a skew above 1 leans towards the start."""
    span = (end - start).total_seconds()
    for _ in range(6):
        day = (start + timedelta(seconds=rng.random() ** skew * span)).astimezone(_JAPAN)
        if day.weekday() >= 5 and rng.random() > _WEEKEND_SHARE:
            continue
        hour = rng.choices(range(24), _HOURS)[0]
        found = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        if start <= found < end:
            return found
    return start + timedelta(seconds=rng.random() * span)
