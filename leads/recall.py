"""When to call back: times that a person would propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import jpholiday
from django.utils import timezone
from django.utils.translation import gettext as _

from salesdash.formatting import times

MORNING_HOUR: Final = 10
AFTERNOON_HOUR: Final = 15
LAST_HOUR: Final = 18


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`value` is what a `datetime-local` field takes."""

    label: str
    value: str


def suggestions(now: datetime) -> list[Suggestion]:
    """In an hour and this afternoon if there is time left, then mornings and afternoons of working days."""
    here = timezone.localtime(now)
    found = []
    soon = (here + timedelta(hours=1)).replace(minute=0 if here.minute < 30 else 30, second=0, microsecond=0)
    if is_working_day(here) and MORNING_HOUR - 1 <= soon.hour < LAST_HOUR and soon.date() == here.date():
        found.append(soon)
    afternoon = here.replace(hour=AFTERNOON_HOUR, minute=0, second=0, microsecond=0)
    if is_working_day(here) and afternoon > here + timedelta(hours=2):
        found.append(afternoon)
    day = _next_working_day(here)
    found += [day.replace(hour=MORNING_HOUR), day.replace(hour=AFTERNOON_HOUR)]
    found.append(_next_working_day(day).replace(hour=MORNING_HOUR))
    return [Suggestion(_label(moment, here, now), f"{moment:%Y-%m-%dT%H:%M}") for moment in found[:4]]


def _label(moment: datetime, here: datetime, now: datetime) -> str:
    days = (moment.date() - here.date()).days
    if days == 0:
        return _("Today %(time)s") % {"time": f"{moment:%H:%M}"}
    if days == 1:
        return _("Tomorrow %(time)s") % {"time": f"{moment:%H:%M}"}
    return times.day_time(moment, now)


def is_working_day(moment: datetime) -> bool:
    return moment.weekday() < 5 and not jpholiday.is_holiday(moment.date())


def _next_working_day(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            return day
