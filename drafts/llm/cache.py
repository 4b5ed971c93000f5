"""Texts that passed, for 30 minutes. Generation only: a judge or a moderator is asked each time anew.

One flight per prompt: who asks for the same prompt meanwhile waits for the first one's result.
Without Redis there is no cache, and everything goes on.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from redis.exceptions import RedisError

from salesdash import redis_client

TTL_SECONDS: Final = 1800
# a leader that died is replaced after this time
FLIGHT_SECONDS: Final = 180
WAIT_SECONDS: Final = 45.0
_POLL_SECONDS: Final = 0.1

_RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


def key_of(*, model: str, sampling: dict[str, Any], messages: list[dict[str, str]], variant: int) -> str:
    """sha256 over everything that the answer depends on."""
    asked = json.dumps([model, sampling, messages, variant], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(asked.encode()).hexdigest()


@dataclass
class Flight:
    """One prompt on its way. `answer` is what another flight has already brought, or None.

    `waited`: for another's flight, up to WAIT_SECONDS.
    """

    key: str
    answer: dict[str, Any] | None = None
    waited: bool = False
    _token: str = field(default_factory=lambda: uuid.uuid4().hex)
    # whether it may hold the lock
    _asked: bool = False


@contextlib.contextmanager
def flight(
    key: str, *, wait_seconds: float = WAIT_SECONDS, on_wait: Callable[[], None] | None = None
) -> Iterator[Flight]:
    """Lead the flight or wait for its leader; yields when the answer is there or it is our turn.

    `on_wait` is called before the first wait.
    """
    mine = Flight(key)
    try:
        _board(mine, time.monotonic() + wait_seconds, on_wait)
    except RedisError:
        mine.answer = None
    try:
        yield mine
    finally:
        if mine._asked:
            with contextlib.suppress(RedisError):
                redis_client.get().eval(_RELEASE, 1, _flight_key(key), mine._token)


def _board(mine: Flight, deadline: float, on_wait: Callable[[], None] | None) -> None:
    store = redis_client.get()
    while True:
        mine.answer = get(mine.key)
        if mine.answer is not None or time.monotonic() > deadline:
            return
        mine._asked = True
        if store.set(_flight_key(mine.key), mine._token, nx=True, ex=FLIGHT_SECONDS):
            # it may have landed between the look and the lock
            mine.answer = get(mine.key)
            return
        if on_wait and not mine.waited:
            on_wait()
        mine.waited = True
        time.sleep(_POLL_SECONDS)


def get(key: str) -> dict[str, Any] | None:
    with contextlib.suppress(RedisError, ValueError):
        stored = redis_client.get().get(_text_key(key))
        found = json.loads(stored) if stored else None
        return found if isinstance(found, dict) else None
    return None


def store(key: str, answer: dict[str, Any], *, text_hash: str) -> None:
    """Only for texts that every layer has passed."""
    with contextlib.suppress(RedisError), redis_client.get().pipeline() as pipe:
        pipe.set(_text_key(key), json.dumps(answer, ensure_ascii=False), ex=TTL_SECONDS)
        pipe.sadd(_hash_key(text_hash), key)
        pipe.expire(_hash_key(text_hash), TTL_SECONDS)
        pipe.execute()


def evict(text_hash: str) -> int:
    """Forget every entry that holds this text; returns how many there were."""
    if not text_hash:
        return 0
    try:
        client = redis_client.get()
        keys = [key.decode() for key in client.smembers(_hash_key(text_hash)) if isinstance(key, bytes)]
        return client.delete(_hash_key(text_hash), *map(_text_key, keys)) - 1 if keys else 0
    except RedisError:
        # a cached text is checked again before it is used, so a missed eviction lets nothing out
        return 0


def _text_key(key: str) -> str:
    return redis_client.key("llm", "text", key)


def _hash_key(text_hash: str) -> str:
    return redis_client.key("llm", "hash", text_hash)


def _flight_key(key: str) -> str:
    return redis_client.key("llm", "flight", key)
