"""Histograms of delays: counted in Redis by every process, moved to PostgreSQL once a minute."""

from __future__ import annotations

import atexit
import bisect
import contextlib
import os
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Final, cast

import redis
from django.conf import settings
from django.db import connection
from redis.exceptions import RedisError

from salesdash import redis_client

# upper edges in ms; the last stands for everything above
EDGES_MS: Final = (
    5,
    10,
    20,
    30,
    50,
    75,
    100,
    150,
    200,
    250,
    350,
    500,
    750,
    1000,
    1500,
    2500,
    5000,
    10000,
    60000,
)
_KEY: Final = f"{settings.REDIS_PREFIX}:latency"
_MOVING: Final = f"{settings.REDIS_PREFIX}:latency:moving"

HELD_SECONDS: Final = 1.0
_held: Counter[str] = Counter()
_lock = threading.Lock()
_told_at = -HELD_SECONDS

_UPSERT: Final = """
INSERT INTO salesdash_latencybucket (hour, kind, upper_ms, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (hour, kind, upper_ms) DO UPDATE SET count = salesdash_latencybucket.count + EXCLUDED.count
"""


def observe(kind: str, value_ms: float, commands: redis.Redis | None = None) -> None:
    """Count one delay, perhaps in a pipeline that sends it later.

    A process tells Redis at most once a second, not on each page. Measuring must never fail a request, so a
    lost Redis loses the samples.
    """
    edge = EDGES_MS[min(bisect.bisect_left(EDGES_MS, value_ms), len(EDGES_MS) - 1)]
    hour = datetime.now(UTC).strftime("%Y%m%d%H")
    field = f"{hour}|{kind}|{edge}"
    if commands is not None:
        commands.hincrby(_KEY, field, 1)
        return
    with _lock:
        _held[field] += 1
    if time.monotonic() - _told_at >= HELD_SECONDS:
        tell()


def tell() -> None:
    """What was counted since the last time goes to Redis."""
    global _told_at
    with _lock:
        held = list(_held.items())
        _held.clear()
        _told_at = time.monotonic()
    if not held:
        return
    with contextlib.suppress(RedisError):
        commands = redis_client.get().pipeline(transaction=False)
        for field, count in held:
            commands.hincrby(_KEY, field, count)
        commands.execute()


def _forget() -> None:
    """A forked process counts from nothing: what its parent holds, its parent tells."""
    global _lock
    _lock = threading.Lock()
    _held.clear()


# the last second of a process that ends
atexit.register(tell)
os.register_at_fork(after_in_child=_forget)


def flush() -> int:
    """Move what was counted into PostgreSQL; returns the number of bars. Safe to run twice."""
    tell()
    store = redis_client.get()
    # a flush that died half-way left its hash: it is finished first
    if not store.exists(_MOVING):
        try:
            store.rename(_KEY, _MOVING)
        except redis.ResponseError:
            return 0
    rows = []
    counted = cast(dict[bytes, bytes], store.hgetall(_MOVING))
    for field, count in counted.items():
        hour, kind, edge = field.decode().split("|")
        rows.append((datetime.strptime(hour, "%Y%m%d%H").replace(tzinfo=UTC), kind, int(edge), int(count)))
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, sorted(rows))
    store.delete(_MOVING)
    return len(rows)
