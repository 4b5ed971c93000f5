"""How a mail ends that was not simply sent: refused, bounced, uncertain; and what a person finds out of it.

Each function wants the draft's row locked, then the delivery's, inside the caller's transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from drafts import sending, workflow
from drafts.inbound import recording
from drafts.mail import settling
from drafts.models import Delivery, Draft, State
from leads import notifying
from leads.models.notification import Kind
from salesdash import audit
from salesdash.models import User

Status = Delivery.Status
_SOURCE: Final = "smtp"


def locked(
    delivery_id: int, *, statuses: Sequence[Status], token: uuid.UUID | None = None
) -> Delivery | None:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("sender")
    held = {"attempt_token": token} if token else {}
    return rows.filter(pk=delivery_id, status__in=statuses, **held).first()


def fail(draft: Draft, delivery: Delivery, code: str, reply: str = "") -> None:
    """It did not go out and will not; the draft is as before, to be sent anew or by another way."""
    _end(delivery, Status.FAILED, code, reply)
    sending.put_back(draft, delivery, code=code)
    _tell(draft, delivery, "failed")


def bounce(draft: Draft, delivery: Delivery, reply: str) -> None:
    """The server knows no such address: nothing goes there any more. Wants the lead's row, too."""
    _end(delivery, Status.BOUNCED, "mail_no_such_address", reply)
    sending.put_back(draft, delivery, code="mail_no_such_address")
    recording.bounced(
        delivery,
        hard=True,
        at=timezone.now(),
        event_id=f"refused-{delivery.pk}",
        source=_SOURCE,
        code=reply,
    )
    _tell(draft, delivery, "bounced")


def park(draft: Draft, delivery: Delivery) -> None:
    """Nobody knows whether it was sent: it waits for a person, and nothing sends it again.

    Unless an answer or a bounce came meanwhile: then it had left.
    """
    Delivery.objects.filter(pk=delivery.pk).update(status=Status.UNCERTAIN, error_code="mail_no_answer")
    details = {"delivery": delivery.pk, "code": "mail_no_answer"}
    workflow.move(draft, to=State.UNCERTAIN, details=details)
    if not settling.settle(draft, delivery.pk):
        _tell(draft, delivery, "uncertain")


def decide(*, draft_id: int, user: User, sent: bool) -> Draft:
    """A person has looked: the mail was sent, or it was not and the draft is ready again."""
    sending.may_send(draft_id, user)
    with transaction.atomic():
        draft = sending.locked_draft(draft_id)
        found = draft.deliveries.filter(status=Status.UNCERTAIN).first()
        delivery = locked(found.pk, statuses=(Status.UNCERTAIN,)) if found else None
        if delivery is None or draft.state != State.UNCERTAIN:
            raise workflow.moved_on()
        if sent:
            settling.was_sent(draft, delivery, user, code="decided")
        else:
            _end(delivery, Status.FAILED, "not_sent", "")
            sending.put_back(draft, delivery, actor=user, code="not_sent")
        details = {"delivery": delivery.pk, "sent": sent}
        audit.record(actor=user, action="draft.decide_uncertain", target=draft, details=details)
    return draft


def _end(delivery: Delivery, status: Status, code: str, reply: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        status=status, error_code=code, smtp_reply=reply, attempt_token=None
    )


def _tell(draft: Draft, delivery: Delivery, what: str) -> None:
    """Whoever pressed Send thinks that it is out."""
    if delivery.sender_id is None:
        return
    details = {"draft": draft.pk, "state": what}
    key = f"mail-{delivery.pk}-{what}"
    news = notifying.News(delivery.sender_id, draft.lead_id, Kind.MAIL_UNSENT, key, timezone.now(), details)
    transaction.on_commit(lambda: notifying.tell([news]))
