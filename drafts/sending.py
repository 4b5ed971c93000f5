"""Leaving the house: a draft is claimed first, in one transaction, and only then is its text given out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from drafts import failures, product_events, unsubscribing, workflow
from drafts.mail import settling
from drafts.models import Delivery, Draft, DraftEvent, MailEvent, State
from drafts.requests import already_open, visible_draft
from drafts.safety import context as contexts
from drafts.safety import format as link_checks
from drafts.safety import law, rulebook
from drafts.texts import Text
from leads import taking_back
from leads.models import Activity, ActivityType, Lead
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

RECENT_MAIL_DAYS: Final = 7
# as long as an edit in the table: who marked the wrong draft notices at once
UNDO_SENT_FOR: Final = timedelta(minutes=10)
_LIVE: Final = (
    Delivery.Status.CLAIMED, Delivery.Status.QUEUED, Delivery.Status.SENDING,
    Delivery.Status.SENT, Delivery.Status.UNCERTAIN,
)  # fmt: skip

# out of the house or about to be, and what a person may still take back of it
_OUT: Final = (Delivery.Status.CLAIMED, Delivery.Status.QUEUED, Delivery.Status.SENDING)
_TAKEN_BACK: Final = (Delivery.Status.CLAIMED, Delivery.Status.QUEUED)


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
    may_send(draft_id, user)
    channel = _manual_channel(channel)
    with transaction.atomic():
        draft, lead = locked(draft_id)
        refused = refusal(draft, lead, channel)
        if refused is None:
            delivery = _delivery(draft, lead, user, channel)
            handout = _handout(draft, lead, user, delivery)
    if refused is not None:
        raise refused
    product_events.copied(draft=draft, user=user, channel=channel)
    return handout


def mark_sent(*, draft_id: int, user: User) -> Draft:
    """The rep has sent the mail with their own program; it enters the lead's history."""
    may_send(draft_id, user)
    with transaction.atomic():
        draft, delivery = _locked_delivery(draft_id)
        now = timezone.now()
        workflow.move(draft, to=State.SENDING, actor=user)
        details = {"delivery": delivery.pk}
        workflow.move(draft, to=State.SENT, actor=user, details=details, undo_until=now + UNDO_SENT_FOR)
        delivery.status, delivery.sent_at = Delivery.Status.SENT, now
        delivery.save(update_fields=["status", "sent_at"])
        audit.record(actor=user, action="draft.sent", target=draft, details={"channel": delivery.channel})
        settling.record_activity(draft, delivery, user, now)
    product_events.sent(draft=draft, user=user, channel=delivery.channel)
    return draft


def undo_sent(*, draft_id: int, user: User) -> Draft:
    """Not sent after all: the draft is handed out as before. For some minutes, by whoever marked it.

    Errors: `draft_moved_on`, `not_yours`, `too_late`, `answered`, `draft_open`.
    """
    may_send(draft_id, user)
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
    """Take a hand-out back, so that the draft may be edited or leave by another channel.

    A mail that waits for the sender is taken back as long as no sender has it (`too_late`).
    """
    may_send(draft_id, user)
    with transaction.atomic():
        draft = locked_draft(draft_id)
        delivery = draft.deliveries.filter(status__in=_OUT).first()
        if delivery is None or draft.state not in (State.SCHEDULED, State.SENDING):
            raise workflow.moved_on()
        # this decides between us and the sender, which asks the same of the same row
        waiting = Delivery.objects.filter(pk=delivery.pk, status__in=_TAKEN_BACK)
        if draft.state == State.SENDING or not waiting.update(status=Delivery.Status.UNDONE):
            raise ConflictError("too_late", _("Too late: the mail is already on its way."))
        put_back(draft, delivery, actor=user)
        audit.record(actor=user, action="draft.undo", target=draft, details={"channel": delivery.channel})
    return draft


def put_back(draft: Draft, delivery: Delivery, *, actor: User | None = None, code: str = "") -> None:
    """Not out after all: as before it was handed out, and checked again if other rules came meanwhile.

    Call it inside a transaction that holds the draft's row.
    """
    details = {"delivery": delivery.pk} | ({"code": code} if code else {})
    workflow.move(draft, to=_state_before_claim(draft), actor=actor, details=details)
    if Draft.objects.outdated().filter(pk=draft.pk).exists():
        _check_again(draft)


def locked_draft(draft_id: int) -> Draft:
    return Draft.objects.select_for_update(of=("self",)).select_related("team").get(pk=draft_id)


def locked(draft_id: int) -> tuple[Draft, Lead]:
    """In this order everywhere. With the lead's row held, an opt-out is either seen or waits for us."""
    draft = locked_draft(draft_id)
    return draft, Lead.objects.select_for_update().get(pk=draft.lead_id)


def may_send(draft_id: int, user: User) -> None:
    visible_draft(draft_id=draft_id, user=user)
    if not user.has_perm("drafts.send_draft"):
        raise DomainError("forbidden", _("You may not send drafts."), status=403)


def _manual_channel(channel: str) -> Delivery.Channel:
    if channel not in (Delivery.Channel.COPY, Delivery.Channel.MAIL_APP):
        raise DomainError("unknown_channel", _("This way of sending is not available."))
    return Delivery.Channel(channel)


