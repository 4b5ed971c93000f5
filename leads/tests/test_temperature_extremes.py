"""Right answers where the numbers are large, zero, negative, very old or very many."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leads import adjusting, auditing, explain, heat, ingest, rebuilding, rules
from leads.models import ActivityType, Lead, LeadScore
from leads.models.score import RuleSet, ScoreState
from leads.tests.events import event
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
STORY = [
    (ActivityType.EMAIL_REPLY, timedelta(minutes=20)),
    (ActivityType.PRICING_VIEW, timedelta(minutes=50)),
    (ActivityType.WEBINAR, DAY * 5),
    (ActivityType.EMAIL_BOUNCE, DAY * 40),
    (ActivityType.MEETING_BOOKED, YEAR * 3),
]


def publish(landmark: datetime = NOW, **fields) -> None:
    RuleSet.objects.update(**fields)
    ScoreState.objects.update(landmark=landmark)
    rules.forget()
    rebuilding.rebuild()


def tell(lead, story=STORY) -> Lead:
    ingest.record([event(lead, kind, at=NOW - ago) for kind, ago in story], received_at=NOW)
    return Lead.objects.select_related("company", "team", "score").get(pk=lead.pk)


def naive(lead, story=STORY) -> float:
    current = rules.current()
    scale = current.scale
    ages = [(kind, ago.total_seconds() / scale.half_life_seconds) for kind, ago in story]
    units = math.fsum(current.weight(kind) * 2**-age for kind, age in ages)
    return 100 * (1 - 2 ** (-lead.score.fit_factor * max(units, 0) / scale.scale_heat))


def adds_up(why) -> None:
    """Parts, movement and history agree with the temperature, in figures and as they are printed."""
    context = heat.heat_context(why, NOW)
    shown = heat.whole(why.temperature)
    assert sum(part.points for part in why.contributions) == pytest.approx(why.temperature, abs=1e-6)
    printed = [int(reason.shown.replace("−", "-")) for reason in context["reasons"]]
    assert sum(printed) == shown
    moved = why.moved
    assert moved.cooling + sum(points for _kind, points in moved.by) == pytest.approx(moved.delta)
    changes = [int(text.rsplit(" ", 1)[1].replace("−", "-")) for text in context["movements"]]
    assert sum(changes) == shown - heat.whole(moved.before)
    assert why.history[-1][1] == pytest.approx(why.temperature, abs=1e-6)
    assert why.curve[-1].temperature == pytest.approx(why.temperature, abs=1e-6)
    assert why.ahead[0].temperature == pytest.approx(why.temperature, abs=1e-6)


@pytest.mark.parametrize(
    ("half_life_hours", "abs_error"),
    [(1, 0.001), (7 * 24, 0.01), (365 * 24, 0.01)],
    ids=["hour", "week", "year"],
)
def test_a_half_life_of_an_hour_and_of_a_year(lead, half_life_hours, abs_error):
    publish(half_life_hours=half_life_hours)
    told = tell(lead)
    why = explain.explain(told, NOW)
    assert why.temperature == pytest.approx(naive(told), abs=abs_error)
    adds_up(why)
    assert auditing.audit().clean


def test_with_a_half_life_of_an_hour_a_day_later_nothing_is_left(lead):
    publish(half_life_hours=1)
    told = tell(lead)
    why = explain.explain(told, NOW + DAY)
    assert why.temperature < 0.001
    assert heat.heat_context(why, NOW + DAY)["shown"] == "0"
    assert max(point.temperature for point in why.curve) >= naive(told) > 50


def test_weights_of_zero_show_zero_and_keep_a_stable_order(company):
    publish(weights={"pricing_view": 0, "email_reply": 0.0})
    leads = [tell(LeadFactory(company=company)) for _ in range(3)]
    assert {lead.score.rank for lead in leads} == {-math.inf}
    why = explain.explain(leads[0], NOW)
    assert (why.temperature, why.contributions, why.leaves_band) == (0, [], None)
    adds_up(why)
    assert auditing.audit().clean


def test_negative_weights_show_zero_and_stand_last(company, lead):
    publish(weights={"pricing_view": -6, "email_reply": -14, "webinar": 7})
    cold, warm = tell(lead), tell(LeadFactory(company=company), [(ActivityType.WEBINAR, HOUR)])
    assert (cold.score.rank, warm.score.rank > 0) == (-math.inf, True)
    assert list(LeadScore.objects.order_by("-rank").values_list("pk", flat=True)) == [warm.pk, cold.pk]
    why = explain.explain(cold, NOW)
    assert why.temperature == 0
    assert str(ActivityType.EMAIL_REPLY.label) in heat.heat_context(why, NOW)["outweighed"]
    adds_up(why)


def test_one_negative_part_among_positive_ones_adds_up(lead):
    publish(weights={"pricing_view": -6, "email_reply": 14, "webinar": 7})
    why = explain.explain(tell(lead), NOW)
    assert min(part.points for part in why.contributions) < 0 < why.temperature
    adds_up(why)


def test_ten_years_of_running_time_with_a_moved_landmark(lead):
    publish(landmark=NOW - YEAR * 10)
    old = [(ActivityType.MEETING_BOOKED, YEAR * 10 - DAY * n) for n in range(5)]
    then = NOW - YEAR * 10 + DAY * 5
    ingest.record([event(lead, kind, at=NOW - ago) for kind, ago in old], received_at=then)
    for years in (9, 5, 1, 0):
        rebuilding.rebuild(landmark=NOW - YEAR * years - DAY)
        assert auditing.audit().clean
    told = tell(lead)
    why = explain.explain(told, NOW)
    assert why.temperature == pytest.approx(naive(told, [*STORY, *old]), abs=0.01)
    assert {part.type: part.count for part in why.contributions}[ActivityType.EMAIL_REPLY] == 1
    adds_up(why)
    assert auditing.audit().clean


def test_no_activity_at_all(lead):
    publish()
    adds_up(explain.explain(tell(lead, []), NOW))
    assert auditing.audit().clean


@pytest.mark.parametrize("days", [30, 90])
def test_a_hundred_thousand_activities(lead, days):
    publish(landmark=NOW - DAY * 90)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_activity SELECT %s, 'test', n::text, 1 + n %% 12, "
            "%s::timestamptz - n * interval '77 seconds', %s::timestamptz, '{}', NULL, NULL "
            "FROM generate_series(0, 99999) n",
            [lead.pk, NOW, NOW],
        )
    rebuilding.rebuild()
    told = Lead.objects.select_related("company", "team", "score").get(pk=lead.pk)
    why = explain.explain(told, NOW, days=days)
    adds_up(why)
    assert sum(part.count for part in why.contributions) == 100_000 - 100_000 // 12
    assert len(why.curve) < 1200
    assert len(why.marks) <= 100
    story = [(ActivityType(1 + n % 12), timedelta(seconds=77 * n)) for n in range(100_000)]
    assert why.temperature == pytest.approx(naive(told, story), abs=1e-6)
    assert auditing.audit().clean


@pytest.mark.parametrize("half_life_hours", [1, 365 * 24])
@pytest.mark.parametrize("points", [50, 1, -20])
def test_points_by_hand_mean_the_same_by_any_half_life(lead, rep, half_life_hours, points):
    RuleSet.objects.update(half_life_hours=half_life_hours)
    ScoreState.objects.update(landmark=timezone.now() - half_life_hours * HOUR * 3)
    rules.forget()
    if points < 0:
        adjusting.adjust(lead_id=lead.pk, user=rep, points=50, reason="理由")
    adjusting.adjust(lead_id=lead.pk, user=rep, points=points, reason="理由")
    told = Lead.objects.select_related("company", "team", "score").get(pk=lead.pk)
    why = explain.explain(told)
    assert why.temperature == pytest.approx(50 + points if points < 0 else points, abs=0.05)
    assert auditing.audit().clean
