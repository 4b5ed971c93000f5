"""Times to call back that a person would propose."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from leads.recall import suggestions

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # a Wednesday morning: soon, this afternoon, tomorrow twice
        ("2026-11-25T09:40", ["25T10:30", "25T15:00", "26T10:00", "26T15:00"]),
        # a Wednesday evening: the next working days
        ("2026-11-25T17:45", ["26T10:00", "26T15:00", "27T10:00"]),
        # a Friday afternoon: an hour from now, then Monday and Tuesday
        ("2026-11-27T14:10", ["27T15:00", "30T10:00", "30T15:00", "01T10:00"]),
        # Sunday, and Monday is Labour Thanksgiving Day
        ("2026-11-22T11:00", ["24T10:00", "24T15:00", "25T10:00"]),
    ],
)
def test_working_hours_of_working_days(now, expected):
    with timezone.override(TOKYO):
        found = suggestions(datetime.fromisoformat(now).replace(tzinfo=TOKYO))
    assert [suggestion.value[8:] for suggestion in found] == expected


def test_they_are_said_as_people_say_them():
    with timezone.override(TOKYO), translation.override("ja"):
        found = suggestions(datetime(2026, 11, 25, 9, 40, tzinfo=TOKYO))
    assert [suggestion.label for suggestion in found] == [
        "今日 10:30",
        "今日 15:00",
        "明日 10:00",
        "明日 15:00",
    ]
