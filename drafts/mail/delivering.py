"""The sender: one mail at a time is claimed, sent, and written down. Each goes out once, or is parked.

A mail is SENDING, in a committed row, before the first word to the mail server about it. From there it ends
as SENT, goes back to wait where the server surely has not got it, or is parked as UNCERTAIN for a person:
after a lost answer, or when its sender died. Nothing ever sends a parked mail again by itself.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from typing import Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import F
from django.utils import timezone

from drafts import product_events, sending, unsubscribing, workflow
from drafts.mail import composing, ending, hours, identity, settling, smtp
from drafts.models import Delivery, Draft, State
from drafts.safety import rulebook
from leads.models import Lead
from salesdash import audit
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)

Status = Delivery.Status
BATCH: Final = 50
DRAIN_SECONDS: Final = 45.0
# a server that asks to wait is asked again after 1, 2, 4 … minutes, for four hours in all
MAX_ATTEMPTS: Final = 8
BACKOFF: Final = timedelta(minutes=1)
LONGEST_BACKOFF: Final = timedelta(hours=2)
# so long a mail waits for a server that cannot be reached
PATIENCE: Final = timedelta(hours=24)


def drain() -> bool:
    """Send what is due, for some seconds. True: there is more."""
    if not settings.MAIL_URL:
        return False
    until = time.monotonic() + DRAIN_SECONDS
    before: set[int] = set()
    while time.monotonic() < until:
        due = _due()
        # nothing new: what is left is in the hands of others
        if set(due) <= before:
            return False
        before = set(due)
        # several senders begin at different places
        for delivery_id in random.sample(due, len(due)):
            if time.monotonic() >= until:
                return True
            try:
                connection = smtp.connection()
            except smtp.Unreachable as error:
                # nothing was claimed, so nothing is lost: the schedule comes back to it
                log.warning("mail server unreachable", reply=error.reply, due=len(due))
                return False
            if not send(delivery_id, connection):
                # a server that breaks off like that would leave one mail after the other to a person
                return False
    return True


def _due() -> list[int]:
    rows = Delivery.objects.filter(status=Status.QUEUED, not_before__lte=timezone.now())
    return list(rows.order_by("not_before", "pk").values_list("pk", flat=True)[:BATCH])


def send(delivery_id: int, connection: smtp.Connection) -> bool:
    """Safe to call by many at once: whoever claims the delivery sends it. False: no answer came."""
    # who said no a moment ago, while the database was away, may be the reader of this one
    unsubscribing.catch_up()
    attempt = claim(delivery_id)
    if attempt is None:
        return True
    try:
        reply = connection.send(sender=attempt.sender, recipient=attempt.recipient, message=attempt.message)
    except smtp.Refused as refused:
        attempt.refused(refused)
    except smtp.Unreachable as lost:
        attempt.wait("mail_wait", lost.reply)
    except smtp.NoAnswer:
        attempt.park()
        return False
    except BaseException:
        # in the middle of the conversation: the next mail must not read the answer to this one
        smtp.forget()
        raise
    else:
        _write_down(attempt, reply)
    return True


def _write_down(attempt: Attempt, reply: str) -> None:
    """The server has it: a database that hiccups now gets some seconds before a person has to find out."""
    for pause_seconds in (1, 5, 15, None):
        try:
            attempt.sent(reply)
        except (OperationalError, InterfaceError):
            if pause_seconds is None:
                raise
            log.warning("mail sent, not yet written down", delivery=attempt.delivery_id)
            connections.close_all()
            time.sleep(pause_seconds)
        else:
            return


def claim(delivery_id: int) -> Attempt | None:
    """The mail for this sender alone, composed; None where another has it, or it must not or not yet go."""
    with transaction.atomic():
        rows = Draft.objects.select_for_update(of=("self",), skip_locked=True).select_related("team")
        draft = rows.filter(deliveries=delivery_id).first()
        if draft is None:
            return None
        lead = Lead.objects.select_for_update().get(pk=draft.lead_id)
        delivery = Delivery.objects.select_related("sender").get(pk=delivery_id)
        now = timezone.now()
        waiting = delivery.status == Status.QUEUED and delivery.not_before is not None
        if draft.state != State.SCHEDULED or not waiting or delivery.not_before > now:  # type: ignore[operator]
            return None
        allowed = hours.next_allowed(now, draft.team)
        if allowed > now:
            # it was due in the day, and nobody was there to send it
            Delivery.objects.filter(pk=delivery.pk, status=Status.QUEUED).update(not_before=allowed)
            return None
        delivery.lead, delivery.draft = lead, draft
        code = _problem(draft, lead, delivery)
        if code:
            ending.fail(draft, delivery, code)
            return None
        return _begin(draft, lead, delivery)


def _problem(draft: Draft, lead: Lead, delivery: Delivery) -> str:
    """What has come between since it was queued: law, text, rules, address, identity."""
    if code := sending.standing_problem(draft, lead):
        return code
    if draft.text_hash != delivery.text_hash:
        return "text_changed"
    if lead.email.strip().lower() != delivery.recipient.strip().lower():
        return "address_changed"
    if draft.rules_version != rulebook.active_version():
        return "rules_changed"
    if code := identity.problem(draft.team, delivery.sender):
        return code
    may_send = delivery.sender is not None and (
        delivery.sender.has_perm("drafts.send_draft")
        and (delivery.sender.has_perm("leads.view_all") or draft.team_id in delivery.sender.team_ids)
    )
    if not may_send:
        return "sender_not_allowed"
    return "links_changed" if sending.links_changed(draft) else ""


def _begin(draft: Draft, lead: Lead, delivery: Delivery) -> Attempt | None:
    if delivery.sender is None:
        raise ValueError("its sender was looked at just before")
    try:
        who = identity.of(draft.team, delivery.sender)
        delivery.trackable = draft.team.mail_tracking
        message = composing.compose(draft=draft, delivery=delivery, identity=who)
        sender, recipient = (composing.wire_address(one) for one in (who.address, delivery.recipient))
    # what the standard library says of addresses that it cannot write; one such mail must not stop the others
    except (ValueError, LookupError, AttributeError, TypeError, MessageError, DomainError) as error:
        log.warning("mail not composed", delivery=delivery.pk, error=type(error).__name__)
        ending.fail(draft, delivery, "mail_not_composable")
        return None
    token, now = uuid.uuid4(), timezone.now()
    # this decides between senders, and between sender and undo
    mine = Delivery.objects.filter(pk=delivery.pk, status=Status.QUEUED).update(
        status=Status.SENDING,
        attempt_token=token,
        attempt_at=now,
        attempts=F("attempts") + 1,
        consent_basis=lead.consent_basis,
        trackable=delivery.trackable,
        error_code="",
        smtp_reply="",
    )
    if not mine:
        return None
    workflow.move(draft, to=State.SENDING, details={"delivery": delivery.pk})
    return Attempt(delivery.pk, draft.pk, token, sender, recipient, message)


@dataclass(frozen=True, repr=False)
class Attempt:
    """One sender's claim on one mail; nothing is written about it without its token."""

    delivery_id: int
    draft_id: int
    token: uuid.UUID
    sender: str
    recipient: str
    message: bytes

    def sent(self, reply: str) -> None:
        """Also after it was parked, as long as no person has decided: the answer has come after all."""
        now = timezone.now()
        with transaction.atomic():
            held = self._held(Status.SENDING, Status.UNCERTAIN)
            if held is None:
                log.error("mail sent after its claim was lost", delivery=self.delivery_id)
                return
            draft, delivery = held
            Delivery.objects.filter(pk=delivery.pk).update(
                status=Status.SENT, sent_at=now, smtp_reply=reply, error_code=""
            )
            details = {"delivery": delivery.pk}
            workflow.move(draft, to=State.SENT, details=details, undo_until=None)
            audit.record(
                actor=delivery.sender, action="draft.sent", target=draft, details={"channel": "smtp"}
            )
            settling.record_activity(draft, delivery, delivery.sender, now)
            # it may have bounced before the server's answer was here
            settling.settle(draft, delivery.pk)
        product_events.sent(draft=draft, user=delivery.sender, channel=delivery.channel)

    def refused(self, refused: smtp.Refused) -> None:
        log.info("mail refused", delivery=self.delivery_id, step=refused.step.value, reply=refused.reply)
        if not refused.permanent:
            self.wait("mail_wait", refused.reply)
            return
        with transaction.atomic():
            draft, _lead = sending.locked(self.draft_id)
            delivery = ending.locked(self.delivery_id, token=self.token, statuses=(Status.SENDING,))
            if delivery is None:
                return
            if refused.no_such_address:
                ending.bounce(draft, delivery, refused.reply)
                return
            by_step = {smtp.Step.SENDER: "mail_sender_refused"}
            ending.fail(draft, delivery, by_step.get(refused.step, "mail_refused"), refused.reply)

    def wait(self, code: str, reply: str) -> None:
        """The server surely has not got it: again later, so many times."""
        with transaction.atomic():
            if (held := self._held(Status.SENDING)) is None:
                return
            draft, delivery = held
            if delivery.attempts >= MAX_ATTEMPTS:
                ending.fail(draft, delivery, "mail_gave_up", reply)
                return
            pause = min(BACKOFF * 2 ** (delivery.attempts - 1), LONGEST_BACKOFF)
            again = hours.next_allowed(timezone.now() + pause, draft.team)
            Delivery.objects.filter(pk=delivery.pk).update(
                status=Status.QUEUED, attempt_token=None, not_before=again, error_code=code, smtp_reply=reply
            )
            workflow.move(draft, to=State.SCHEDULED, details={"delivery": delivery.pk, "code": code})

    def park(self) -> None:
        with transaction.atomic():
            if (held := self._held(Status.SENDING)) is not None:
                ending.park(*held)

    def _held(self, *statuses: Status) -> tuple[Draft, Delivery] | None:
        """Draft and delivery under lock, if the mail is still this sender's."""
        draft = sending.locked_draft(self.draft_id)
        delivery = ending.locked(self.delivery_id, token=self.token, statuses=statuses)
        return None if delivery is None else (draft, delivery)


def sweep() -> None:
    """Park what a dead sender left, give up what no server takes. A bounded batch each."""
    now = timezone.now()
    lost = now - timedelta(seconds=smtp.attempt_seconds())
    rows = Delivery.objects.filter(status=Status.SENDING, attempt_at__lt=lost).order_by("attempt_at")
    for pk, draft_id, token in rows.values_list("pk", "draft_id", "attempt_token")[:BATCH]:
        with transaction.atomic():
            draft = sending.locked_draft(draft_id)
            delivery = ending.locked(pk, token=token, statuses=(Status.SENDING,))
            if delivery is not None:
                log.warning("mail parked: its sender died", delivery=pk)
                ending.park(draft, delivery)
    late = Delivery.objects.filter(status=Status.QUEUED, not_before__lt=now - PATIENCE).order_by("not_before")
    for pk, draft_id in late.values_list("pk", "draft_id")[:BATCH]:
        with transaction.atomic():
            draft = sending.locked_draft(draft_id)
            delivery = ending.locked(pk, statuses=(Status.QUEUED,))
            if delivery is not None and draft.state == State.SCHEDULED:
                ending.fail(draft, delivery, "mail_unreachable")
