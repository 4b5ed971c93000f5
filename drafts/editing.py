"""Texts by a person's hand: the rep's edit of a draft, and mail that was hand-written from the start."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from drafts import placeholders, workflow
from drafts.models import Draft, MailTemplate, Origin, Purpose, State
from drafts.requests import checked_purpose, open_draft, visible_draft, writable_lead
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS, Text, tidy
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User


def edit(*, draft_id: int, user: User, subject: str, body: str, version: int) -> Draft:
    """Replace the text of a ready or approved draft; nobody but the author reads it until it is checked."""
    draft = visible_draft(draft_id=draft_id, user=user)
    if not user.has_perm("drafts.request_draft"):
        raise DomainError("forbidden", _("You may not edit drafts."), status=403)
    text = checked_text(subject, body)
    if draft.version != version:
        raise workflow.stale(draft)
    if draft.state not in (State.READY, State.APPROVED):
        raise workflow.moved_on()
    with transaction.atomic():
        workflow.move(
            draft,
            to=State.EDITING,
            actor=user,
            details={"before": draft.text_hash, "after": text.hash},
            **as_changes(draft, text, author=user),
        )
        workflow.move(draft, to=State.CHECKING, actor=user)
        audit.record(actor=user, action="draft.edit", target=draft)
        workflow.leave_for_worker(draft)
    return draft


def write(
    *,
    lead_id: int,
    user: User,
    subject: str,
    body: str,
    purpose: str = Purpose.ICE_BREAKER,
    template_id: int | None = None,
) -> Draft:
    """A hand-written mail: checked by the same layers as a generated one.

    `template_id` is what it was begun with; one that this person may not see is not noted. Errors: those of
    `writable_lead` and `checked_text`, and `unfilled` where a placeholder was left standing.
    """
    lead = writable_lead(lead_id=lead_id, user=user)
    text = checked_text(subject, body)
    if left := placeholders.left_in(text):
        sentence = _("Replace or delete what is not known of this lead: %(marks)s")
        raise DomainError("unfilled", sentence % {"marks": " ".join(left)}, {"placeholders": left})
    template = None
    if template_id:
        known = MailTemplate.objects.visible_to(user).filter(pk=template_id, team=lead.team_id)
        template = known.only("pk").first()
    with transaction.atomic():
        draft = open_draft(
            lead=lead,
            user=user,
            purpose=checked_purpose(purpose),
            state=State.EDITING,
            origin=Origin.MANUAL,
            mail_template=template,
            subject=text.subject,
            body=text.body,
            text_hash=text.hash,
            text_author=user,
        )
        workflow.move(draft, to=State.CHECKING, actor=user)
        workflow.leave_for_worker(draft)
    return draft


def checked_text(subject: str, body: str) -> Text:
    text = tidy(subject, body)
    if not text.subject or not text.body:
        raise DomainError("text_missing", _("Subject and body must not be empty."))
    if len(text.subject) > SUBJECT_MAX_CHARS or len(text.body) > BODY_MAX_CHARS:
        raise DomainError("text_too_long", _("The text is too long."))
    return text


def as_changes(draft: Draft, text: Text, *, author: User) -> dict[str, Any]:
    """Columns of a text by `author`. A claim lives on only where its phrase still stands in the text."""
    whole = f"{text.subject}\n{text.body}"
    return {
        "subject": text.subject,
        "body": text.body,
        "text_hash": text.hash,
        "text_author": author,
        "claims": [claim for claim in draft.claims if str(claim.get("phrase", "")) in whole],
        "judge_score": None,
    }
