"""At most so many calls at once, over all workers. A slot expires by itself if its holder dies."""

from __future__ import annotations

import contextlib
import random
import time
import uuid
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from redis.client import Pipeline
from redis.exceptions import RedisError

from drafts.llm.errors import LlmBusy
from salesdash import redis_client

WAIT_SECONDS: Final = 20.0
_TAKE: Final = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[3])
return 1
"""


@contextlib.contextmanager
def slot(*, wait_seconds: float = WAIT_SECONDS) -> Iterator[Pipeline]:
    """Yields commands for Redis that go out together with the slot's return, in one round trip.

    Raises LlmBusy when none comes free in time. Without Redis nothing is counted, and nothing goes out.
    """
    name = uuid.uuid4().hex
    deadline = time.monotonic() + wait_seconds
    while not _take(name):
        if time.monotonic() > deadline:
            raise LlmBusy
        time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 -- spreads the waiting, hides nothing
    with redis_client.get().pipeline(transaction=False) as at_the_end:
        try:
            yield at_the_end
        finally:
            at_the_end.zrem(_key(), name)
            with contextlib.suppress(RedisError):
                at_the_end.execute()


def in_use() -> int | None:
    """Calls under way now, over all workers; None without Redis."""
    try:
        return int(redis_client.get().zcount(_key(), int(time.time() * 1000), "+inf"))
    except RedisError:
        return None


def _take(name: str) -> bool:
    now_ms = int(time.time() * 1000)
    # all tries of one call, waits included, end well before
    expiry_ms = now_ms + int(settings.LLM_TIMEOUT_SECONDS * 4000) + 30_000
    try:
        return bool(
            redis_client.get().eval(_TAKE, 1, _key(), now_ms, settings.LLM_CONCURRENCY, expiry_ms, name)
        )
    except RedisError:
        return True


def _key() -> str:
    return redis_client.key("llm", "slots")
