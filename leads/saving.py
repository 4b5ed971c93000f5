"""What a person changes in leads and companies: search fields, version, audit and score row stay in step."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import folding, kept_counts, locking, notifying, scoring, signals
from leads.models.lead import Company, ConsentBasis, Industry, Lead, Stage
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import Team, User

MANUAL_SOURCE: Final = "manual"


class PersonFields(TypedDict, total=False):
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    department: str
    title: str
    email: str
    phone: str
    language: str
    source: str
    external_id: str
    attributes: dict[str, Any]
    consent_basis: ConsentBasis
    consent_note: str


class CompanyFields(TypedDict, total=False):
    name_kana: str
    name_en: str
    industry: str
    region: str
    address: str
    employees: int | None
    website: str
    domain: str
    phone: str


def find_or_create_company(*, team: Team, name: str, **fields: Unpack[CompanyFields]) -> Company:
    """The team's company of that name in any spelling. `fields` are for a new one only."""
    name = name.strip()
    if not name:
        raise DomainError("company_name", _("Please enter the company."))
    fields["industry"] = fields.get("industry") or Industry.OTHER
    company, _created = Company.objects.get_or_create(
        team=team, name_key=folding.company_key(name), defaults={"name": name, **fields}
    )
    return company


def create_lead(
    *,
    team: Team,
    user: User,
    company_name: str,
    industry: str = "",
    owner: User | None = None,
    **person: Unpack[PersonFields],
) -> Lead:
    """Owned by `owner`, else by the user.

    Errors: `team_forbidden`, `owner_team`, `company_name`, `lead_exists`.
    """
    if team.pk not in user.team_ids and not user.has_perm("leads.view_all"):
        raise DomainError("team_forbidden", _("You are not a member of this team."), status=404)
    owner = owner or (user if team.pk in user.team_ids else None)
    _refuse_foreign_owner(owner, team)
    lead = Lead(**{"source": MANUAL_SOURCE, **person}, team=team, owner=owner)
    if lead.consent_basis != ConsentBasis.UNKNOWN:
        lead.consent_at = timezone.now()
    try:
        with transaction.atomic():
            lead.company = find_or_create_company(team=team, name=company_name, industry=industry)
            locking.hold_companies([lead.company.pk])
            _fold(lead)
            lead.save()
            scoring.ensure([lead.pk])
            audit.record(actor=user, action="lead.create", target=lead)
            transaction.on_commit(partial(kept_counts.forget, user.pk))
    except IntegrityError as error:
        raise _exists(lead) from error
    return lead


def update_lead(*, lead_id: int, user: User, version: int, **person: Unpack[PersonFields]) -> Lead:
    """Change what is known of the person. Errors: `not_found`, `stale`, `lead_exists`."""
    try:
        with transaction.atomic():
            lead = _take(lead_id, user, version)
            before = {name: getattr(lead, name) for name in person}
            for name, value in person.items():
                setattr(lead, name, value)
            if "consent_basis" in person and lead.consent_basis != before["consent_basis"]:
                lead.consent_at = timezone.now()
            _fold(lead)
            changed = sorted(name for name in person if getattr(lead, name) != before[name])
            _save(
                lead, user, "lead.update", {"fields": changed}, *person, "consent_at", *_SEARCH, scored=True
            )
    except IntegrityError as error:
        raise _exists(lead) from error
    return lead


def update_company(*, company_id: int, user: User, **fields: Unpack[CompanyFields]) -> Company:
    """Refreshes search and fit of all its leads."""
    visible = Lead.objects.visible_to(user).filter(company=company_id)
    with transaction.atomic():
        company = Company.objects.select_for_update().filter(pk=company_id).first()
        if company is None or not (company.team_id in user.team_ids or visible.exists()):
            raise DomainError("not_found", _("This company does not exist."), status=404)
        for name, value in fields.items():
            setattr(company, name, value)
        company.save(update_fields=[*fields, "updated_at"])
        leads = list(company.leads.select_for_update().order_by("pk"))
        for lead in leads:
            lead.company = company
            lead.updated_at = company.updated_at
            _fold(lead)
        Lead.objects.bulk_update(leads, [*_SEARCH, "updated_at"], batch_size=1000)
        scoring.ensure(lead.pk for lead in leads)
        audit.record(actor=user, action="company.update", target=company, details={"fields": sorted(fields)})
    return company


