"""Leaving the house: a draft is claimed first, in one transaction, and only then is its text given out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from drafts import failures, product_events, unsubscribing, workflow
from drafts.models import Delivery, Draft, DraftEvent, State
from drafts.requests import already_open, visible_draft
from drafts.safety import law, rulebook
from drafts.texts import Text
from leads import ingest, taking_back
from leads.models import Activity, ActivityType, Lead
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

RECENT_MAIL_DAYS: Final = 7
# as long as an edit in the table: who marked the wrong draft notices at once
UNDO_SENT_FOR: Final = timedelta(minutes=10)
_SOURCE: Final = "salesdash"
_LIVE: Final = (
    Delivery.Status.CLAIMED, Delivery.Status.QUEUED, Delivery.Status.SENDING,
    Delivery.Status.SENT, Delivery.Status.UNCERTAIN,
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Handout:
    """`body` ends with the footer; `text` is subject and body for the clipboard.

    `warnings` are codes: "recent_mail" (the same address got or gets another mail).
    """

    subject: str
    body: str
    text: str
    delivery_id: int
    recipient: str
    warnings: tuple[str, ...] = ()


def claim(*, draft_id: int, user: User, channel: str) -> Handout:
    """Hand out the text by one channel. Again by the same channel is allowed and counted."""
    _may_send(draft_id, user)
    channel = _manual_channel(channel)
    with transaction.atomic():
        draft = Draft.objects.select_for_update(of=("self",)).select_related("team").get(pk=draft_id)
        # the row of the lead is locked too: an opt-out is either seen here or waits for us
        lead = Lead.objects.select_for_update().get(pk=draft.lead_id)
        refused = _refusal(draft, lead, channel)
        if refused is None:
            delivery = _delivery(draft, lead, user, channel)
            handout = _handout(draft, lead, user, delivery)
    if refused is not None:
        raise refused
    product_events.copied(draft=draft, user=user, channel=channel)
    return handout


def mark_sent(*, draft_id: int, user: User) -> Draft:
    """The rep has sent the mail with their own program; it enters the lead's history."""
    _may_send(draft_id, user)
    with transaction.atomic():
        draft, delivery = _locked_delivery(draft_id)
        now = timezone.now()
        workflow.move(draft, to=State.SENDING, actor=user)
        details = {"delivery": delivery.pk}
        workflow.move(draft, to=State.SENT, actor=user, details=details, undo_until=now + UNDO_SENT_FOR)
        delivery.status, delivery.sent_at = Delivery.Status.SENT, now
        delivery.save(update_fields=["status", "sent_at"])
        audit.record(actor=user, action="draft.sent", target=draft, details={"channel": delivery.channel})
        _record_activity(draft, delivery, user, now)
    product_events.sent(draft=draft, user=user, channel=delivery.channel)
    return draft


def undo_sent(*, draft_id: int, user: User) -> Draft:
    """Not sent after all: the draft is handed out as before. For some minutes, by whoever marked it.

    Errors: `draft_moved_on`, `not_yours`, `too_late`, `answered`, `draft_open`.
    """
    _may_send(draft_id, user)
    with transaction.atomic():
        draft, delivery = _locked_delivery(draft_id, State.SENT, Delivery.Status.SENT)
        _refuse_undo_sent(draft, delivery, user)
        _reopen(draft, user, delivery)
        delivery.status, delivery.sent_at = Delivery.Status.CLAIMED, None
        delivery.save(update_fields=["status", "sent_at"])
        sent = _activities(delivery).filter(type=ActivityType.EMAIL_SENT)
        taking_back.take_back(
            [taking_back.Key(*key) for key in sent.values_list("lead_id", "source", "external_id")]
        )
        audit.record(
            actor=user, action="draft.undo_sent", target=draft, details={"channel": delivery.channel}
        )
    return draft


