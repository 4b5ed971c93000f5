"""When a team's mail may go out: not at night, not on days off. Pure."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from typing import Final

from drafts import business_hours
from salesdash.models import Team

# the longest row of days off in Japan is eleven
_MAX_STEPS: Final = 60


def next_allowed(moment: datetime, team: Team) -> datetime:
    """`moment` itself, or the end of the quiet hours and days off that it lies in, in UTC."""
    place = zoneinfo.ZoneInfo(team.time_zone)
    moment = moment.astimezone(UTC)
    for _step in range(_MAX_STEPS):
        here = moment.astimezone(place)
        day = here.date()
        if team.quiet_days_off and not business_hours.is_business_day(day):
            ends = datetime.combine(day + timedelta(days=1), time.min, place)
        elif is_quiet(here.time(), team):
            later = here.time() >= team.quiet_until
            ends = datetime.combine(day + timedelta(days=1) if later else day, team.quiet_until, place)
        else:
            break
        moment = ends.astimezone(UTC)
    return moment


def is_quiet(clock: time, team: Team) -> bool:
    """The hours may span midnight; from and until the same: there are none."""
    begins, ends = team.quiet_from, team.quiet_until
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def day_around(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first moment of the local day, and that of the next."""
    place = zoneinfo.ZoneInfo(zone)
    day = moment.astimezone(place).date()
    return (
        datetime.combine(day, time.min, place),
        datetime.combine(day + timedelta(days=1), time.min, place),
    )
