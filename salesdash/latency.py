"""Histograms of delays: counted in Redis by every process, moved to PostgreSQL once a minute."""

from __future__ import annotations

import bisect
import contextlib
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

_UPSERT: Final = """
INSERT INTO salesdash_latencybucket (hour, kind, upper_ms, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (hour, kind, upper_ms) DO UPDATE SET count = salesdash_latencybucket.count + EXCLUDED.count
"""


def observe(kind: str, value_ms: float, commands: redis.Redis | None = None) -> None:
    """Count one delay, perhaps in a pipeline that sends it later.

    Measuring must never fail a request, so a lost Redis loses the sample.
    """
    edge = EDGES_MS[min(bisect.bisect_left(EDGES_MS, value_ms), len(EDGES_MS) - 1)]
    hour = datetime.now(UTC).strftime("%Y%m%d%H")
    with contextlib.suppress(RedisError):
        (commands or redis_client.get()).hincrby(_KEY, f"{hour}|{kind}|{edge}", 1)


def flush() -> int:
    """Move what was counted into PostgreSQL; returns the number of bars. Safe to run twice."""
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