def undo(*, draft_id: int, user: User) -> Draft:
    """Take a hand-out back, so that the draft may be edited or leave by another channel."""
    _may_send(draft_id, user)
    with transaction.atomic():
        draft, delivery = _locked_delivery(draft_id)
        workflow.move(draft, to=_state_before_claim(draft), actor=user, details={"delivery": delivery.pk})
        delivery.status = Delivery.Status.UNDONE
        delivery.save(update_fields=["status"])
        audit.record(actor=user, action="draft.undo", target=draft, details={"channel": delivery.channel})
        if Draft.objects.outdated().filter(pk=draft.pk).exists():
            # while it was out, other rules came into force
            _check_again(draft)
    return draft


def _may_send(draft_id: int, user: User) -> None:
    visible_draft(draft_id=draft_id, user=user)
    if not user.has_perm("drafts.send_draft"):
        raise DomainError("forbidden", _("You may not send drafts."), status=403)


def _manual_channel(channel: str) -> Delivery.Channel:
    if channel not in (Delivery.Channel.COPY, Delivery.Channel.MAIL_APP):
        raise DomainError("unknown_channel", _("This way of sending is not available."))
    return Delivery.Channel(channel)


def _refusal(draft: Draft, lead: Lead, channel: str) -> DomainError | None:
    """Why the text must stay; decided under the locks of `claim`, raised after its commit."""
    if draft.state == State.SCHEDULED:
        used = draft.deliveries.filter(status=Delivery.Status.CLAIMED).first()
        if used is None or used.channel != channel:
            return ConflictError(
                "other_channel", _("This draft is on its way by another channel. Undo that first.")
            )
    elif draft.state not in (State.READY, State.APPROVED):
        return ConflictError("not_ready", _("This draft is not ready to be sent."), {"state": draft.state})
    if not draft.text_hash or Text(draft.subject, draft.body).hash != draft.text_hash:
        return ConflictError("text_changed", _("The text is not the one that was checked."))
    problems = law.standing(lead=lead, team=draft.team).problems()
    if problems:
        return failures.error(problems[0], status=409)
    if draft.rules_version != rulebook.active_version():
        return _check_again(draft)
    return None


def _check_again(draft: Draft) -> ConflictError:
    """The text was cleared under older rules: it goes back to the checks instead of out."""
    if draft.state == State.SCHEDULED:
        return ConflictError(
            "rules_changed", _("The safety rules have changed. Undo the copy to have the text checked again.")
        )
    workflow.move(draft, to=State.CHECKING, details={"code": "rules_changed"})
    workflow.leave_for_worker(draft)
    return ConflictError(
        "rules_changed", _("The safety rules have changed. The text is being checked again.")
    )


def _delivery(draft: Draft, lead: Lead, user: User, channel: Delivery.Channel) -> Delivery:
    if draft.state == State.SCHEDULED:
        delivery = draft.deliveries.get(status=Delivery.Status.CLAIMED)
        delivery.copies += 1
        delivery.save(update_fields=["copies"])
        action = "draft.copy_again"
    else:
        delivery = Delivery.objects.create(
            draft=draft,
            lead=lead,
            team_id=draft.team_id,
            sender=user,
            channel=channel,
            origin=draft.origin,
            recipient=lead.email,
            text_hash=draft.text_hash,
            copies=1,
            claimed_at=timezone.now(),
        )
        workflow.move(draft, to=State.SCHEDULED, actor=user, details={"delivery": delivery.pk})
        action = "draft.copy"
    audit.record(actor=user, action=action, target=draft, details={"channel": channel})
    return delivery


def _handout(draft: Draft, lead: Lead, user: User, delivery: Delivery) -> Handout:
    body = f"{draft.body}\n\n{footer(draft, user, unsubscribing.address(delivery.pk))}"
    with translation.override(draft.language):
        text = "\n\n".join([_("Subject: %(subject)s") % {"subject": draft.subject}, body])
    warnings = ("recent_mail",) if _recent_mail(delivery) else ()
    return Handout(draft.subject, body, text, delivery.pk, lead.email, warnings)


