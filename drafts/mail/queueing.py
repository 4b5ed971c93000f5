"""A mail is left for the sender: claimed under the same checks as a copy, held for the undo and at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import product_events, sending
from drafts.mail import composing, hours, identity
from drafts.models import Delivery, Draft, State
from drafts.signals import mail_waiting
from leads.models import Lead
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.formatting import times
from salesdash.models import Team, User

UNDO_SECONDS: Final = 10
# what counts against the daily cap: all that went out, may have, or is about to
_COUNTED: Final = (
    Delivery.Status.QUEUED, Delivery.Status.SENDING, Delivery.Status.SENT,
    Delivery.Status.UNCERTAIN, Delivery.Status.BOUNCED,
)  # fmt: skip


@dataclass(frozen=True)
class Queued:
    """`held`: not in seconds but when the team's quiet hours end. `warnings` as of a hand-out."""

    delivery_id: int
    not_before: datetime
    held: bool
    warnings: tuple[str, ...] = ()


def queue(*, draft_id: int, user: User) -> Queued:
    """Let salesdash send it, in ten seconds or when quiet hours end; until then `sending.undo` takes it back.

    Errors: those of `sending.claim`, of the sender's identity, `on_its_way`, `daily_cap`.
    """
    sending.may_send(draft_id, user)
    with transaction.atomic():
        # a person's mails are counted one after the other
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        draft, lead = sending.locked(draft_id)
        moment = timezone.now() + timedelta(seconds=UNDO_SECONDS)
        not_before = hours.next_allowed(moment, draft.team)
        refused = _refusal(draft, lead, user, not_before)
        if refused is None:
            delivery = _hand_over(draft, lead, user, not_before)
            queued = Queued(delivery.pk, not_before, not_before > moment, sending.warnings(delivery))
    if refused is not None:
        raise refused
    product_events.copied(draft=draft, user=user, channel=Delivery.Channel.SMTP)
    return queued


def held_until(team: Team) -> datetime | None:
    """When a mail sent now would go out; None: in seconds."""
    moment = timezone.now() + timedelta(seconds=UNDO_SECONDS)
    allowed = hours.next_allowed(moment, team)
    return allowed if allowed > moment else None


def _refusal(draft: Draft, lead: Lead, user: User, not_before: datetime) -> DomainError | None:
    if draft.state in (State.SCHEDULED, State.SENDING):
        smtp = draft.deliveries.filter(
            channel=Delivery.Channel.SMTP, status__in=(Delivery.Status.QUEUED, Delivery.Status.SENDING)
        )
        if smtp.exists():
            return ConflictError("on_its_way", _("This mail is already on its way."))
    try:
        identity.of(draft.team, user)
    except DomainError as error:
        return error
    return sending.refusal(draft, lead, Delivery.Channel.SMTP) or _over_the_cap(draft.team, user, not_before)


def _over_the_cap(team: Team, user: User, not_before: datetime) -> DomainError | None:
    first, after = hours.day_around(not_before, team.time_zone)
    mails = Delivery.objects.filter(
        sender=user, team=team, channel=Delivery.Channel.SMTP, status__in=_COUNTED,
        not_before__gte=first, not_before__lt=after,
    )  # fmt: skip
    if mails.count() < team.daily_send_cap:
        return None
    said = _("%(number)s mails of yours are sent or waiting for %(day)s: that is your team's daily limit.")
    return DomainError(
        "daily_cap", said % {"number": team.daily_send_cap, "day": times.day(not_before)}, status=409
    )


def _hand_over(draft: Draft, lead: Lead, user: User, not_before: datetime) -> Delivery:
    delivery = sending.hand_over(
        draft,
        lead,
        user,
        channel=Delivery.Channel.SMTP,
        status=Delivery.Status.QUEUED,
        not_before=not_before,
        message_id=composing.new_message_id(draft.team.sending_domain),
    )
    details = {"channel": Delivery.Channel.SMTP.value, "delivery": delivery.pk}
    audit.record(actor=user, action="draft.queue", target=draft, details=details)
    seconds = (not_before - timezone.now()).total_seconds()
    if seconds < 2 * UNDO_SECONDS:
        news = {"delivery_id": delivery.pk, "seconds": seconds}
        transaction.on_commit(lambda: mail_waiting.send(Delivery, **news))
    return delivery