def refusal(draft: Draft, lead: Lead, channel: str) -> DomainError | None:
    """Why the text must stay; decided under the locks of a claim, raised after its commit."""
    if draft.state == State.SCHEDULED:
        used = draft.deliveries.filter(status=Delivery.Status.CLAIMED).first()
        if used is None or used.channel != channel:
            return ConflictError(
                "other_channel", _("This draft is on its way by another channel. Undo that first.")
            )
    elif draft.state not in (State.READY, State.APPROVED):
        return ConflictError("not_ready", _("This draft is not ready to be sent."), {"state": draft.state})
    if came_back(draft):
        return ConflictError(
            "came_back",
            _("Something came back to a mail with this text, so it did go out. Have another text written."),
        )
    code = standing_problem(draft, lead)
    if code == "text_changed":
        return ConflictError(code, failures.message(code))
    if code:
        return failures.error(code, status=409)
    if draft.rules_version != rulebook.active_version():
        return _check_again(draft)
    if links_changed(draft):
        return _check_again(draft, "links_changed")
    return None


def came_back(draft: Draft) -> bool:
    """Somebody had said of a mail that it was not sent, and then it was answered after all."""
    unsent = Delivery.Status.FAILED
    return MailEvent.objects.filter(delivery__draft=draft, delivery__status=unsent, names_mail=True).exists()


def standing_problem(draft: Draft, lead: Lead) -> str:
    """Of text and law, as a code; empty: nothing. What was read under the locks is what counts."""
    if not draft.text_hash or Text(draft.subject, draft.body).hash != draft.text_hash:
        return "text_changed"
    return next(iter(law.standing(lead=lead, team=draft.team).problems()), "")


def links_changed(draft: Draft) -> bool:
    """Whether the text links to what was the team's own when it was checked, and is so no longer.

    For texts without links, which most are, this asks nothing of the database.
    """
    text = Text(draft.subject, draft.body)
    if not link_checks.has_links(text):
        return False
    facts = contexts.read_facts(draft.facts)
    context = contexts.for_draft(draft, rules=rulebook.active(), facts=facts)
    return not link_checks.links_allowed(text, context)


def _check_again(draft: Draft, code: str = "rules_changed") -> ConflictError:
    """The text was cleared under what holds no longer: it goes back to the checks instead of out."""
    taken_out, sent_back = {
        "rules_changed": (
            _("The safety rules have changed. Undo the copy to have the text checked again."),
            _("The safety rules have changed. The text is being checked again."),
        ),
        "links_changed": (
            _("A link in this text is no longer allowed. Undo the copy to have the text checked again."),
            _("A link in this text is no longer allowed. The text is being checked again."),
        ),
    }[code]
    if draft.state == State.SCHEDULED:
        return ConflictError(code, taken_out)
    workflow.move(draft, to=State.CHECKING, details={"code": code})
    workflow.leave_for_worker(draft)
    return ConflictError(code, sent_back)


def _delivery(draft: Draft, lead: Lead, user: User, channel: Delivery.Channel) -> Delivery:
    if draft.state == State.SCHEDULED:
        delivery = draft.deliveries.get(status=Delivery.Status.CLAIMED)
        delivery.copies += 1
        delivery.save(update_fields=["copies"])
        action = "draft.copy_again"
    else:
        delivery = hand_over(draft, lead, user, channel=channel, copies=1)
        action = "draft.copy"
    audit.record(actor=user, action=action, target=draft, details={"channel": channel})
    return delivery


def hand_over(draft: Draft, lead: Lead, user: User, *, channel: Delivery.Channel, **fields: Any) -> Delivery:
    """The row that says by whom, to whom and on what basis; the draft is no longer anybody else's."""
    delivery = Delivery.objects.create(
        draft=draft,
        lead=lead,
        team_id=draft.team_id,
        sender=user,
        channel=channel,
        origin=draft.origin,
        recipient=lead.email,
        text_hash=draft.text_hash,
        consent_basis=lead.consent_basis,
        claimed_at=timezone.now(),
        **fields,
    )
    workflow.move(draft, to=State.SCHEDULED, actor=user, details={"delivery": delivery.pk})
    return delivery


def _handout(draft: Draft, lead: Lead, user: User, delivery: Delivery) -> Handout:
    body = f"{draft.body}\n\n{footer(draft, user, unsubscribing.address(delivery.pk))}"
    with translation.override(draft.language):
        text = "\n\n".join([_("Subject: %(subject)s") % {"subject": draft.subject}, body])
    return Handout(draft.subject, body, text, delivery.pk, lead.email, warnings(delivery))


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


def warnings(delivery: Delivery) -> tuple[str, ...]:
    """Codes of what the rep should know, although it keeps nothing back."""
    others = recent_mails(delivery.recipient.lower()).exclude(pk=delivery.pk)
    return ("recent_mail",) if others.exists() else ()


def _locked_delivery(
    draft_id: int, state: State = State.SCHEDULED, status: Delivery.Status = Delivery.Status.CLAIMED
) -> tuple[Draft, Delivery]:
    draft = locked_draft(draft_id)
    delivery = draft.deliveries.filter(status=status).first()
    if draft.state != state or delivery is None:
        raise workflow.moved_on()
    return draft, delivery


def _refuse_undo_sent(draft: Draft, delivery: Delivery, user: User) -> None:
    if delivery.channel == Delivery.Channel.SMTP:
        raise ConflictError("too_late", _("salesdash has sent this mail; it cannot be taken back."))
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
    returned = (State.SENT, State.SENDING)
    claims = DraftEvent.objects.filter(draft=draft, to_state=State.SCHEDULED).exclude(from_state__in=returned)
    event = claims.order_by("-at", "-id").first()
    return State.APPROVED if event and event.from_state == State.APPROVED else State.READY
