"""How news gets onto the live channel: after the commit, and without failing the work that made the news.

A mark lost with Redis is made good by the pump, which also looks for changes in PostgreSQL; an event lost
with Redis is made good by the screens, which ask again after every reconnect.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from leads.live import frames
from salesdash import redis_client, telemetry

logger = logging.getLogger(__name__)

# hash: lead id → "<ms of the first unpublished change>|<traceparent>"
CHANGED: Final = redis_client.key("live", "changed")
_PER_ROUND_TRIP: Final = 5000
# one command for all: a command each costs a batch of 10,000 a quarter of a second
_MARK_ALL: Final = """
for i = 2, #ARGV do redis.call('hsetnx', KEYS[1], ARGV[i], ARGV[1]) end
"""
# a writer waits for a Redis that is away only now and then: the pump finds the changes by itself
PAUSE_SECONDS: Final = 5.0
_lost_until = 0.0

# as the channel layer names the channels of its groups
_GROUPS: Final = f"{redis_client.key('ws')}__group__"
EVERYBODY: Final = "live.everybody"


def team_group(team_id: int) -> str:
    return f"live.team.{team_id}"


def user_group(user_id: int) -> str:
    return f"live.user.{user_id}"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def mark(lead_ids: Iterable[int]) -> None:
    """These leads have a new temperature. The pump reads the values itself: a mark may come late or twice."""
    ids = sorted(set(lead_ids))
    news = f"{now_ms()}|{telemetry.carrier().get('traceparent', '')}"
    if ids:
        transaction.on_commit(partial(_mark, ids, news))


def _mark(lead_ids: list[int], news: str) -> None:
    global _lost_until
    if time.monotonic() < _lost_until:
        return
    try:
        for start in range(0, len(lead_ids), _PER_ROUND_TRIP):
            some = lead_ids[start : start + _PER_ROUND_TRIP]
            redis_client.get().eval(_MARK_ALL, 1, CHANGED, news, *some)
    except RedisError as error:
        _lost_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("live marks lost, left to the pump's own search: %s", error)


def event(team_id: int, kind: str, payload: Mapping[str, Any], user_id: int | None = None) -> None:
    """Ids and codes for the team's screens, or one user's. `inference_ms` is kept for the delay's record."""
    # stages of one draft share its trace: each is acknowledged by a name of its own
    content = {"trace": telemetry.trace_id(), "ack": secrets.token_hex(4), **payload}
    inference_ms = content.pop("inference_ms", None)
    relayed = relay(
        kind=kind,
        team_id=team_id,
        data=frames.message(kind, **content),
        since_ms=now_ms(),
        name=content["ack"],
        trace_id=content["trace"],
        inference_ms=inference_ms,
    )
    group = team_group(team_id) if user_id is None else user_group(user_id)
    transaction.on_commit(partial(send, group, relayed))


def relay(
    *,
    kind: str,
    team_id: int,
    data: bytes,
    since_ms: int | None,
    name: str,
    trace_id: str,
    span_id: str = "",
    inference_ms: int | None = None,
) -> dict[str, Any]:
    """`data` is for the screens, the rest for the record of its delay; a screen acknowledges by `name`."""
    return {
        "type": "live.frame",
        "kind": kind,
        "team_id": team_id,
        "data": data,
        "since_ms": since_ms,
        "name": name,
        "trace_id": trace_id,
        "span_id": span_id,
        "inference_ms": inference_ms,
    }


def send(group: str, message: dict[str, Any]) -> None:
    """To every socket of the group, now. A lost Redis loses it, and is told in the log.

    What the layer's `group_send` does, on this process's own connection: from synchronous code that would
    take a thread, an event loop and a new connection for each message.
    """
    try:
        redis_client.get().publish(f"{_GROUPS}{group}", get_channel_layer().serialize(message))
    except (RedisError, OSError) as error:
        logger.warning("live message %s lost: %s", message["type"], error)
