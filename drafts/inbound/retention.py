"""How long events of mails are kept, and why forgetting them lets no old one act again.

Told again after its row has gone, an event would look new: it would stop an address that somebody has freed
since. So what happened before the days kept is not taken any more, and a row goes by the moment at which it
was told, which is never before it happened: whatever may still be taken, its row is still there. Opt-outs and
complaints stay for ever. They prove that somebody said no, are few, and are taken however late they come.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from drafts.models import MailEvent

KEPT_FOR_EVER: Final = (MailEvent.Kind.OPT_OUT, MailEvent.Kind.COMPLAINT)
DELETE_AT_ONCE: Final = 1000


def is_past(kind: MailEvent.Kind, at: datetime) -> bool:
    """Nobody knows any more whether this was told before."""
    return kind not in KEPT_FOR_EVER and at < _oldest()


def forget() -> int:
    """Rows that are no longer needed, in batches. Returns how many were deleted."""
    old = MailEvent.objects.filter(received_at__lt=_oldest()).exclude(kind__in=KEPT_FOR_EVER)
    total = 0
    while True:
        some = old.order_by("received_at").values_list("pk", flat=True)[:DELETE_AT_ONCE]
        deleted, _by_model = MailEvent.objects.filter(pk__in=list(some)).delete()
        total += deleted
        if deleted < DELETE_AT_ONCE:
            return total


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.MAIL_EVENT_DAYS)
