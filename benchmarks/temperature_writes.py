"""Recording activities, alone and by many writers at once; announcing what cooled."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection
from django.utils import timezone

from benchmarks import surroundings
from benchmarks.figures import Figure, p95_ms, seconds
from leads import cooling, ingest, rules, sql
from leads.ingest import NewActivity
from leads.models import ActivityType
from leads.scale_data import Shape

WARM_UP_BATCHES: Final = 5
WRITERS: Final = 8
WRITERS_BATCH: Final = 250
WRITERS_BATCHES: Final = 40
KINDS: Final = [
    ActivityType.PAGE_VIEW,
    ActivityType.EMAIL_OPEN,
    ActivityType.PRICING_VIEW,
    ActivityType.EMAIL_REPLY,
]


def batch(dice: random.Random, shape: Shape, size: int) -> list[NewActivity]:
    """Of the last days, and as skewed as the rest."""
    now = timezone.now()
    return [
        NewActivity(
            shape.first_lead + int(shape.leads * dice.random() ** 2.2),
            dice.choice(KINDS),
            now - timedelta(seconds=dice.randrange(300_000)),
            "bench-live",
        )
        for _ in range(size)
    ]


def cooling_down(shape: Shape) -> Iterator[Figure]:
    """Fifteen minutes in which nothing happens, from bands as they are where leads only cool."""
    now = timezone.now()
    sql.run(surroundings.statement("settle_bands"), {"falling": rules.reload().scale.falling_ranks(now)})
    sql.run("VACUUM ANALYZE leads_leadscore")
    started = time.perf_counter()
    fallen = cooling.announce_cooling(now=now + timedelta(minutes=15))
    yield Figure("what cooled in 15 minutes, announced", time.perf_counter() - started, "s", reach=0.5)
    yield Figure("what cooled in 15 minutes: rows written", 100 * fallen / shape.leads, "% of rows", reach=1)
    yield Figure("what cooled in 15 minutes: leads", fallen, "leads")


def batches(shape: Shape) -> Iterator[Figure]:
    dice = random.Random(9)
    # the first touch of a page after a checkpoint writes all of it to the log; a server at work is past that
    for _ in range(WARM_UP_BATCHES):
        ingest.record(batch(dice, shape, 10_000))
    for size, rounds, reach in ((1, 300, 3), (100, 100, 40), (10_000, 20, 1500)):
        waiting = [batch(dice, shape, size) for _ in range(rounds)]
        spent = p95_ms([partial(ingest.record, some) for some in waiting])
        yield Figure(f"ingest, batch of {size:,}, p95", spent, "ms", reach=reach)
    waiting = [batch(dice, shape, 10_000) for _ in range(10)]
    spent = sum(seconds(partial(ingest.record, some)) for some in waiting)
    yield Figure("ingest, one writer, batches of 10,000", 100_000 / spent, "events/s")


def writers(shape: Shape) -> Iterator[Figure]:
    """All at once into the same leads."""
    deadlocks = _deadlocks()
    with ThreadPoolExecutor(WRITERS) as pool:
        started = time.perf_counter()
        created = sum(pool.map(partial(_write, shape), range(WRITERS)))
        spent = time.perf_counter() - started
    yield Figure(
        f"ingest, {WRITERS} writers, batches of {WRITERS_BATCH}",
        created / spent,
        "events/s",
        reach=8000,
        at_least=True,
    )
    yield Figure(f"ingest, {WRITERS} writers: deadlocks", _deadlocks() - deadlocks, "deadlocks", reach=0)
    yield Figure(
        f"ingest, {WRITERS} writers: events lost",
        WRITERS * WRITERS_BATCH * WRITERS_BATCHES - created,
        "events",
        reach=0,
    )


def _write(shape: Shape, seed: int) -> int:
    dice = random.Random(seed)
    try:
        return sum(ingest.record(batch(dice, shape, WRITERS_BATCH)).created for _ in range(WRITERS_BATCHES))
    finally:
        connection.close()


def _deadlocks() -> int:
    """The server's own count; each backend reports within a second of its last transaction."""
    sql.rows("SELECT pg_stat_clear_snapshot()", {})
    count: int = sql.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", {})[0][
        0
    ]
    return count
