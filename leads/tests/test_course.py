"""The picture: jumps where activities were, marks on them, what comes, and points by hand as screens showed them."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from leads import adjusting, course, explain, heat, ingest, rules
from leads.forecast import Forecast
from leads.models import Activity, ActivityType, Lead
from leads.models.activity import TemperatureAdjustment
from leads.models.score import Band, ScoreState
from leads.temperature import Scale
from leads.tests.events import event

pytestmark = pytest.mark.django_db
TOKYO, PARIS = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def told(lead):
    """tell(*(type, age)) → the explanation at NOW."""
    ScoreState.objects.update(landmark=NOW - DAY * 60)
    rules.forget()

    def tell(*story, **options):
        ingest.record([event(lead, kind, at=NOW - ago) for kind, ago in story], received_at=NOW)
        return explain.explain(loaded(lead), NOW, **options)

    return tell


def loaded(lead) -> Lead:
    return Lead.objects.select_related("company", "team", "score").get(pk=lead.pk)


def backdate(adjustment, *, at: timedelta, ended: timedelta | None = None) -> None:
    """As if made, and ended, so long ago; both activities with it."""
    made, end = timezone.now() - at, timezone.now() - (ended or timedelta(0))
    name = adjustment.external_id
    Activity.objects.filter(external_id__startswith=name).update(occurred_at=made)
    Activity.objects.filter(external_id=name).update(received_at=made)
    Activity.objects.filter(external_id=f"{name}-end").update(received_at=end)
    TemperatureAdjustment.objects.filter(pk=adjustment.pk).update(at=made)


def test_the_curve_jumps_at_the_time_of_the_activity(told):
    why = told((ActivityType.WEBINAR, DAY * 3 + timedelta(hours=5)))
    jumps = [(a, b) for a, b in pairwise(why.curve) if a.at == b.at]
    ((before, after),) = jumps
    assert (before.at, before.temperature) == (NOW - DAY * 3 - timedelta(hours=5), 0)
    assert after.temperature > 30
    assert [point.at for point in why.curve] == sorted(point.at for point in why.curve)


def test_many_at_once_are_exact_before_and_after(told):
    why = told(*[(ActivityType.PAGE_VIEW, timedelta(minutes=n)) for n in range(60, 90)])
    at = {point.at: point.temperature for point in why.curve}
    scale, factor = rules.current().scale, why.fit_factor
    exact = 100 * (
        1 - 2 ** (-factor * sum(2 ** (-(n - 60) / 60 / 168) for n in range(60, 90)) / scale.scale_heat)
    )
    assert at[NOW - timedelta(minutes=60)] == pytest.approx(exact, abs=0.01)


def test_a_mark_says_what_and_by_how_much(told):
    why = told((ActivityType.EMAIL_REPLY, DAY), (ActivityType.EMAIL_OPEN, DAY + timedelta(hours=1)))
    (mark,) = why.marks
    assert mark.kinds == [(ActivityType.EMAIL_REPLY, 1), (ActivityType.EMAIL_OPEN, 1)]
    assert mark.change == pytest.approx(mark.temperature, abs=0.01)


def test_marks_that_lie_apart_stay_apart(told):
    story = [(ActivityType.WEBINAR, DAY * n) for n in (1, 2, 5)]
    assert len(told(*story).marks) == 3


def test_what_machines_did_is_no_mark_and_our_own_mail_is_one(told):
    why = told((ActivityType.EMAIL_OPEN_MACHINE, DAY), (ActivityType.EMAIL_SENT, DAY * 3))
    assert [mark.kinds[0][0] for mark in why.marks] == [ActivityType.EMAIL_SENT]


@pytest.mark.parametrize("days", [30, 90])
def test_it_reaches_as_far_as_asked(told, days):
    why = told((ActivityType.MEETING_BOOKED, DAY * 60), days=days)
    assert len(why.history) == days
    start = why.curve[0].at.astimezone(TOKYO)
    assert (NOW.astimezone(TOKYO).date() - start.date()).days == days - 1
    assert (start.hour, len(why.marks)) == (0, int(days == 90))


def test_stretches_begin_at_local_midnight_when_the_clocks_change():
    now = datetime(2026, 10, 27, 12, tzinfo=UTC)
    edges = course.edges(now, PARIS, 30)
    midnights = [edge.astimezone(PARIS) for edge in edges if edge.astimezone(PARIS).hour == 0]
    assert len({moment.date() for moment in midnights}) == 30
    assert len(edges) <= course.MOST_STEPS


def test_points_that_ended_are_in_the_past_as_screens_showed_them(lead, rep):
    made = adjusting.adjust(lead_id=lead.pk, user=rep, points=40, reason="理由")
    adjusting.undo(adjustment_id=made.pk, user=rep)
    backdate(made, at=DAY * 10, ended=DAY * 5)
    why = explain.explain(loaded(lead))
    assert why.temperature == 0
    assert why.history[-8][1] > 20
    assert why.history[-4][1] == 0
    titles = [heat.heat_context(why, timezone.now())["stops"][n].label for n in range(2)]
    assert titles == ["手動調整の終了", "手動で調整"]
    assert why.contributions == []
    assert why.activities == []


def test_points_that_ended_today_say_why_it_fell(lead, rep):
    made = adjusting.adjust(lead_id=lead.pk, user=rep, points=40, reason="理由")
    adjusting.undo(adjustment_id=made.pk, user=rep)
    backdate(made, at=DAY * 3, ended=timedelta(hours=2))
    why = explain.explain(loaded(lead))
    assert why.moved.before > 25
    assert [kind for kind, _points in why.moved.by] == [ActivityType.MANUAL]
    assert why.moved.cooling + why.moved.by[0][1] == pytest.approx(-why.moved.before)


def test_points_by_hand_are_told_as_asked_and_as_they_are_now(lead, rep):
    made = adjusting.adjust(lead_id=lead.pk, user=rep, points=40, reason="理由")
    (one,) = heat.heat_context(explain.explain(loaded(lead)), timezone.now())["by_hand"]
    assert (one.shown, one.now) == ("+40", "")
    later = explain.explain(loaded(lead), timezone.now() + DAY * 7)
    (cooled,) = heat.heat_context(later, timezone.now() + DAY * 7)["by_hand"]
    assert (cooled.shown, cooled.now) == ("+40", "+23")
    assert later.adjustments[0].adjustment.id == made.pk


def test_the_forecast_knows_that_points_end(lead, rep):
    ends = timezone.now() + DAY * 2
    adjusting.adjust(lead_id=lead.pk, user=rep, points=50, reason="理由", expires_at=ends)
    why = explain.explain(loaded(lead))
    assert why.ahead[-1].temperature == pytest.approx(0, abs=0.01)
    drop = [(a, b) for a, b in pairwise(why.ahead) if a.at == b.at == ends]
    assert drop[0][0].temperature > 40 > 1 > drop[0][1].temperature
    assert why.leaves_band.at <= ends


def test_a_forecast_falls_by_cooling_or_by_an_end_whichever_is_first():
    bands = {Band.HOT: 80.0, Band.WARM: 60.0, Band.MILD: 40.0, Band.COOL: 20.0}
    scale = Scale(NOW, 7 * 86400, 12.0, bands, 1)
    warm = 24 * 2**16
    cools = Forecast(scale, 1.0, warm)
    ends = Forecast(scale, 1.0, warm, [(NOW + DAY, 20 * 2**16)])
    assert cools.temperature(NOW) == ends.temperature(NOW) == pytest.approx(75)
    assert cools.falls_to(50, NOW) == pytest.approx(NOW + DAY * 7, abs=timedelta(seconds=1))
    assert ends.falls_to(50, NOW) == NOW + DAY
    assert (cools.falls_to(80, NOW), cools.falls_to(0, NOW)) == (None, None)


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [([0.4, 0.4, 0.4], 1, [1, 0, 0]), ([5.6, -2.3], 3, [5, -2]), ([], 0, []), ([-0.2], -1, [-1]),
     ([10.5, 10.5], 21, [11, 10]), ([0.0, 0.0], 0, [0, 0])],
)  # fmt: skip
def test_whole_points_add_up(parts, total, expected):
    assert heat.apportion(parts, total) == expected


def test_the_picture_is_plain_svg(told):
    why = told((ActivityType.WEBINAR, DAY * 3), (ActivityType.EMAIL_REPLY, DAY))
    svg = heat.heat_context(why, NOW, TOKYO)["course"]
    assert "style=" not in svg
    assert len(re.findall(r"<g class=\"cm ", svg)) == 2
    assert svg.count('class="bw"') == 4
    assert "nan" not in svg
