"""Waiting counts only while the office is open."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts import business_hours

TOKYO = "Asia/Tokyo"
HOUR = 3600


def at(text: str, zone: str = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-20 10:00", "2026-11-20 12:30", 2.5),
        ("2026-11-20 06:00", "2026-11-20 10:00", 1),  # before the office opens
        ("2026-11-20 17:00", "2026-11-20 23:00", 1),  # after it closes
        ("2026-11-20 17:00", "2026-11-24 10:00", 2),  # a weekend and Labour Thanksgiving Day
        ("2026-11-21 09:00", "2026-11-22 18:00", 0),
        ("2026-12-28 17:00", "2027-01-04 10:00", 2),  # New Year
        ("2026-11-20 12:00", "2026-11-20 10:00", 0),
        ("2026-11-16 09:00", "2026-11-20 18:00", 45),
    ],
)
def test_business_hours_between(start, end, hours):
    assert business_hours.seconds_between(at(start), at(end), TOKYO) == hours * HOUR


def test_the_teams_zone_counts():
    start, end = at("2026-11-20 08:00", "Europe/London"), at("2026-11-20 12:00", "Europe/London")
    assert business_hours.seconds_between(start, end, "Europe/London") == 3 * HOUR
    assert business_hours.seconds_between(start, end, TOKYO) == HOUR


moments = st.integers(0, 730 * 24 * HOUR).map(lambda s: at("2026-01-01 00:00") + timedelta(seconds=s))


@given(moments, st.integers(1, 40 * HOUR))
def test_the_way_back_is_the_way_forth(end, seconds):
    start = business_hours.before(end, seconds, TOKYO)
    assert abs(business_hours.seconds_between(start, end, TOKYO) - seconds) < 0.01
    later = start + timedelta(seconds=1)
    assert business_hours.seconds_between(later, end, TOKYO) < seconds
