"""At which moment a mail may go out, in the team's time zone."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from drafts.mail import hours
from salesdash.models import Team

TOKYO = "Asia/Tokyo"


def allowed(moment: str, zone: str = TOKYO, **fields) -> str:
    team = Team(**{"time_zone": zone, **fields})
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    return hours.next_allowed(at, team).astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-25 10:15", "11-25 10:15"),
        ("2026-11-25 08:00", "11-25 08:00"),
        ("2026-11-25 07:59", "11-25 08:00"),
        ("2026-11-25 19:00", "11-26 08:00"),
        ("2026-11-25 23:30", "11-26 08:00"),
        # Friday evening, Saturday, Sunday
        ("2026-11-27 19:30", "11-30 08:00"),
        ("2026-11-28 12:00", "11-30 08:00"),
        ("2026-11-29 23:59", "11-30 08:00"),
        # 勤労感謝の日 is a Monday
        ("2026-11-22 12:00", "11-24 08:00"),
        ("2026-12-28 20:00", "01-04 08:00"),
        # Golden Week of 2027: Thursday evening, Saturday
        ("2027-04-28 21:00", "04-30 08:00"),
        ("2027-05-01 09:00", "05-06 08:00"),
    ],
)
def test_by_default_office_days_from_8_to_19(moment, expected):
    assert allowed(moment) == expected


def test_a_team_may_send_at_any_time():
    always = {"quiet_from": time(0), "quiet_until": time(0), "quiet_days_off": False}
    assert allowed("2026-11-28 03:00", **always) == "11-28 03:00"


def test_quiet_hours_in_the_middle_of_the_day():
    noon = {"quiet_from": time(12), "quiet_until": time(13)}
    assert allowed("2026-11-25 12:30", **noon) == "11-25 13:00"
    assert allowed("2026-11-25 13:00", **noon) == "11-25 13:00"


def test_an_hour_that_the_clock_leaves_out():
    """New York, 2027-03-14: after 1:59 comes 3:00."""
    night = {"quiet_from": time(20), "quiet_until": time(2, 30), "quiet_days_off": False}
    assert allowed("2027-03-13 23:00", "America/New_York", **night) == "03-14 03:30"


def test_the_day_of_a_cap_is_the_teams():
    first, after = hours.day_around(datetime(2026, 11, 24, 15, 30, tzinfo=ZoneInfo("UTC")), TOKYO)
    assert (first.isoformat(), after.isoformat()) == (
        "2026-11-25T00:00:00+09:00",
        "2026-11-26T00:00:00+09:00",
    )
