"""Time that counts for a reviewer: Monday to Friday, 9 to 18, in the team's zone, no holidays. Pure."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

import jpholiday

OPENS: Final = time(9)
CLOSES: Final = time(18)
# nobody waits longer than a draft may stay in review; it keeps a wrong date from counting for ever
_MAX_DAYS: Final = 400


@lru_cache(maxsize=1024)
def is_business_day(day: date) -> bool:
    """The days around New Year are no holidays by law, but offices are closed."""
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not new_year and not jpholiday.is_holiday(day)


def seconds_between(start: datetime, end: datetime, zone: str) -> float:
    """Business seconds from `start` to `end`; 0 where `end` is earlier."""
    place = zoneinfo.ZoneInfo(zone)
    spans = _spans(start.astimezone(place).date(), end.astimezone(place).date(), place)
    return sum(max(0.0, (min(end, closes) - max(start, opens)).total_seconds()) for opens, closes in spans)


def before(end: datetime, seconds: float, zone: str) -> datetime:
    """The latest moment from which at least `seconds` of business time have passed at `end`."""
    place = zoneinfo.ZoneInfo(zone)
    left = seconds
    day = end.astimezone(place).date()
    for opens, closes in _backwards(day, place):
        span = (min(end, closes) - opens).total_seconds()
        if span >= left:
            return min(end, closes) - timedelta(seconds=left)
        left -= max(0.0, span)
    return end - timedelta(days=_MAX_DAYS)


def _spans(first: date, last: date, place: zoneinfo.ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for number in range(min((last - first).days, _MAX_DAYS) + 1):
        day = first + timedelta(days=number)
        if is_business_day(day):
            yield _hours(day, place)


def _backwards(last: date, place: zoneinfo.ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for number in range(_MAX_DAYS):
        day = last - timedelta(days=number)
        if is_business_day(day):
            yield _hours(day, place)


def _hours(day: date, place: zoneinfo.ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, OPENS, place), datetime.combine(day, CLOSES, place)
