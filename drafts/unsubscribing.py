"""The link at the end of each mail that stops further ones: 特定電子メール法, art. 3 (3) and 4.

The address holds the number of a delivery and a signature, nothing about a person, and it does not age: who
finds an old mail can still use it. Reading the page changes nothing, because mail scanners follow links; a
POST does (the button, or a mail program by RFC 8058).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from drafts.inbound import recording
from drafts.models import Delivery
from drafts.safety import law
from drafts.tracking import buffer
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)
_SOURCE: Final = "salesdash"
_signer: Final = Signer(salt="drafts.unsubscribe")


def address(delivery_id: int) -> str:
    """The whole address, as it stands in the mail."""
    return f"{settings.SITE_URL}{reverse('unsubscribe', args=[_signer.sign(str(delivery_id))])}"


def example() -> str:
    """How it will look, in a preview: nothing has been handed out yet."""
    return f"{settings.SITE_URL}/u/…"


def read(token: str) -> int | None:
    """The number of a delivery, which may be gone; None for a token that is forged or cut off."""
    try:
        return int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None


def find(token: str) -> Delivery | None:
    """None for a token that is forged, cut off or of a delivery that is gone."""
    delivery_id = read(token)
    if delivery_id is None:
        return None
    return Delivery.objects.select_related("team", "draft").filter(pk=delivery_id).first()


def has_stopped(delivery: Delivery) -> bool:
    return law.is_suppressed(team_id=delivery.team_id, email=delivery.recipient)


def stop(delivery: Delivery, *, at: datetime | None = None) -> bool:
    """No mail of this team goes to the address any more. False: that was so already, nothing changes.

    Nor to the person, whatever address they have: that follows from the activity (leads/opting_out.py).
    """
    event_id = f"unsubscribe-{delivery.pk}"
    if not has_stopped(delivery) and (times := delivery.mail_events.filter(source=_SOURCE).count()):
        # somebody freed the address in between: this is another word of the reader
        event_id = f"{event_id}-{times}"
    return recording.opted_out(delivery, at=at or timezone.now(), event_id=event_id, source=_SOURCE)


def catch_up() -> int:
    """Wishes that were noted in Redis while PostgreSQL was away (tracking/later.py). Safe to run twice.

    What cannot be stored now stays for the next time. Returns how many were done with.
    """
    done = 0
    left = 0
    while entries := buffer.first(buffer.STOPS, left):
        settled = [entry for entry in entries if _settled(json.loads(entry))]
        gone = buffer.remove(buffer.STOPS, settled)
        done += len(settled)
        left += len(entries) - len(settled)
        if not gone or len(entries) < buffer.AT_ONCE:
            break
    return done


def _settled(wish: dict[str, Any]) -> bool:
    try:
        delivery = Delivery.objects.select_related("team", "draft").filter(pk=wish["delivery"]).first()
        if delivery is None:
            log.warning("opt-out of a mail that is gone", delivery=wish["delivery"])
        else:
            stop(delivery, at=datetime.fromisoformat(wish["at"]))
    except (DatabaseError, DomainError) as error:
        log.error("opt-out not stored yet", delivery=wish["delivery"], error=type(error).__name__)
        return False
    return True


def masked(email: str) -> str:
    """`t•••@example.co.jp`: enough for its owner, too little for somebody to whom the mail was forwarded."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"
