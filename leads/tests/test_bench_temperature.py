"""The benchmark itself: its ways of computing agree, its lines say what holds, growth is told."""

import json
import time

import pytest

from benchmarks import bench_temperature, figures, surroundings, temperature_reads, temperature_writes
from leads import auditing, scale_data

LEADS, ACTIVITIES = 2000, 20_000


@pytest.mark.django_db(transaction=True)
def test_a_small_run_measures_what_it_says():
    shape = scale_data.build(leads=LEADS, activities=ACTIVITIES)
    measured = [
        *temperature_reads.computing(),
        *temperature_reads.hot_list(shape),
        *temperature_reads.search(shape),
        *temperature_writes.cooling_down(shape),
    ]
    assert len(measured) == 20
    assert all(figure.value >= 0 for figure in measured)
    assert auditing.audit().clean
    assert [fact.fact for fact in surroundings.data_facts()] == ["data", "tables with their indexes"]


@pytest.mark.django_db
def test_the_surroundings_name_machine_and_server():
    facts = {fact.fact: fact.text for fact in surroundings.facts()}
    assert "shared_buffers = " in facts["server"]
    assert "cores" in facts["machine"]


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
    assert list(line) == [
        "bench", "figure", "value", "unit", "baseline", "ratio", "reach", "at_least", "holds",
    ]  # fmt: skip


def test_growth_is_the_large_figure_against_the_small_one():
    small, large = figures.Figure("p95", 2.0, "ms"), figures.Figure("p95", 3.0, "ms", reach=3)
    grown = bench_temperature._growth(small, large)
    assert (grown.figure, grown.baseline, grown.ratio, grown.reach) == ("growth: p95", 2.0, 1.5, None)


def test_the_95th_percentile_leaves_one_in_twenty_out():
    waits = iter([0.03, *[0.0] * 19])
    shown = figures.p95_ms([lambda: time.sleep(next(waits)) for _ in range(20)])
    assert shown < 20


def test_another_size_is_chosen_by_variables(monkeypatch):
    monkeypatch.setenv("BENCH_LEADS", "3000")
    assert bench_temperature._sizes("full") == [(3000, 150_000)]