def footer(draft: Draft, user: User, stop_address: str = "") -> str:
    """Who writes, from where, and how to opt out: wanted in every mail by art. 4 of the act.

    Without `stop_address` a preview: that address belongs to the one mail that is handed out.
    """
    team = draft.team
    with translation.override(draft.language):
        opt_out = [
            _("If you do not wish to receive mail from us, please let us know: %(address)s")
            % {"address": team.opt_out_contact},
            _("Or stop it here: %(url)s") % {"url": stop_address or unsubscribing.example()},
        ]
        # mark for mail programs, which hide or fold what follows
        lines = ["-- ", *(user.signature.splitlines() or [f"{team.company_name} {user}"])]
    named = "\n".join(lines)
    lines += [part for part in (team.company_name, team.sender_address) if part not in named]
    return "\n".join([*lines, *opt_out])


def recent_mails(address: object) -> QuerySet[Delivery]:
    """Mails of the last days, sent or on their way, by anyone; `address` in lower case, or an expression."""
    since = timezone.now() - timedelta(days=RECENT_MAIL_DAYS)
    return Delivery.objects.alias(address=Lower("recipient")).filter(
        address=address, status__in=_LIVE, claimed_at__gte=since
    )


def _recent_mail(delivery: Delivery) -> bool:
    return recent_mails(delivery.recipient.lower()).exclude(pk=delivery.pk).exists()


def _locked_delivery(
    draft_id: int, state: State = State.SCHEDULED, status: Delivery.Status = Delivery.Status.CLAIMED
) -> tuple[Draft, Delivery]:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("team").get(pk=draft_id)
    delivery = draft.deliveries.filter(status=status).first()
    if draft.state != state or delivery is None:
        raise workflow.moved_on()
    return draft, delivery


def _refuse_undo_sent(draft: Draft, delivery: Delivery, user: User) -> None:
    marked = draft.events.filter(to_state=State.SENT).order_by("-at", "-id").first()
    if marked is None or marked.actor_id != user.pk:
        by = marked.actor_name if marked else ""
        raise ConflictError(
            "not_yours", _("Only %(name)s, who marked it as sent, can undo this.") % {"name": by}
        )
    if draft.undo_until is None or draft.undo_until < timezone.now():
        minutes = {"minutes": UNDO_SENT_FOR // timedelta(minutes=1)}
        raise ConflictError("too_late", _("“Sent” can be undone for %(minutes)s minutes only.") % minutes)
    # nobody opens or answers what was not sent
    if _activities(delivery).exclude(type=ActivityType.EMAIL_SENT).exists():
        raise ConflictError("answered", _("There is an answer to this mail, so it was sent."))


def _reopen(draft: Draft, user: User, delivery: Delivery) -> None:
    details = {"delivery": delivery.pk}
    try:
        with transaction.atomic():
            workflow.move(draft, to=State.SCHEDULED, actor=user, details=details, undo_until=None)
    except IntegrityError as error:
        if "one_open_draft_per_lead" not in str(error):
            raise
        raise already_open(draft.lead, draft.purpose) from None


def _activities(delivery: Delivery) -> QuerySet[Activity]:
    """The mail itself, and what came of it."""
    return Activity.objects.standing().filter(lead_id=delivery.lead_id, delivery_id=delivery.pk)


def _state_before_claim(draft: Draft) -> State:
    claims = DraftEvent.objects.filter(draft=draft, to_state=State.SCHEDULED).exclude(from_state=State.SENT)
    event = claims.order_by("-at", "-id").first()
    return State.APPROVED if event and event.from_state == State.APPROVED else State.READY


def _record_activity(draft: Draft, delivery: Delivery, user: User, at: datetime) -> None:
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
                actor_id=user.pk,
            )
        ]
    )
