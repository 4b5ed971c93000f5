"""Lists in Redis for what PostgreSQL cannot take at the moment. Bounded; an entry goes when it is stored."""

from __future__ import annotations

import json
from typing import Any, Final

import redis
import structlog

from salesdash import redis_client

log = structlog.get_logger(__name__)
HITS: Final = "hits"
STOPS: Final = "stops"
# some 10 MB; what comes above is refused, and its sender told where a person waits for an answer
MOST: Final = 100_000
AT_ONCE: Final = 1000
_PUSH: Final = """
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
return redis.call('RPUSH', KEYS[1], ARGV[2])
"""


def push(name: str, entry: dict[str, Any]) -> bool:
    """False: the list is full, or Redis is away, too."""
    try:
        kept = redis_client.get().eval(_PUSH, 1, _key(name), str(MOST), json.dumps(entry))
    except redis.RedisError as error:
        log.error("not buffered", list=name, error=type(error).__name__)
        return False
    if not kept:
        log.error("buffer full", list=name)
    return bool(kept)


def first(name: str, start: int = 0) -> list[bytes]:
    """The oldest entries from `start` on, still in the list. Nothing while Redis is away."""
    try:
        found: list[bytes] = redis_client.get().lrange(_key(name), start, start + AT_ONCE - 1)  # type: ignore[assignment]
    except redis.RedisError as error:
        log.warning("buffer not read", list=name, error=type(error).__name__)
        return []
    return found


def remove(name: str, entries: list[bytes]) -> bool:
    """Each by its value: two that drain at once take away nothing that neither has stored.

    False: Redis is away or takes no changes; whoever goes on would get the same entries again.
    """
    try:
        with redis_client.get().pipeline(transaction=False) as pipe:
            for entry in entries:
                pipe.lrem(_key(name), 1, entry)  # type: ignore[arg-type]
            pipe.execute()
    except redis.RedisError as error:
        log.warning("buffer not emptied", list=name, error=type(error).__name__)
        return False
    return True


def _key(name: str) -> str:
    return redis_client.key("mail-buffer", name)
