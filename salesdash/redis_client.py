"""The one connection pool to Redis per process."""

from __future__ import annotations

import os

import redis
from django.conf import settings

_clients: dict[int, redis.Redis] = {}


def get() -> redis.Redis:
    """Bytes in, bytes out. Keyed by process: a pool must not be shared across a fork."""
    client = _clients.get(os.getpid())
    if client is None:
        _clients.clear()
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2)
        _clients[os.getpid()] = client
    return client


def key(*parts: str | int) -> str:
    """A key under this installation's prefix."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
