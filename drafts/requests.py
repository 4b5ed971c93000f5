"""Wishing for a draft: one open draft per lead and purpose, and the second rep learns who is on it."""

from __future__ import annotations

import time
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from drafts import failures, workflow
from drafts.models import Draft, Origin, Purpose, Revision, State
from drafts.models.draft import OPEN
from drafts.safety import law
from drafts.wishes import Wish
from leads.models import Lead
from salesdash import audit, redis_client, telemetry
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

# of one person
REQUESTS_PER_MINUTE: Final = 60


def request_draft(*, lead_id: int, user: User, purpose: str = Purpose.ICE_BREAKER, **wish: str) -> Draft:
    """A queued draft; ConflictError("draft_open") names the person whose draft is open already.

    `wish` may hold tone, length, keigo and an instruction (see `Wish.changed`).
    """
    lead = writable_lead(lead_id=lead_id, user=user)
    purpose, wanted = checked_purpose(purpose), Wish().changed(**wish)
    _limit_rate(user)
    return open_draft(lead=lead, user=user, purpose=purpose, state=State.QUEUED, **wanted.columns())


def open_for_batch(*, lead_id: int, user: User, purpose: str, wish: Wish) -> Draft:
    """As `request_draft`, for a job that writes the draft itself and has a pace of its own."""
    lead = writable_lead(lead_id=lead_id, user=user)
    return open_draft(
        lead=lead, user=user, purpose=purpose, state=State.QUEUED, leave=False, **wish.columns()
    )


def rewrite(*, draft_id: int, user: User, revision: str = Revision.VARIANT, **wish: str) -> Draft:
    """Another text in place of a ready draft: the old one expires, a new one is queued.

    `wish` changes tone, length or keigo, and may give an instruction (see `Wish.changed`).
    """
    old = visible_draft(draft_id=draft_id, user=user)
    writable_lead(lead_id=old.lead_id, user=user)
    if revision not in Revision.values:
        raise DomainError("unknown_wish", _("This cannot be chosen for a mail."), {"field": "revision"})
    if old.state not in (State.READY, State.APPROVED):
        raise workflow.moved_on()
    wanted = Wish.of(old).changed(**wish)
    _limit_rate(user)
    with transaction.atomic():
        workflow.move(old, to=State.EXPIRED, actor=user, details={"code": "rewritten"})
        return open_draft(
            lead=old.lead,
            user=user,
            purpose=old.purpose,
            state=State.QUEUED,
            variant=old.variant + 1,
            revision=revision,
            based_on=old,
            **wanted.columns(),
        )


def bring_back(*, draft_id: int, user: User) -> Draft:
    """The text that a rewrite gave up and that nothing came of: into the checks again, as a new draft.

    Not where a third person had edited it: who wrote a text must stay known. Error: `draft_moved_on`.
    """
    failed = visible_draft(draft_id=draft_id, user=user)
    lead = writable_lead(lead_id=failed.lead_id, user=user)
    old = failed.based_on
    if failed.state != State.FAILED or old is None or not old.text_hash:
        raise workflow.moved_on()
    if old.text_author_id not in (None, user.pk):
        raise workflow.moved_on()
    kept = (
        "subject",
        "body",
        "text_hash",
        "ai_subject",
        "ai_body",
        "claims",
        "facts",
        "origin",
        "text_author",
    )
    with transaction.atomic():
        draft = open_draft(
            lead=lead,
            user=user,
            purpose=old.purpose,
            # as a rep's own words where they were
            state=State.EDITING if old.text_author_id else State.CHECKING,
            prompt_version=old.prompt_version,
            variant=old.variant,
            attempts=old.attempts,
            **{name: getattr(old, name) for name in kept},
            **Wish.of(old).columns(),
        )
        if draft.state == State.EDITING:
            workflow.move(draft, to=State.CHECKING, actor=user)
        workflow.leave_for_worker(draft)
    return draft


def visible_draft(*, draft_id: int, user: User) -> Draft:
    drafts = Draft.objects.visible_to(user).select_related("lead__company", "team", "based_on")
    draft = drafts.filter(pk=draft_id).first()
    if draft is None:
        raise DomainError("draft_not_found", _("There is no such draft."), status=404)
    return draft


def writable_lead(*, lead_id: int, user: User) -> Lead:
    """A lead that `user` may see and that may lawfully be written to."""
    lead = Lead.objects.visible_to(user).select_related("company", "team").filter(pk=lead_id).first()
    if lead is None:
        raise DomainError("lead_not_found", _("There is no such lead."), status=404)
    if not user.has_perm("drafts.request_draft"):
        raise DomainError("forbidden", _("You may not request drafts."), status=403)
    problems = law.standing(lead=lead, team=lead.team).problems()
    if problems:
        raise failures.error(problems[0])
    return lead


def checked_purpose(purpose: str) -> Purpose:
    if purpose not in Purpose.values:
        raise DomainError("unknown_purpose", _("There is no such purpose."))
    return Purpose(purpose)


def open_draft(
    *, lead: Lead, user: User, purpose: str, state: State, leave: bool = True, **fields: object
) -> Draft:
    """Insert under the unique index that allows one open draft per lead and purpose.

    `leave`: a worker takes it up.
    """
    now = timezone.now()
    draft = Draft(
        lead=lead,
        team_id=lead.team_id,
        requested_by=user,
        purpose=purpose,
        language=lead.language,
        state=state,
        state_changed_at=now,
        created_at=now,
        trace_id=telemetry.trace_id(),
        traceparent=telemetry.carrier().get("traceparent", ""),
        **({"origin": Origin.GENERATED} | fields),
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            workflow.record_event(draft, origin="", to=state, at=now, actor=user)
            audit.record(actor=user, action="draft.request", target=draft)
            workflow.announce(draft, origin="", at=now, actor=user)
            if leave and state == State.QUEUED:
                workflow.leave_for_worker(draft)
    except IntegrityError as error:
        if "one_open_draft_per_lead" not in str(error):
            raise
        raise already_open(lead, purpose) from None
    return draft


def _limit_rate(user: User) -> None:
    """A stuck key or a script must not write a thousand mails. Without Redis the budget alone limits."""
    key = redis_client.key("drafts", "rate", user.pk, int(time.time()) // 60)
    try:
        store = redis_client.get()
        wishes = int(store.incr(key))
        store.expire(key, 120)
    except RedisError:
        return
    if wishes > REQUESTS_PER_MINUTE:
        raise DomainError("too_many_requests", _("That was a lot at once. Please wait a minute."), status=429)


def already_open(lead: Lead, purpose: str) -> ConflictError:
    other = (
        Draft.objects.filter(lead=lead, purpose=purpose, state__in=OPEN)
        .select_related("requested_by")
        .first()
    )
    by = str(other.requested_by) if other and other.requested_by else ""
    sentence = (
        _("%(name)s already has an open draft for this lead.") % {"name": by}
        if by
        else _("There is already an open draft for this lead.")
    )
    return ConflictError("draft_open", sentence, {"by": by, "draft": other.pk if other else None})
