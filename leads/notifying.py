"""Tells people what happened to their leads: stored once per event, announced on the live channel.

Whoever has news calls `tell`. What may be shown is decided again when it is read
(`NotificationQuerySet.shown_to`); over the socket go numbers alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from leads import sql
from leads.ingest import NEWS_FOR
from leads.live import publish
from leads.models import Lead, Notification, Stage
from leads.models.notification import ASKED, Kind, kinds_off
from leads.signals import Reply
from salesdash.models import User

BATCH: Final = 1000
EVENT: Final = "notice"
# written out: each draft that becomes ready asks
_PREFERENCES: Final = """
SELECT id, preferences::text FROM salesdash_user WHERE id = ANY(%(users)s) AND is_active
"""


@dataclass(frozen=True, slots=True)
class News:
    """`key` names the event among all of this person's. About a lead, or without one about a team."""

    user_id: int
    lead_id: int | None
    kind: Kind
    key: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    team_id: int | None = None


def tell(news: Sequence[News]) -> int:
    """Store what is new and wanted; after the commit one frame per person. Returns how many were stored."""
    wanted = _wanted(news)
    stored = 0
    for start in range(0, len(wanted), BATCH):
        stored += _store(wanted[start : start + BATCH])
    return stored


def _wanted(news: Sequence[News]) -> list[News]:
    asked = {"users": list({one.user_id for one in news})}
    found = sql.prepared_rows(_PREFERENCES, asked) if news else []
    off = {pk: kinds_off(json.loads(stored)) for pk, stored in found}
    return [one for one in news if one.user_id in off and one.kind not in off[one.user_id]]


def _store(news: Sequence[News]) -> int:
    columns = {
        "user_id": [one.user_id for one in news],
        "lead_id": [one.lead_id for one in news],
        "team_id": [one.team_id for one in news],
        "kind": [one.kind.value for one in news],
        "key": [one.key for one in news],
        "at": [one.at for one in news],
        "details": [json.dumps(dict(one.details), ensure_ascii=False) for one in news],
    }
    # by itself it need not wait for the disk: a crash then takes the news, not what it is about
    how = {"asked": [kind.value for kind in ASKED], "hurried": connection.in_atomic_block}
    stored = sql.prepared_rows(sql.load("notify"), columns | how)
    for user_id, number in Counter(user_id for user_id, _pk in stored).items():
        announce(user_id, number)
    return len(stored)


def announce(user_id: int, number: int = 0) -> None:
    """To all screens of this person: ask again what there is. `number` of new ones, 0 for "fewer"."""
    publish.event(0, EVENT, {"n": number}, user_id=user_id)


# --- what happened ---------------------------------------------------------------------------------


def became_hot(ranks: Mapping[int, float]) -> None:
    """Leads that crossed into hot: the rank, which only this crossing has, names it."""
    # a history that is read in makes leads hot, too: that is no news
    lively = _worked_on(ranks).filter(score__last_activity_at__gte=timezone.now() - NEWS_FOR)
    tell(
        [
            News(owner, pk, Kind.HOT, f"hot-{pk}-{ranks[pk]!r}", at)
            for pk, owner, at in lively.values_list("pk", "owner_id", "score__last_activity_at")
            if at
        ]
    )


def replied(replies: Sequence[Reply]) -> None:
    owners = dict(_worked_on({one.lead_id for one in replies}).values_list("pk", "owner_id"))
    tell(
        [
            News(owners[one.lead_id], one.lead_id, Kind.REPLY, _reply_key(one), one.at)
            for one in replies
            if one.lead_id in owners
        ]
    )


def assigned(*, lead_ids: Iterable[int], owner_id: int | None, actor: User, at: datetime) -> None:
    """By somebody else: whoever takes a lead knows it. Also for many at once, in the caller's transaction."""
    if owner_id is None or owner_id == actor.pk:
        return
    tell(
        [
            News(owner_id, pk, Kind.ASSIGNED, f"assigned-{pk}-{at.isoformat()}", at, {"by": str(actor)})
            for pk in lead_ids
        ]
    )


def taken_back(*, lead_ids: Iterable[int], owner_id: int | None) -> None:
    """The leads were given by mistake: what was said of it and not read yet is unsaid."""
    if owner_id is None:
        return
    said = Notification.objects.filter(user=owner_id, kind=Kind.ASSIGNED, lead__in=lead_ids).unread()
    deleted, _by_model = said.delete()
    if deleted:
        announce(owner_id)


def _worked_on(lead_ids: Iterable[int]) -> QuerySet[Lead]:
    return Lead.objects.filter(pk__in=lead_ids, owner__isnull=False, stage__in=Stage.open()).order_by("pk")


def _reply_key(reply: Reply) -> str:
    return f"reply-{reply.lead_id}-{reply.source}-{reply.external_id}"
