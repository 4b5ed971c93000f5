"""The score table built anew while writers go on, and other weights brought into force."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from django.db import connection

from benchmarks.figures import Figure, seconds
from benchmarks.temperature_writes import batch
from leads import ingest, rebuilding
from leads.models import Activity, RuleSet
from leads.scale_data import Shape

WRITERS: Final = 2
BATCH: Final = 100
# Each writer begins a batch this often: 500 events a second, 150 times the mean of the large set's half year.
# Then again as fast as they can, which takes from the rebuild all the processor that it can get.
EVERY_SECONDS: Final = 0.4
# In a process of its own, so that its memory is nobody else's. It prints the seconds and the most kB it held:
# what getrusage says of a child includes the memory of the parent that it was forked from.
REBUILD: Final = """
import re, time, django
django.setup()
from leads import rebuilding
started = time.perf_counter()
rebuilding.rebuild()
print(time.perf_counter() - started, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def rebuild(shape: Shape) -> Iterator[Figure]:
    yield from _rebuild(shape, "writers running", EVERY_SECONDS, reach=30)


def rebuild_under_load(shape: Shape) -> Iterator[Figure]:
    yield from _rebuild(shape, "writers without pause", 0.0, reach=None)


def _rebuild(shape: Shape, load: str, every_seconds: float, reach: float | None) -> Iterator[Figure]:
    before, stop = Activity.objects.count(), threading.Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        started = time.perf_counter()
        writing = [pool.submit(_write_until, stop, shape, seed, every_seconds) for seed in range(WRITERS)]
        try:
            spent, peak_mb = _rebuild_elsewhere()
        finally:
            stop.set()
        elapsed = time.perf_counter() - started
        written, waits = zip(*(future.result() for future in writing), strict=True)
    yield Figure(f"full rebuild with swap, {load}", spent, "s", reach)
    yield Figure(f"full rebuild, {load}: events recorded meanwhile", sum(written) / elapsed, "events/s")
    yield Figure(f"full rebuild, {load}: longest batch meanwhile", max(waits) * 1000, "ms")
    lost = sum(written) - (Activity.objects.count() - before)
    yield Figure(f"full rebuild, {load}: events lost", lost, "events", reach=0)
    yield Figure(f"full rebuild, {load}: memory of the process that drives it", peak_mb, "MB", reach=200)


def _rebuild_elsewhere() -> tuple[float, float]:
    """Seconds, and the most memory that the process held, in MB."""
    done = subprocess.run([sys.executable, "-c", REBUILD], stdout=subprocess.PIPE, text=True, check=True)
    spent, peak_kb = done.stdout.split()
    return float(spent), int(peak_kb) / 1024


def _write_until(stop: threading.Event, shape: Shape, seed: int, every_seconds: float) -> tuple[int, float]:
    """How many were created, and the longest batch in seconds."""
    dice, created, longest = random.Random(seed), 0, 0.0

    def write(size: int) -> None:
        nonlocal created
        created += ingest.record(batch(dice, shape, size)).created

    try:
        while not stop.is_set():
            spent = seconds(partial(write, BATCH))
            longest = max(longest, spent)
            stop.wait(max(0.0, every_seconds - spent))
    finally:
        connection.close()
    return created, longest


def publish() -> Iterator[Figure]:
    """One weight changes; the rest stays."""
    rule_set = RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
    rule_set.weights = rule_set.weights | {"pricing_view": rule_set.weights["pricing_view"] + 1}
    rule_set.pk, rule_set.status = None, RuleSet.Status.DRAFT
    rule_set.version, rule_set.published_at = RuleSet.objects.count() + 1, None
    rule_set.save(force_insert=True)
    spent = seconds(lambda: rebuilding.publish(rule_set_id=rule_set.pk))
    yield Figure("weight change applied", spent, "s", reach=6)
