"""Temperatures at scale: accumulators against sums over activities, hot list, search, ingest, rebuilds.

The full size measures a tenth of the leads first, on the same server, and says how each figure grows.
BENCH_LEADS and BENCH_ACTIVITIES choose another size.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from benchmarks import surroundings, temperature_reads, temperature_rebuilds, temperature_writes
from benchmarks.figures import Fact, Figure
from leads import auditing, scale_data, sql
from leads.scale_data import Shape

SIZES: Final = {"quick": [(100_000, 5_000_000)], "full": [(100_000, 5_000_000), (1_000_000, 50_000_000)]}


def run(size: str) -> Iterator[Figure | Fact]:
    yield from surroundings.facts()
    *smaller, last = _sizes(size)
    before: dict[str, Figure] = {}
    for leads, activities in smaller:
        for figure in _measure(*_build(leads, activities)):
            before[figure.figure] = figure
            yield replace(figure, figure=f"at {leads:,} leads: {figure.figure}", reach=None)
        sql.run("TRUNCATE leads_lead, leads_company, leads_leadscore, leads_activity CASCADE")
    shape, spent = _build(*last)
    yield from surroundings.data_facts()
    for figure in _measure(shape, spent):
        yield figure
        if small := before.get(figure.figure):
            yield _growth(small, figure)
    yield Fact("load average at the end", surroundings.load())


def _sizes(size: str) -> list[tuple[int, int]]:
    if leads := int(os.environ.get("BENCH_LEADS", "0")):
        return [(leads, int(os.environ.get("BENCH_ACTIVITIES", leads * 50)))]
    return SIZES[size]


def _build(leads: int, activities: int) -> tuple[Shape, float]:
    started = time.perf_counter()
    shape = scale_data.build(leads=leads, activities=activities)
    return shape, time.perf_counter() - started


def _measure(shape: Shape, spent: float) -> Iterator[Figure]:
    yield Figure("leads", shape.leads, "leads")
    yield Figure("activities", shape.activities, "activities")
    yield Figure("making the data set", spent, "s")
    yield from temperature_reads.computing()
    yield from temperature_reads.hot_list(shape)
    yield from temperature_reads.search(shape)
    yield from temperature_writes.cooling_down(shape)
    yield from temperature_writes.batches(shape)
    yield from temperature_writes.writers(shape)
    yield from temperature_rebuilds.rebuild(shape)
    yield from temperature_rebuilds.publish()
    yield from temperature_rebuilds.rebuild_under_load(shape)
    wrong = auditing.audit().differing_leads
    yield Figure("leads that differ from their activities", wrong, "leads", reach=0)


def _growth(small: Figure, large: Figure) -> Figure:
    ratio = large.value / small.value if small.value else None
    return Figure(f"growth: {large.figure}", large.value, large.unit, baseline=small.value, ratio=ratio)
