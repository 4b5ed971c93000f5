"""Times as people say them, in both languages and in the reader's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from salesdash.formatting import times
from salesdash.templatetags import sd

# Sunday 14:05 in Tokyo
NOW = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


def tokyo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(autouse=True)
def _in_tokyo():
    with timezone.override("Asia/Tokyo"):
        yield


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (tokyo(2026, 11, 22, 14, 5), "11/22 (日) 14:05", "Nov 22 (Sun) 14:05"),
        (tokyo(2026, 1, 3, 9, 0), "1/3 (土) 09:00", "Jan 3 (Sat) 09:00"),
        (tokyo(2025, 12, 3, 9, 0), "2025/12/03", "Dec 3, 2025"),
        (date(2026, 11, 25), "11/25 (水)", "Nov 25 (Wed)"),
    ],
)
def test_a_day_with_its_time(value, ja, en):
    with translation.override("ja"):
        assert times.day_time(value, NOW) == ja
    with translation.override("en"):
        assert times.day_time(value, NOW) == en


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (NOW - timedelta(seconds=20), "たった今", "just now"),
        (NOW + timedelta(seconds=20), "たった今", "just now"),
        (NOW - timedelta(minutes=2), "2分前", "2 min ago"),
        (NOW - timedelta(minutes=59, seconds=59), "59分前", "59 min ago"),
        (NOW - timedelta(hours=3), "3時間前", "3 h ago"),
        (tokyo(2026, 11, 21, 16, 42), "昨日 16:42", "yesterday 16:42"),
        (tokyo(2026, 11, 20, 16, 42), "11/20 (金)", "Nov 20 (Fri)"),
        (tokyo(2025, 11, 20, 16, 42), "2025/11/20", "Nov 20, 2025"),
        (tokyo(2026, 11, 23, 9, 0), "11/23 (月) 09:00", "Nov 23 (Mon) 09:00"),
    ],
)
def test_how_long_ago(value, ja, en):
    with translation.override("ja"):
        assert times.ago(value, NOW) == ja
    with translation.override("en"):
        assert times.ago(value, NOW) == en


@pytest.mark.parametrize(
    ("value", "ja", "over"),
    [
        (tokyo(2026, 11, 22, 17, 0), "今日 17:00", False),
        (date(2026, 11, 22), "今日", False),
        (tokyo(2026, 11, 23, 10, 30), "明日 10:30", False),
        (tokyo(2026, 11, 25, 10, 30), "11/25 (水)", False),
        (date(2026, 11, 20), "2日超過", True),
        (tokyo(2026, 11, 21, 18, 0), "1日超過", True),
        (tokyo(2026, 11, 22, 11, 0), "3時間超過", True),
        (tokyo(2026, 11, 22, 14, 0), "いま期限", True),
    ],
)
def test_when_something_is_due(value, ja, over):
    with translation.override("ja"):
        assert times.due(value, NOW) == ja
    assert times.is_over(value, NOW) is over


def test_days_are_days_of_the_readers_zone():
    late = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # 00:30 of the 22nd in Tokyo
    with translation.override("en"):
        assert times.ago(late, NOW) == "13 h ago"
        with timezone.override("UTC"):
            assert times.ago(late, NOW) == "yesterday 15:30"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45秒"), (720, "12分"), (7800, "2時間10分"), (273_600, "3日4時間"), (-5, "0秒")],
)
def test_a_duration_names_its_two_largest_units(seconds, text):
    with translation.override("ja"):
        assert times.duration(seconds) == text


def test_the_filter_marks_up_a_time_element():
    with translation.override("ja"):
        html = sd.sd_time(tokyo(2025, 12, 3, 9, 0))
    assert html == ('<time datetime="2025-12-03T09:00:00+09:00" title="2025/12/03 09:00">2025/12/03</time>')


def test_an_overdue_date_is_marked_by_sign_word_and_class():
    with translation.override("ja"):
        html = sd.due(timezone.localdate() - timedelta(days=2))
    assert 'class="over"' in html
    assert '<span aria-hidden="true">⚠ </span>2日超過' in html


@pytest.mark.parametrize(
    "tag", [sd.sd_time, sd.sd_date, sd.sd_clock, sd.ago, sd.due, sd.duration, sd.sd_time_text]
)
def test_nothing_is_a_dash(tag):
    assert tag(None) == "—"
