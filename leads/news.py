"""News of crossings and replies on their way to people: whoever records activities does not wait for it.

It waits in Redis for a worker, who stores the notifications. While Redis is away it is told at once; what
was waiting in a Redis that died is not told, and nothing else is lost with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import LockError, RedisError

from leads import notifying
from leads.models.score import Band
from leads.signals import ChangedLead, Reply, leads_replied, temperature_crossed
from salesdash import redis_client

logger = logging.getLogger(__name__)

TASK: Final = "leads.tell_news"
WAITING: Final = redis_client.key("news", "waiting")
_LOCK: Final = redis_client.key("news", "lock")
# news of one batch of activities each
_AT_A_TIME: Final = 50
_LOCK_SECONDS: Final = 60
_WAIT_SECONDS: Final = 10


def connect() -> None:
    temperature_crossed.connect(_on_crossed, dispatch_uid="news_crossed")
    leads_replied.connect(_on_replied, dispatch_uid="news_replied")


def drain() -> int:
    """Tell what waits; returns how much that was. Told before it is taken off: twice rather than never."""
    store = redis_client.get()
    done = 0
    try:
        with store.lock(_LOCK, timeout=_LOCK_SECONDS, blocking_timeout=_WAIT_SECONDS):
            while waiting := store.lrange(WAITING, 0, _AT_A_TIME - 1):
                for text in waiting:
                    _tell(*json.loads(text))
                store.ltrim(WAITING, len(waiting), -1)
                done += len(waiting)
    except LockError:
        # another worker is at it, and the sweep comes by again
        logger.info("news left to another worker")
    return done


def _on_crossed(changed: Sequence[ChangedLead], **_kwargs: Any) -> None:
    hot = [[one.lead_id, one.rank] for one in changed if one.band_before < Band.HOT <= one.band_after]
    if hot:
        _wait("hot", hot)


def _on_replied(replies: Sequence[Reply], **_kwargs: Any) -> None:
    _wait("reply", [[one.lead_id, one.source, one.external_id, one.at.isoformat()] for one in replies])


def _wait(kind: str, items: list[list[Any]]) -> None:
    try:
        if redis_client.get().rpush(WAITING, json.dumps([kind, items])) > 1:
            return  # a worker was called for what waits before it
    except RedisError as error:
        logger.warning("news told at once: %s", error)
        _tell(kind, items)
        return
    try:
        current_app.send_task(TASK)
    except (OperationalError, RedisError) as error:
        logger.warning("news left to the sweep: %s", error)


def _tell(kind: str, items: list[list[Any]]) -> None:
    if kind == "hot":
        notifying.became_hot(dict(items))
    else:
        replies = [Reply(lead, source, key, datetime.fromisoformat(at)) for lead, source, key, at in items]
        notifying.replied(replies)