def change_stage(*, lead_id: int, user: User, stage: str, version: int) -> Lead:
    if stage not in Stage.values:
        raise DomainError("stage", _("There is no such stage."))
    with transaction.atomic():
        lead = _take(lead_id, user, version)
        before, lead.stage = lead.stage, stage
        if before != stage:
            lead.stage_changed_at = timezone.now()
            details = {"from": before, "to": stage}
            _save(lead, user, "lead.stage", details, "stage", "stage_changed_at", scored=True)
    return lead


def assign(*, lead_id: int, user: User, owner: User | None, version: int) -> Lead:
    """To a member of the lead's team, or to nobody."""
    with transaction.atomic():
        lead = _take(lead_id, user, version)
        _refuse_foreign_owner(owner, lead.team)
        details = {"from": lead.owner_id, "to": owner.pk if owner else None}
        changed = lead.owner_id != (owner.pk if owner else None)
        lead.owner = owner
        _save(lead, user, "lead.assign", details, "owner", scored=True)
        if changed:
            notifying.assigned(lead_ids=[lead.pk], owner_id=lead.owner_id, actor=user, at=lead.updated_at)
    return lead


def set_next_action(
    *, lead_id: int, user: User, text: str, due_at: datetime | None = None, version: int
) -> Lead:
    """An empty text clears it."""
    with transaction.atomic():
        lead = _take(lead_id, user, version)
        lead.next_action = text.strip()
        lead.next_action_due_at = due_at if lead.next_action else None
        _save(lead, user, "lead.next_action", {}, "next_action", "next_action_due_at")
    return lead


def set_do_not_contact(*, lead_id: int, user: User, blocked: bool, reason: str = "", version: int) -> Lead:
    """A barrier for every mail, and out of the ranking by the exclude rules."""
    with transaction.atomic():
        lead = _take(lead_id, user, version)
        lead.do_not_contact = blocked
        lead.do_not_contact_reason = reason.strip() if blocked else ""
        columns = ("do_not_contact", "do_not_contact_reason")
        _save(lead, user, "lead.do_not_contact", {"blocked": blocked}, *columns, scored=True)
    return lead


def record_consent(*, lead_id: int, user: User, basis: str, note: str = "", version: int) -> Lead:
    """Why mail to this person is lawful; the date is today's, the audit keeps who said so."""
    if basis not in ConsentBasis.values:
        raise DomainError("consent_basis", _("There is no such basis."))
    with transaction.atomic():
        lead = _take(lead_id, user, version)
        details = {"from": lead.consent_basis, "to": basis}
        lead.consent_basis, lead.consent_note = basis, note.strip()
        lead.consent_at = None if basis == ConsentBasis.UNKNOWN else timezone.now()
        _save(lead, user, "lead.consent", details, "consent_basis", "consent_note", "consent_at")
    return lead


_SEARCH: Final = ("search_text", "search_grams")


def _take(lead_id: int, user: User, version: int) -> Lead:
    """The lead, locked; an error for one that this person may not see and for a form that is out of date."""
    visible = Lead.objects.visible_to(user).select_related("company", "team")
    lead = visible.select_for_update(of=("self",)).filter(pk=lead_id).first()
    if lead is None:
        raise DomainError("not_found", _("This lead does not exist."), status=404)
    if lead.version != version:
        message = _("Somebody else changed this lead meanwhile. Please look at it again.")
        raise ConflictError("stale", message, {"version": lead.version})
    return lead


def _save(
    lead: Lead, user: User, action: str, details: dict[str, Any], *columns: str, scored: bool = False
) -> None:
    lead.version += 1
    lead.save(update_fields=[*columns, "version", "updated_at"])
    if scored:
        scoring.ensure([lead.pk])
    signals.announce_rows({lead.team_id: [lead.pk]}, user.pk)
    audit.record(actor=user, action=action, target=lead, details=details)


def _fold(lead: Lead) -> None:
    lead.search_text, lead.search_grams = folding.search_fields(lead, lead.company)


def _refuse_foreign_owner(owner: User | None, team: Team) -> None:
    if owner is not None and not owner.memberships.filter(team=team).exists():
        raise DomainError("owner_team", _("The owner must be a member of the team."))


def _exists(lead: Lead) -> DomainError:
    """The twin lies in the same team, whose members may see it."""
    twins = Lead.objects.filter(team=lead.team).exclude(pk=lead.pk)
    same = twins.filter(email__iexact=lead.email) if lead.email else twins.none()
    if not same.exists() and lead.external_id:
        same = twins.filter(external_id=lead.external_id)
    message = _("A lead with this e-mail address or external id exists already.")
    return DomainError(
        "lead_exists", message, {"lead": same.values_list("pk", flat=True).first()}, status=409
    )
