"""What news of drafts leads to: a live frame for the screens, a job for the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from drafts import product_events
from drafts.models import Delivery, State
from leads import notifying
from leads.live import publish
from leads.models.notification import Kind
from leads.sql import prepared_rows
from salesdash.models import Team

log = structlog.get_logger(__name__)


# written out: each draft asks
_IN_BATCH: Final = "SELECT 1 FROM drafts_batchitem WHERE draft_id = %(draft)s LIMIT 1"


class _DraftNews(NamedTuple):
    kind: Kind
    after: tuple[str, ...]


_NEWS: Final = {
    State.READY.value: _DraftNews(Kind.DRAFT_READY, (State.CHECKING,)),
    State.IN_REVIEW.value: _DraftNews(Kind.DRAFT_STOPPED, (State.CHECKING,)),
    State.APPROVED.value: _DraftNews(Kind.DRAFT_DECIDED, (State.IN_REVIEW,)),
    State.REJECTED.value: _DraftNews(Kind.DRAFT_DECIDED, (State.IN_REVIEW,)),
}


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


def tell_requester(
    *,
    draft_id: int,
    lead_id: int,
    state: str,
    origin: str,
    at: datetime,
    actor_id: int | None,
    requested_by_id: int | None,
    text_hash: str,
    **_kwargs: Any,
) -> None:
    """Whoever asked for the draft hears how it went, unless it was their own doing."""
    if state not in _NEWS or origin not in _NEWS[state].after:
        return
    if requested_by_id is None or requested_by_id == actor_id:
        return
    # hundreds at once would drown everything else: the page of the batch tells how they went
    if state == State.READY and prepared_rows(_IN_BATCH, {"draft": draft_id}):
        return
    # a text that is checked again by newer rules, with the same result, is no news
    key = f"draft-{draft_id}-{state}-{text_hash[:16]}"
    details = {"draft": draft_id, "state": state}
    notifying.tell([notifying.News(requested_by_id, lead_id, _NEWS[state].kind, key, at, details)])


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


def enqueue_mail(*, delivery_id: int, seconds: float, **_kwargs: Any) -> None:
    from drafts.tasks import send_mail

    try:
        send_mail.apply_async(countdown=seconds, expires=seconds + 600, retry=False)
    except (OperationalError, RedisError) as error:
        # the schedule asks for due mails by itself
        log.warning("mail not enqueued", delivery=delivery_id, error=type(error).__name__)


def rules_published(*, version: int, **_kwargs: Any) -> None:
    """No screen goes on showing what older rules cleared, and the new ones look at it at once."""
    from drafts.tasks import recheck

    for team_id in Team.objects.values_list("pk", flat=True):
        publish.event(team_id, "draft", {"id": None, "lead": None, "state": "rules"})
    try:
        recheck.apply_async(retry=False)
    except (OperationalError, RedisError) as error:
        # nothing outdated is readable meanwhile, and the sweep comes back to it
        log.warning("recheck not enqueued", version=version, error=type(error).__name__)
