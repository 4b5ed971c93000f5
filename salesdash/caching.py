"""The cache of pages: without Redis it is empty, and everything is asked of the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
T = TypeVar("T")
# a page asks a dozen times
QUIET_SECONDS: Final = 60.0
_told_at = -QUIET_SECONDS


class _OneClient(RedisCacheClient):
    """Django's makes a client for every command; there is one server, and a client may be used by threads."""

    @cached_property
    def _client_of_all(self) -> Redis:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        return self._client_of_all


class ForgetfulCache(RedisCache):
    """Django's, which would end every page with an error while Redis is away."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _asked(lambda: super(ForgetfulCache, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return _asked(lambda: super(ForgetfulCache, self).get_many(keys, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return _asked(lambda: super(ForgetfulCache, self).has_key(key, version), False)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _asked(lambda: super(ForgetfulCache, self).set(key, value, timeout, version), None)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        """The keys that were not stored."""
        return _asked(lambda: super(ForgetfulCache, self).set_many(data, timeout, version), list(data))

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """True without Redis: nobody else can have been first."""
        return _asked(lambda: super(ForgetfulCache, self).add(key, value, timeout, version), True)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """ValueError for a key that is not there; without Redis none is."""
        found = _asked(lambda: super(ForgetfulCache, self).incr(key, delta, version), None)
        if found is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(found)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _asked(lambda: super(ForgetfulCache, self).touch(key, timeout, version), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return _asked(lambda: super(ForgetfulCache, self).delete(key, version), False)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        _asked(lambda: super(ForgetfulCache, self).delete_many(keys, version), None)


def _asked(ask: Callable[[], T], nothing: T) -> T:
    try:
        return ask()
    except (RedisError, OSError) as error:
        _tell(error)
        return nothing


def _tell(error: Exception) -> None:
    global _told_at
    if time.monotonic() - _told_at >= QUIET_SECONDS:
        _told_at = time.monotonic()
        log.warning("no cache", error=type(error).__name__)
