"""News for the apps above, sent after the commit.

confirmation_changed(change: Change)    a team's domain is confirmed from now on, or not any more
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from celery import current_app
from django.db import transaction
from django.dispatch import Signal
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
confirmation_changed = Signal()
TASK: Final = "salesdash.check_sending_domains"


@dataclass(frozen=True, slots=True)
class Change:
    """`actor_id` is whose doing it was; None for what DNS says."""

    team_id: int
    domain: str
    confirmed: bool
    at: datetime
    actor_id: int | None = None


def announce(change: Change) -> None:
    """A receiver that fails is logged and harms nobody."""
    transaction.on_commit(lambda: confirmation_changed.send_robust(sender=Change, change=change))


def enqueue() -> None:
    """A worker looks at what is due; without Redis the schedule comes by within a minute."""
    try:
        current_app.send_task(TASK, expires=600, retry=False)
    except (OperationalError, RedisError) as error:
        log.warning("sending domains not enqueued", error=type(error).__name__)
