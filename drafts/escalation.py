"""Drafts that a reviewer does not decide alone: handed to a manager, or kept for a colleague."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import review, workflow
from drafts.models import Draft, State
from drafts.texts import one_line
from leads import notifying
from leads.models.notification import Kind
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User

_BACKEND: Final = "salesdash.permissions.PermissionsAtOnce"
_UNCLAIMED: Final[dict[str, Any]] = {"claimed_by": None, "claimed_until": None, "claim_token": None}
_NOBODYS: Final[dict[str, Any]] = {
    "escalated_to": None,
    "escalated_by": None,
    "escalated_at": None,
    "escalation_note": "",
}


def managers_for(draft: Draft, reviewer: User) -> QuerySet[User]:
    """Who may decide instead: managers of the draft's team, save whoever asked for it or worded it."""
    involved = [pk for pk in (draft.requested_by_id, draft.text_author_id, reviewer.pk) if pk]
    return (
        _members("drafts.decide_escalated").filter(memberships__team=draft.team_id).exclude(pk__in=involved)
    )


def reviewers_beside(user: User) -> QuerySet[User]:
    """Who reviews drafts of this person's teams, this person included."""
    members = _members("drafts.review_draft")
    if user.has_perm("leads.view_all"):
        return members
    return members.filter(memberships__team__in=user.team_ids).distinct()


@transaction.atomic
def escalate(
    *, draft_id: int, reviewer: User, token: uuid.UUID | str, version: int, to: int | None, note: str = ""
) -> Draft:
    """The manager decides from now on, and is told; the reviewer's lease ends.

    Errors: those of every decision, and `unknown_manager` where `to` is nobody of managers_for.
    """
    draft = review.held(draft_id, reviewer, token, version)
    manager = managers_for(draft, reviewer).filter(pk=to).first() if to else None
    if manager is None:
        raise DomainError("unknown_manager", _("Choose who is to decide."))
    now = timezone.now()
    changes = {
        "escalated_to": manager,
        "escalated_by": reviewer,
        "escalated_at": now,
        "escalation_note": one_line(note)[:300],
        "assigned_to": None,
    }
    _change(draft, Q(**review.holds(reviewer, token)), **changes, **_UNCLAIMED)
    audit.record(actor=reviewer, action="review.escalate", target=draft, details={"to": manager.pk})
    _tell(draft, manager, reviewer, "escalated")
    return draft


@transaction.atomic
def escalate_at_once(*, draft_id: int, reviewer: User, version: int, to: int | None, note: str = "") -> Draft:
    """The same for whoever has no item's page open. Errors: also those of `review.take`."""
    lease = review.take(draft_id=draft_id, reviewer=reviewer)
    return escalate(
        draft_id=draft_id, reviewer=reviewer, token=lease.token, version=version, to=to, note=note
    )


@transaction.atomic
def recall(*, draft_id: int, reviewer: User, version: int) -> Draft:
    """Back into everybody's queue: by any reviewer of the team, or by whom it was escalated to."""
    draft = review.queued(draft_id, reviewer)
    if draft.version != version:
        raise workflow.stale(draft)
    if draft.escalated_to is None:
        raise workflow.moved_on()
    before = draft.escalated_to_id
    _change(draft, Q(escalated_to=before), **_NOBODYS, **_UNCLAIMED)
    audit.record(actor=reviewer, action="review.recall", target=draft, details={"from": before})
    return draft


@transaction.atomic
def assign(*, draft_ids: Iterable[int], reviewer: User, to: int | None) -> int:
    """Keep items for one reviewer, or (None) for nobody; how many were changed.

    Left as they are: items that are no longer in the queue, escalated ones, and those of teams that the
    chosen person does not review. Error: `unknown_reviewer`.
    """
    if not reviewer.has_perm("drafts.review_draft"):
        raise DomainError("forbidden", _("You may not review drafts."), status=403)
    chosen = reviewers_beside(reviewer).filter(pk=to).first() if to else None
    if to and chosen is None:
        raise DomainError("unknown_reviewer", _("Choose a reviewer."))
    items = Draft.objects.in_review_for(reviewer).filter(pk__in=list(draft_ids), escalated_to=None)
    if chosen is not None and not chosen.has_perm("leads.view_all"):
        items = items.filter(team__in=chosen.team_ids)
    changed = 0
    for draft in items.exclude(assigned_to=chosen).only("pk", "team_id", "lead_id", "version"):
        rows = Draft.objects.filter(pk=draft.pk, state=State.IN_REVIEW, escalated_to=None)
        if rows.update(assigned_to=chosen):
            changed += 1
            details = {"to": chosen.pk if chosen else None}
            audit.record(actor=reviewer, action="review.assign", target=draft, details=details)
            review.announce(draft)
            if chosen is not None and chosen != reviewer:
                _tell(draft, chosen, reviewer, "assigned")
    return changed


def _members(permission: str) -> QuerySet[User]:
    """People who may enter the administration and hold the permission."""
    found: QuerySet[User] = User.objects.with_perm(permission, backend=_BACKEND, include_superusers=False)
    return found.filter(is_staff=True).order_by("last_name", "first_name", "pk")


def _change(draft: Draft, condition: Q, **changes: Any) -> None:
    rows = Draft.objects.filter(condition, pk=draft.pk, state=State.IN_REVIEW, version=draft.version)
    if not rows.update(version=F("version") + 1, updated_at=timezone.now(), **changes):
        raise workflow.moved_on()
    draft.refresh_from_db()
    review.announce(draft)


def _tell(draft: Draft, person: User, by: User, how: str) -> None:
    now = timezone.now()
    details = {"draft": draft.pk, "by": str(by), "how": how}
    key = f"review-{draft.pk}-{how}-{now.isoformat()}"
    notifying.tell([notifying.News(person.pk, draft.lead_id, Kind.REVIEW, key, now, details)])
