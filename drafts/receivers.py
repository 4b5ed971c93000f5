"""What news of drafts leads to: a live frame for the screens, a job for the worker."""

from __future__ import annotations

from typing import Any

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from drafts import product_events
from drafts.models import Delivery
from leads.live import publish

log = structlog.get_logger(__name__)


def show_live(
    *,
    draft_id: int,
    team_id: int,
    lead_id: int,
    state: str,
    trace: str,
    generation_ms: int | None,
    **_kwargs: Any,
) -> None:
    payload: dict[str, Any] = {"id": draft_id, "lead": lead_id, "state": state, "trace": trace}
    if generation_ms is not None:
        payload["inference_ms"] = generation_ms
    publish.event(team_id, "draft", payload)


def note_answers(*, delivery_ids: list[int], **_kwargs: Any) -> None:
    for delivery in Delivery.objects.filter(pk__in=delivery_ids).select_related("draft"):
        product_events.replied(draft=delivery.draft)


def enqueue(*, draft_id: int, **_kwargs: Any) -> None:
    from drafts.tasks import generate_draft

    try:
        generate_draft.apply_async((draft_id,), retry=False)
    except (OperationalError, RedisError) as error:
        # the row itself is the queue: the sweeper finds it when Redis is back
        log.warning("draft not enqueued", draft=draft_id, error=type(error).__name__)
