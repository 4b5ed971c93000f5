"""Circuit breaker: after some failures in a row a provider is left alone for a while, then tried once.

The state is in Redis, shared by all workers. Without Redis the circuit counts as closed.
"""

from __future__ import annotations

import contextlib
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import RedisError

from salesdash import redis_client

FAILURES: Final = 5
WINDOW_SECONDS: Final = 60
OPEN_SECONDS: Final = 30


def allows(name: str) -> bool:
    """False while the circuit is open; after that, True for one trial at a time."""
    try:
        store = redis_client.get()
        is_open, failures = cast(list[Any], store.mget(_key(name, "open"), _key(name, "failures")))
        if is_open:
            return False
        if int(failures or 0) < FAILURES:
            return True
        return bool(store.set(_key(name, "trial"), 1, nx=True, ex=OPEN_SECONDS))
    except RedisError:
        return True


def give_back(name: str) -> None:
    """The trial that `allows` gave and that nobody made: no slot was free, no budget left."""
    with contextlib.suppress(RedisError):
        redis_client.get().delete(_key(name, "trial"))


def succeeded(name: str, commands: Redis) -> None:
    """`commands`: a client, or a pipeline that sends it later."""
    with contextlib.suppress(RedisError):
        commands.delete(_key(name, "failures"), _key(name, "open"), _key(name, "trial"))


def failed(name: str) -> None:
    """The count outlives the open time, so that the first call after it is a trial."""
    with contextlib.suppress(RedisError):
        store = redis_client.get()
        count = store.incr(_key(name, "failures"))
        store.expire(_key(name, "failures"), WINDOW_SECONDS)
        if count >= FAILURES:
            store.set(_key(name, "open"), 1, ex=OPEN_SECONDS)
            store.delete(_key(name, "trial"))


def state(name: str) -> str:
    """closed, open, half_open, or unknown without Redis: for the health page."""
    try:
        keys = _key(name, "open"), _key(name, "failures")
        is_open, failures = cast(list[Any], redis_client.get().mget(*keys))
        if is_open:
            return "open"
        return "half_open" if int(failures or 0) >= FAILURES else "closed"
    except RedisError:
        return "unknown"


def _key(name: str, part: str) -> str:
    return redis_client.key("llm", "breaker", name, part)
