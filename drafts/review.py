"""The review queue: leases, and what a reviewer may decide."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts import diff, queue, workflow
from drafts.editing import as_changes, checked_text
from drafts.llm import cache
from drafts.models import Clearance, Draft, State
from drafts.safety import latest, rulebook
from drafts.texts import Text, one_line
from leads.live import publish
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

LEASE_SECONDS: Final = 600


class RejectCode(models.TextChoices):
    WRONG_FACT = "wrong_fact", gettext_lazy("A fact is wrong")
    WRONG_CUSTOMER = "wrong_customer", gettext_lazy("Wrong customer or industry")
    PROMISE = "promise", gettext_lazy("Promise, price or discount")
    TONE = "tone", gettext_lazy("Tone")
    OFFENSIVE = "offensive", gettext_lazy("Offensive")
    PERSONAL_DATA = "personal_data", gettext_lazy("Personal data")
    NOT_RELEVANT = "not_relevant", gettext_lazy("Not relevant to this customer")
    OTHER = "other", gettext_lazy("Other")


@dataclass(frozen=True)
class Lease:
    """`token` goes into every later call; another person's take-over makes it worthless."""

    token: uuid.UUID
    until: datetime


def queued(draft_id: int, reviewer: User) -> Draft:
    """A draft of this reviewer's queue, or 404; 409 if it has left the queue."""
    draft = (
        Draft.objects.visible_to(reviewer)
        .select_related("lead__company", "team", "claimed_by", "escalated_to")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None:
        raise DomainError("draft_not_found", _("There is no such draft."), status=404)
    if not reviewer.has_perm("drafts.review_draft") and not _is_escalated_to(draft, reviewer):
        raise DomainError("forbidden", _("You may not review drafts."), status=403)
    if draft.state != State.IN_REVIEW:
        raise gone()
    return draft


def gone() -> ConflictError:
    return ConflictError("not_in_review", _("This draft is no longer in the review queue."))


def not_yours() -> ConflictError:
    """For a manager from whom it was called back."""
    return ConflictError("not_in_review", _("The reviewers decide about this draft again."))


def take(*, draft_id: int, reviewer: User, take_over: bool = False) -> Lease:
    """Claim for ten minutes. ConflictError("claimed") names who has it, unless `take_over`.

    ConflictError("escalated") names who is to decide instead: that cannot be taken over, only called back.
    """
    draft = queued(draft_id, reviewer)
    now = timezone.now()
    if draft.escalated_to_id not in (None, reviewer.pk):
        raise _escalated(draft)
    lease = Lease(uuid.uuid4(), now + timedelta(seconds=LEASE_SECONDS))
    free = Q(claimed_by=None) | Q(claimed_until__lt=now) | Q(claimed_by=reviewer)
    meant = Q(escalated_to=None) | Q(escalated_to=reviewer)
    rows = Draft.objects.filter(Q() if take_over else free, meant, pk=draft.pk, state=State.IN_REVIEW)
    if not rows.update(claimed_by=reviewer, claimed_until=lease.until, claim_token=lease.token):
        raise _claimed(draft_id)
    if draft.claimed_by_id != reviewer.pk:
        announce(draft)
    if draft.claimed_by_id not in (None, reviewer.pk) and take_over:
        audit.record(
            actor=reviewer, action="review.take_over", target=draft, details={"from": draft.claimed_by_id}
        )
    return lease


def heartbeat(*, draft_id: int, reviewer: User, token: uuid.UUID | str) -> Lease:
    """Ten more minutes for the one who holds the token."""
    until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    held = Draft.objects.filter(
        pk=draft_id, state=State.IN_REVIEW, claimed_by=reviewer, claim_token=_token(token)
    ).update(claimed_until=until)
    if not held:
        raise _claimed(draft_id)
    return Lease(_token(token), until)


def release(*, draft_id: int, reviewer: User, token: uuid.UUID | str) -> None:
    """Give the item back; no error if the lease is gone already."""
    mine = Draft.objects.filter(pk=draft_id, claimed_by=reviewer, claim_token=_token(token))
    draft = mine.only("pk", "team_id").first()
    if draft is not None and mine.update(claimed_by=None, claimed_until=None, claim_token=None):
        announce(draft)


def announce(draft: Draft) -> None:
    """To the team's screens: who holds this item, or who is to decide about it, may have changed."""
    publish.event(draft.team_id, "review", {"id": draft.pk})


def approve(*, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int) -> Draft:
    """Let exactly this text pass with exactly these reasons, under the rules it was checked by."""
    draft = held(draft_id, reviewer, token, version)
    if _wrote_as_rep(draft, reviewer):
        raise DomainError("own_text", _("You wrote or edited this text: someone else must approve it."))
    checks = latest.checks(draft)
    if not latest.complete(checks):
        raise DomainError("not_checked", _("Not every check has looked at this text. Have it checked again."))
    if any(check.blocking and check.verdict != check.Verdict.PASS for check in checks):
        raise DomainError("blocked", _("A blocking check has failed. Edit, regenerate or reject the draft."))
    codes = latest.flagged_codes(checks)
    with transaction.atomic():
        rules_version = draft.rules_version or 0
        try:
            rulebook.hold(rules_version)
        except rulebook.RulesChanged:
            sentence = _("The safety rules have changed. Have the text checked again.")
            raise ConflictError("rules_changed", sentence) from None
        clearance = Clearance.objects.create(
            draft=draft,
            text_hash=draft.text_hash,
            reason_codes=codes,
            rules_version=rules_version,
            reviewer=reviewer,
            reviewer_name=str(reviewer),
            at=timezone.now(),
        )
        workflow.move(
            draft,
            to=State.APPROVED,
            actor=reviewer,
            held=holds(reviewer, token),
            details={"clearance": clearance.pk, "codes": codes, "text": draft.text_hash},
        )
        audit.record(actor=reviewer, action="review.approve", target=draft, details={"codes": codes})
    return draft


def reject(
    *, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int, code: str, note: str = ""
) -> Draft:
    draft = held(draft_id, reviewer, token, version)
    if code not in RejectCode.values:
        raise DomainError("unknown_reason", _("Choose a reason for the rejection."))
    with transaction.atomic():
        workflow.move(
            draft,
            to=State.REJECTED,
            actor=reviewer,
            held=holds(reviewer, token),
            details={"code": code, "text": draft.text_hash},
            reject_code=code,
            reject_note=note.replace("\0", "").strip()[:300],
        )
        audit.record(actor=reviewer, action="review.reject", target=draft, details={"code": code})
        transaction.on_commit(lambda: cache.evict(draft.text_hash))
    return draft


def save_edit(
    *, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int, subject: str, body: str
) -> Draft:
    """The reviewer's wording; it goes through the checks again. The lease lives on meanwhile."""
    draft = held(draft_id, reviewer, token, version)
    text = checked_text(subject, body)
    with transaction.atomic():
        workflow.move(
            draft,
            to=State.CHECKING,
            actor=reviewer,
            held=holds(reviewer, token),
            details={"before": draft.text_hash, "after": text.hash, "share": _share(draft, text)},
            **as_changes(draft, text, author=reviewer),
        )
        audit.record(actor=reviewer, action="review.edit", target=draft)
        workflow.leave_for_worker(draft)
    return draft


def check_again(*, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int) -> Draft:
    """The same text through the layers once more: after an outage, or when the rules have changed."""
    draft = held(draft_id, reviewer, token, version)
    with transaction.atomic():
        workflow.move(draft, to=State.CHECKING, actor=reviewer, held=holds(reviewer, token))
        workflow.leave_for_worker(draft)
    return draft


def regenerate(
    *, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int, instruction: str = ""
) -> Draft:
    """Have the model write another text, with a line of instruction (treated as data)."""
    draft = held(draft_id, reviewer, token, version)
    with transaction.atomic():
        workflow.move(
            draft,
            to=State.REGENERATING,
            actor=reviewer,
            held=holds(reviewer, token),
            details={"code": "reviewer", "text": draft.text_hash},
            # of the version that the UPDATE insists on
            variant=draft.variant + 1,
            instruction=one_line(instruction)[:300] or draft.instruction,
        )
        audit.record(actor=reviewer, action="review.regenerate", target=draft)
        transaction.on_commit(lambda: cache.evict(draft.text_hash))
        workflow.leave_for_worker(draft)
    return draft


def next_for(reviewer: User, *, skipped: Collection[int] = ()) -> Draft | None:
    """The most urgent item of the queue that nobody else is looking at or meant to decide."""
    free = queue.ordered(reviewer).filter(queue.free_for(reviewer))
    found: Draft | None = free.exclude(pk__in=skipped).first()
    return found


def _share(draft: Draft, text: Text) -> float:
    """How much of the words an edit changes, 0 to 1."""
    return round(diff.sides(f"{draft.subject}\n{draft.body}", f"{text.subject}\n{text.body}").share, 3)


def held(draft_id: int, reviewer: User, token: uuid.UUID | str, version: int) -> Draft:
    """The item that this form was made of, or ConflictError: another holder, another version."""
    draft = queued(draft_id, reviewer)
    if draft.claim_token != _token(token) or draft.claimed_by_id != reviewer.pk:
        raise _claimed(draft_id)
    if draft.version != version:
        raise workflow.stale(draft)
    return draft


def holds(reviewer: User, token: uuid.UUID | str) -> dict[str, Any]:
    """What a draft says while this person has it."""
    return {"claimed_by_id": reviewer.pk, "claim_token": _token(token)}


def _token(token: uuid.UUID | str) -> uuid.UUID:
    if isinstance(token, uuid.UUID):
        return token
    try:
        return uuid.UUID(token)
    except ValueError:
        raise _lease_lost("") from None


def _is_escalated_to(draft: Draft, person: User) -> bool:
    return draft.escalated_to_id == person.pk and person.has_perm("drafts.decide_escalated")


def _escalated(draft: Draft) -> ConflictError:
    by = str(draft.escalated_to)
    sentence = _("%(name)s decides about this draft: it was escalated.") % {"name": by}
    return ConflictError("escalated", sentence, {"by": by})


def _claimed(draft_id: int) -> ConflictError:
    holder = Draft.objects.select_related("claimed_by").filter(pk=draft_id, state=State.IN_REVIEW).first()
    return _lease_lost(str(holder.claimed_by) if holder and holder.claimed_by else "")


def _lease_lost(by: str) -> ConflictError:
    sentence = (
        _("%(name)s is looking at this draft.") % {"name": by}
        if by
        else _("You no longer hold this draft. Open it again.")
    )
    return ConflictError("claimed", sentence, {"by": by})


def _wrote_as_rep(draft: Draft, person: User) -> bool:
    """Whether `person` wrote or edited, as a rep, any text since the model last wrote one."""
    events = draft.events.filter(to_state__in=[State.EDITING, State.GENERATING, State.REGENERATING])
    for event in events.order_by("-at", "-id"):
        if event.to_state != State.EDITING:
            return False
        if event.actor_id == person.pk:
            return True
    return False
