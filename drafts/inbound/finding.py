"""Which mail of ours is meant: by its Message-ID, else by the address that it went to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from drafts.models import Delivery

# the rest never left
_LEFT: Final = (
    Delivery.Status.CLAIMED, Delivery.Status.SENDING, Delivery.Status.SENT,
    Delivery.Status.UNCERTAIN, Delivery.Status.BOUNCED,
)  # fmt: skip
_MOST_IDS: Final = 50


def by_message_id(message_ids: Iterable[str], *, team_id: int | None = None) -> Delivery | None:
    """The first of `message_ids` that is ours, with or without angle brackets; of one team or of any."""
    wanted = [named for text in message_ids if (named := text.strip().strip("<>"))][:_MOST_IDS]
    if not wanted:
        return None
    spelled = [spelling for named in wanted for spelling in (f"<{named}>", named)]
    found = {mail.message_id.strip("<>"): mail for mail in _of(team_id).filter(message_id__in=spelled)}
    return next((found[named] for named in wanted if named in found), None)


def by_address(email: str, *, before: datetime, team_id: int | None = None) -> Delivery | None:
    """The last mail to this address that left before."""
    mails = _of(team_id).alias(address=Lower("recipient")).filter(address=Lower(Value(email.strip())))
    return mails.filter(claimed_at__lte=before, status__in=_LEFT).order_by("-claimed_at", "-pk").first()


def _of(team_id: int | None) -> QuerySet[Delivery]:
    mails = Delivery.objects.select_related("draft")
    return mails if team_id is None else mails.filter(team=team_id)
