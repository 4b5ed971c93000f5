"""The benchmark itself: its data set is right, its ways of computing agree, its lines say what holds."""

import json
import time

import pytest

from benchmarks import bench_temperature, figures, temperature_data
from leads import auditing
from leads.models import Activity, Lead, LeadScore

LEADS, ACTIVITIES = 2000, 20_000


@pytest.mark.django_db(transaction=True)
def test_a_small_run_measures_what_it_says():
    shape = temperature_data.build(leads=LEADS, activities=ACTIVITIES)
    assert (Lead.objects.count(), LeadScore.objects.count(), Activity.objects.count()) == (
        LEADS,
        LEADS,
        ACTIVITIES,
    )
    assert auditing.audit().clean
    measured = [
        *bench_temperature._computing(),
        *bench_temperature._hot_list(shape),
        *bench_temperature._search(shape),
    ]
    assert len(measured) == 9
    assert all(figure.value > 0 for figure in measured)


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (figures.Figure("p95", 3.0, "ms", reach=3), True),
        (figures.Figure("p95", 3.1, "ms", reach=3), False),
        (figures.Figure("rate", 19_999, "1/s", reach=20_000, at_least=True), False),
        (figures.faster("all", 0.1, 12.0, reach=100), True),
        (figures.faster("all", 0.2, 12.0, reach=100), False),
        (figures.Figure("rows", 5, "rows"), None),
    ],
)
def test_a_line_says_whether_the_target_was_met(figure, holds):
    line = json.loads(figure.line("bench_x"))
    assert line["holds"] is holds
    assert list(line) == ["bench", "figure", "value", "unit", "baseline", "ratio", "reach", "holds"]


def test_the_95th_percentile_leaves_one_in_twenty_out():
    waits = iter([0.03, *[0.0] * 19])
    shown = figures.p95_ms([lambda: time.sleep(next(waits)) for _ in range(20)])
    assert shown < 20
