"""The explanation adds up, and agrees with a plain sum over the activities."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leads import explain, ingest, rules
from leads.models import ActivityType, Lead
from leads.models.score import Band, ScoreState
from leads.tests.events import event, record

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
# a Wednesday noon in Tokyo
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STORY = [
    (ActivityType.EMAIL_REPLY, timedelta(hours=3)),
    (ActivityType.PRICING_VIEW, timedelta(hours=20)),
    (ActivityType.PRICING_VIEW, timedelta(days=2)),
    (ActivityType.WEBINAR, timedelta(days=9)),
    (ActivityType.EMAIL_BOUNCE, timedelta(days=12)),
    (ActivityType.MEETING_BOOKED, timedelta(days=45)),
    (ActivityType.EMAIL_OPEN_MACHINE, timedelta(hours=1)),
]


@pytest.fixture
def story(lead):
    ScoreState.objects.update(landmark=NOW - timedelta(days=30), epoch=2)
    rules.forget()
    ingest.record([event(lead, kind, at=NOW - ago) for kind, ago in STORY], received_at=NOW)
    return Lead.objects.select_related("company", "team", "score").get(pk=lead.pk)


def naive(story, now: datetime) -> float:
    """The temperature from the definition, activity by activity."""
    current = rules.current()
    scale = current.scale
    heat = sum(
        current.weight(kind) * 2 ** -((now - (NOW - ago)).total_seconds() / scale.half_life_seconds)
        for kind, ago in STORY
        if NOW - ago <= now
    )
    return 100 * (1 - 2 ** (-story.score.fit_factor * max(heat, 0) / scale.scale_heat))


def test_the_temperature_is_the_sum_of_its_parts(story):
    why = explain.explain(story, NOW)
    assert why.temperature == pytest.approx(naive(story, NOW), abs=0.01)
    assert sum(part.points for part in why.contributions) == pytest.approx(why.temperature)
    assert sum(part.share for part in why.contributions) == pytest.approx(1)


def test_contributions_are_by_type_the_greatest_first(story):
    parts = explain.explain(story, NOW).contributions
    assert [(part.type, part.count) for part in parts][:2] == [
        (ActivityType.EMAIL_REPLY, 1),
        (ActivityType.PRICING_VIEW, 2),
    ]
    assert {part.type: part.points < 0 for part in parts}[ActivityType.EMAIL_BOUNCE]
    assert ActivityType.EMAIL_OPEN_MACHINE not in {part.type for part in parts}


def test_the_greatest_activities_come_first(story):
    top = explain.explain(story, NOW).activities
    assert top[0].type == ActivityType.EMAIL_REPLY
    assert top[0].occurred_at == NOW - timedelta(hours=3)
    assert [abs(one.points) for one in top] == sorted((abs(one.points) for one in top), reverse=True)
    assert len(top) == explain.TOP_ACTIVITIES


def test_why_it_moved_since_yesterday_adds_up(story):
    moved = explain.explain(story, NOW).moved
    before = naive(story, NOW - timedelta(days=1))
    assert moved.before == pytest.approx(before, abs=0.01)
    assert moved.delta == pytest.approx(naive(story, NOW) - before, abs=0.02)
    assert moved.cooling < 0
    assert moved.cooling + sum(points for _kind, points in moved.by) == pytest.approx(moved.delta)
    assert [kind for kind, _points in moved.by] == [ActivityType.EMAIL_REPLY, ActivityType.PRICING_VIEW]


def test_the_history_is_what_was_true_at_the_end_of_each_local_day(story):
    history = explain.explain(story, NOW).history
    assert len(history) == 30
    assert history[-1][0] == NOW.astimezone(TOKYO).date()
    assert history[-1][1] == pytest.approx(naive(story, NOW), abs=0.01)
    for day, shown in history[:-1]:
        end = datetime(day.year, day.month, day.day, tzinfo=TOKYO) + timedelta(days=1)
        assert shown == pytest.approx(naive(story, end), abs=0.01)


def test_days_are_days_of_the_team(story):
    story.team.time_zone = "America/Los_Angeles"
    assert explain.explain(story, NOW).history[-1][0].isoformat() == "2026-11-24"


def test_it_cools_to_a_value_by_friday_evening(story):
    cools = explain.explain(story, NOW).cools_to
    assert cools.at == datetime(2026, 11, 27, 18, tzinfo=TOKYO)
    assert cools.temperature == pytest.approx(naive(story, cools.at), abs=0.01)


@pytest.mark.parametrize(
    ("moment", "friday"),
    [((27, 8), 27), ((27, 10), 4), ((28, 3), 4)],  # Friday 17:00, Friday 19:00, Saturday
)
def test_on_a_friday_evening_the_next_friday_is_meant(story, moment, friday):
    day, hour = moment
    cools = explain.explain(story, NOW.replace(day=day, hour=hour)).cools_to
    assert (cools.at.weekday(), cools.at.day) == (4, friday)


def test_it_says_when_the_band_is_left(story):
    why = explain.explain(story, NOW)
    assert why.band is rules.current().scale.band(why.temperature) is not Band.COLD
    assert naive(story, why.leaves_band.at) == pytest.approx(why.leaves_band.temperature, abs=0.05)


def test_matching_fit_rules_are_named(story):
    why = explain.explain(story, NOW)
    fields = [rule.field for rule in why.fit_rules]
    assert "company.employees" in fields
    assert "lead.title" in fields
    assert why.fit == 50 + sum(rule.points for rule in why.fit_rules)
    assert why.grade == "A"
    assert why.excluded_by == ""


def test_an_excluded_lead_says_why(story):
    Lead.objects.update(do_not_contact=True)
    assert explain.explain(story, NOW).excluded_by == "do_not_contact"


def test_a_lead_without_activities_is_explained_too(lead):
    why = explain.explain(lead)
    assert (why.temperature, why.band, why.contributions, why.activities) == (0, Band.COLD, [], [])
    assert (why.moved.delta, why.moved.by, why.leaves_band) == (0, [], None)
    assert {shown for _day, shown in why.history} == {0}


def test_a_lead_that_opted_out_has_no_points_to_share(lead):
    record(event(lead), event(lead, ActivityType.OPT_OUT))
    lead.refresh_from_db()
    why = explain.explain(lead)
    assert why.temperature == 0
    assert {part.points for part in why.contributions} == {0}


def test_four_queries_whatever_the_number_of_activities(story, django_assert_num_queries):
    rules.current()
    with django_assert_num_queries(4):
        explain.explain(story, NOW)
    ingest.record([event(story, at=NOW - timedelta(hours=n)) for n in range(300)], received_at=NOW)
    with django_assert_num_queries(4):
        explain.explain(story, NOW)
