"""A mail enters the lead's history; and what came back of it settles what nobody knew about it.

A reply, a bounce, any word that names a mail by its Message-ID proves that it had left. While its sender
still talks to the mail server nothing is changed under its hands: it settles the mail itself when done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone

from drafts import workflow
from drafts.models import Delivery, Draft, MailEvent, State
from leads import ingest
from leads.models import ActivityType
from salesdash import audit
from salesdash.models import User

Status = Delivery.Status
_SOURCE: Final = "salesdash"


def settle(draft: Draft, delivery_id: int) -> bool:
    """By what is known of it by now; True: it changed. Wants the draft's row locked."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("sender")
    delivery = rows.filter(pk=delivery_id, status__in=(Status.UNCERTAIN, Status.SENT)).first()
    told = MailEvent.objects.filter(delivery=delivery_id, names_mail=True).order_by("received_at")
    known = list(told.values_list("kind", "code")) if delivery else []
    if delivery is None or not known:
        return False
    changed = False
    if delivery.status == Status.UNCERTAIN and draft.state == State.UNCERTAIN:
        was_sent(draft, delivery, None, code="came_back")
        details = {"delivery": delivery.pk, "sent": True, "by": known[0][0]}
        audit.record(actor=None, action="draft.decide_uncertain", target=draft, details=details)
        changed = True
    codes = [code for kind, code in known if kind == MailEvent.Kind.BOUNCE]
    return (bool(codes) and mark_bounced(draft, delivery.pk, codes[0])) or changed


def mark_bounced(draft: Draft, delivery_id: int, code: str) -> bool:
    """The panel shows it. What is still on its way is for the sender, or for a person, to judge."""
    sent = Delivery.objects.filter(pk=delivery_id, status=Status.SENT)
    if not sent.update(status=Status.BOUNCED, error_code=code):
        return False
    workflow.announce(draft, origin=draft.state, at=timezone.now())
    return True


def was_sent(draft: Draft, delivery: Delivery, actor: User | None, *, code: str) -> None:
    """An uncertain mail did go out, at the time of its try."""
    at = delivery.attempt_at or timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Status.SENT, sent_at=at, error_code="", attempt_token=None
    )
    details = {"delivery": delivery.pk, "code": code}
    workflow.move(draft, to=State.SENT, actor=actor, details=details, undo_until=None)
    record_activity(draft, delivery, delivery.sender, at)


def record_activity(draft: Draft, delivery: Delivery, user: User | None, at: datetime) -> None:
    """Sent: it enters the lead's history."""
    # a key is used once: what was taken back keeps its own
    times_sent = draft.events.filter(to_state=State.SENT).count()
    again = f"-{times_sent}" if times_sent > 1 else ""
    ingest.record(
        [
            ingest.NewActivity(
                lead_id=draft.lead_id,
                type=ActivityType.EMAIL_SENT,
                occurred_at=at,
                source=_SOURCE,
                external_id=f"delivery-{delivery.pk}{again}",
                properties={"channel": str(delivery.channel), "purpose": draft.purpose},
                delivery_id=delivery.pk,
                actor_id=user.pk if user else None,
            )
        ]
    )
