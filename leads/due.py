"""Calls to return and next actions whose time has come: their owners hear of each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from leads import notifying
from leads.models import Lead, Stage
from leads.models.notification import Kind, Notification
from leads.notifying import News
from salesdash import redis_client
from salesdash.models import Team

# how far back a look goes where nobody knows when the last one was, and at most
FIRST_LOOK: Final = timedelta(hours=1)
LONGEST_LOOK: Final = timedelta(days=1)
KEEP: Final = timedelta(days=30)
DELETE_AT_ONCE: Final = 5000
_LOOKED_AT: Final = redis_client.key("notify", "due-until")
_COLUMNS: Final = ((Kind.RECALL, "recall_at"), (Kind.ACTION, "next_action_due_at"))


def tell_due(*, now: datetime | None = None) -> int:
    """What fell due since the last look; again looking at the same span changes nothing."""
    now = now or timezone.now()
    news = [one for kind, column in _COLUMNS for one in _fallen_due(kind, column, _looked_at(now), now)]
    stored = notifying.tell(news)
    redis_client.get().set(_LOOKED_AT, now.timestamp())
    return stored


def _looked_at(now: datetime) -> datetime:
    known = redis_client.get().get(_LOOKED_AT)
    if known is None:
        return now - FIRST_LOOK
    moment = datetime.fromtimestamp(float(known), UTC)
    return max(moment, now - LONGEST_LOOK)


def _fallen_due(kind: Kind, column: str, since: datetime, now: datetime) -> Iterator[News]:
    """By team: the index on due times begins with it."""
    teams = list(Team.objects.values_list("pk", flat=True))
    due = Lead.objects.filter(
        **{"team__in": teams, f"{column}__gt": since, f"{column}__lte": now},
        owner__isnull=False,
        stage__in=Stage.open(),
    )
    for pk, owner, at in due.order_by(column, "pk").values_list("pk", "owner_id", column).iterator():
        yield News(owner, pk, kind, f"{kind}-{pk}-{at.isoformat()}", at)


def forget(*, now: datetime | None = None) -> int:
    """Notifications that nobody looks for any more, in batches. Returns how many were deleted."""
    oldest = (now or timezone.now()) - KEEP
    total = 0
    while True:
        some = Notification.objects.filter(at__lt=oldest).values_list("pk", flat=True)[:DELETE_AT_ONCE]
        deleted, _by_model = Notification.objects.filter(pk__in=list(some)).delete()
        total += deleted
        if deleted < DELETE_AT_ONCE:
            return total
