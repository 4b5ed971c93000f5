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
local free = tonumber(ARGV[2]) - redis.call('ZCARD', KEYS[1])
local taken = math.max(0, math.min(free, #ARGV - 3))
for i = 1, taken do redis.call('ZADD', KEYS[1], ARGV[3], ARGV[3 + i]) end
if taken > 0 then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end
return taken
"""


@contextlib.contextmanager
def some(wanted: int, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[tuple[int, Pipeline]]:
    """How many slots were free, from one to `wanted`; and commands for Redis that go out with their return.

    Raises LlmBusy when none comes free in time. Without Redis nothing is counted, and nothing goes out.
    """
    names = [uuid.uuid4().hex for _number in range(wanted)]
    deadline = time.monotonic() + wait_seconds
    while not (taken := _take(names)):
        if time.monotonic() > deadline:
            raise LlmBusy
        time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 -- spreads the waiting, hides nothing
    with redis_client.get().pipeline(transaction=False) as at_the_end:
        try:
            yield taken, at_the_end
        finally:
            at_the_end.zrem(_key(), *names)
            with contextlib.suppress(RedisError):
                at_the_end.execute()


def in_use() -> int | None:
    """Calls under way now, over all workers; None without Redis."""
    try:
        return int(redis_client.get().zcount(_key(), int(time.time() * 1000), "+inf"))
    except RedisError:
        return None


def _take(names: list[str]) -> int:
    now_ms = int(time.time() * 1000)
    # all tries of one call, waits included, end well before
    expiry_ms = now_ms + int(settings.LLM_TIMEOUT_SECONDS * 4000) + 30_000
    try:
        store = redis_client.get()
        return int(store.eval(_TAKE, 1, _key(), now_ms, settings.LLM_CONCURRENCY, expiry_ms, *names))
    except RedisError:
        return len(names)


def _key() -> str:
    return redis_client.key("llm", "slots")
