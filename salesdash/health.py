"""Is it alive, is it ready: each part named, none trusted by its word."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from salesdash import redis_client

HEARTBEAT_MAX_AGE_SECONDS: Final = 60
# parts that others add: shown, but nothing that a page needs to be served
_watched: dict[str, Callable[[], str]] = {}


def watch(name: str, state: Callable[[], str]) -> None:
    """Show the state of another part, in a word, beside those that readiness depends on."""
    _watched[name] = state


def watched() -> dict[str, str]:
    return {name: state() for name, state in _watched.items()}


def beat() -> None:
    """Called by a task: a worker that can do this takes jobs and reaches Redis."""
    redis_client.get().set(redis_client.key("heartbeat", "worker"), int(time.time()), ex=600)


def readiness() -> dict[str, str]:
    """Part → 'ok' or what is wrong."""
    return {
        "postgresql": _postgresql(),
        "migrations": _migrations(),
        "redis": _redis(),
        "worker": _worker(),
    }


def _postgresql() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"unreachable: {type(error).__name__}"
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    return "ok" if not plan else f"{len(plan)} not applied"


def _redis() -> str:
    try:
        redis_client.get().ping()
    except RedisError as error:
        return f"unreachable: {type(error).__name__}"
    return "ok"


def _worker() -> str:
    try:
        seen = redis_client.get().get(redis_client.key("heartbeat", "worker"))
    except RedisError:
        return "unknown"
    if seen is None:
        return "no heartbeat yet"
    age = int(time.time()) - int(seen)
    return "ok" if age <= HEARTBEAT_MAX_AGE_SECONDS else f"silent for {age} s"
