"""Templates for hand-written mail: kept, copied, deleted with a way back, and filled for one lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import placeholders
from drafts.editing import checked_text
from drafts.models import Draft, MailTemplate, Origin, Purpose
from drafts.placeholders import Filled
from drafts.safety import context as contexts
from drafts.safety import pipeline, reasons, rulebook
from drafts.safety.examples import LANGUAGES, LOCAL_LAYERS
from drafts.texts import Text, one_line
from leads.models import Lead
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import Team, User

NAME_MAX_CHARS: Final = 80
# of one team, and of one person in it
MOST: Final = 200
UNDO_MINUTES: Final = 60


@dataclass(frozen=True)
class Wording:
    """What a person writes into a template. `personal`: for themselves; else for the whole team."""

    name: str
    language: str
    purpose: str
    subject: str
    body: str
    personal: bool = False


@dataclass(frozen=True)
class Preview:
    """As it would stand in the dialog, and what the checks that need no model say of it, in words."""

    filled: Filled
    objections: list[str]


def find(*, template_id: int, user: User) -> MailTemplate:
    related = ("team", "owner", "changed_by")
    found = (
        MailTemplate.objects.visible_to(user).kept().select_related(*related).filter(pk=template_id).first()
    )
    if found is None:
        raise DomainError("template_not_found", _("There is no such template."), status=404)
    return found


def was_there(*, template_id: int, user: User) -> bool:
    """Whether this person could see it before it was deleted."""
    return MailTemplate.objects.visible_to(user).filter(pk=template_id).exclude(deleted_at=None).exists()


def for_lead(lead: Lead, user: User, purpose: str) -> QuerySet[MailTemplate]:
    """Of the lead's team and language; those of this purpose first, one's own before the team's."""
    rows = MailTemplate.objects.visible_to(user).kept().filter(team=lead.team_id, language=lead.language)
    other = Case(When(purpose=purpose, then=0), default=1)
    return rows.order_by(other, F("owner").asc(nulls_last=True), "name", "pk")


@transaction.atomic
def create(*, user: User, team_id: int, wording: Wording) -> MailTemplate:
    """Errors: those of `_checked`; `forbidden`; `no_team` where the person is in none of that number."""
    _may(user)
    team = Team.objects.filter(pk=team_id, pk__in=user.team_ids).first()
    if team is None:
        raise DomainError("no_team", _("Choose one of your teams."))
    owner = user if wording.personal else None
    if MailTemplate.objects.kept().filter(team=team, owner=owner).count() >= MOST:
        raise DomainError("too_many", _("There are too many templates already. Please delete some."))
    template = MailTemplate.objects.create(
        team=team, owner=owner, changed_by=user, changed_at=timezone.now(), **_columns(wording)
    )
    audit.record(actor=user, action="template.create", target=template)
    return template


@transaction.atomic
def save(*, template_id: int, user: User, version: int, wording: Wording) -> MailTemplate:
    """ConflictError("stale_template") where somebody else has changed it since it was read."""
    _may(user)
    template = find(template_id=template_id, user=user)
    changes = _columns(wording) | {
        # whoever makes a team's template their own takes it from the others: only a copy may be that
        "owner": template.owner if wording.personal else None,
        "changed_by": user,
        "changed_at": timezone.now(),
        "version": F("version") + 1,
    }
    rows = MailTemplate.objects.kept().filter(pk=template.pk, version=version)
    if not rows.update(**changes):
        sentence = _("Someone else has changed this template. Your version was not saved.")
        raise ConflictError("stale_template", sentence)
    audit.record(actor=user, action="template.change", target=template)
    return find(template_id=template.pk, user=user)


@transaction.atomic
def duplicate(*, template_id: int, user: User) -> MailTemplate:
    """A copy for oneself: what is only tried out disturbs nobody."""
    old = find(template_id=template_id, user=user)
    name = _("%(name)s (copy)") % {"name": old.name}
    wording = Wording(name[:NAME_MAX_CHARS], old.language, old.purpose, old.subject, old.body, personal=True)
    return create(user=user, team_id=old.team_id, wording=wording)


@transaction.atomic
def delete(*, template_id: int, user: User) -> MailTemplate:
    _may(user)
    template = find(template_id=template_id, user=user)
    MailTemplate.objects.filter(pk=template.pk).update(deleted_at=timezone.now())
    audit.record(actor=user, action="template.delete", target=template)
    return template


@transaction.atomic
def restore(*, template_id: int, user: User) -> MailTemplate:
    """Whoever could delete it brings it back, for an hour."""
    _may(user)
    since = timezone.now() - timedelta(minutes=UNDO_MINUTES)
    rows = MailTemplate.objects.visible_to(user).filter(pk=template_id, deleted_at__gte=since)
    if not rows.update(deleted_at=None):
        raise DomainError("template_not_found", _("There is no such template."), status=404)
    template = find(template_id=template_id, user=user)
    audit.record(actor=user, action="template.restore", target=template)
    return template


def fill(template: MailTemplate, *, lead: Lead, user: User) -> Filled:
    """Needs `lead.company` and `lead.team`."""
    return placeholders.fill(template.subject, template.body, lead=lead, user=user)


def preview(wording: Wording, *, lead: Lead, user: User) -> Preview:
    """Errors: those of a wording that cannot be saved."""
    columns = _columns(wording)
    filled = placeholders.fill(columns["subject"], columns["body"], lead=lead, user=user)
    return Preview(filled, _objections(filled.text, wording, lead, user))


def _objections(text: Text, wording: Wording, lead: Lead, user: User) -> list[str]:
    draft = Draft(
        lead=lead, team=lead.team, requested_by=user, text_author=user, purpose=wording.purpose,
        language=lead.language, origin=Origin.MANUAL, subject=text.subject, body=text.body,
    )  # fmt: skip
    context = contexts.for_draft(draft, rules=rulebook.active())
    spoken = pipeline.examine(text, context, LOCAL_LAYERS)
    codes = [reason.code for one in spoken for reason in one.verdict.reasons]
    return list(dict.fromkeys(reasons.label(code) for code in codes))


def _columns(wording: Wording) -> dict[str, str]:
    """Errors: `name_missing`, `unknown_language`, `unknown_purpose`, of texts, of placeholders."""
    name = one_line(wording.name)
    if not name or len(name) > NAME_MAX_CHARS:
        raise DomainError("name_missing", _("Give the template a name of 80 characters at most."))
    if wording.language not in LANGUAGES:
        raise DomainError("unknown_language", _("Choose a language."))
    if wording.purpose not in Purpose.values:
        raise DomainError("unknown_purpose", _("There is no such purpose."))
    text = checked_text(wording.subject, wording.body)
    placeholders.check(text.subject, text.body)
    return {
        "name": name,
        "language": wording.language,
        "purpose": wording.purpose,
        "subject": text.subject,
        "body": text.body,
    }


def _may(user: User) -> None:
    if not user.has_perm("drafts.request_draft"):
        raise DomainError("forbidden", _("You may not write mail."), status=403)
