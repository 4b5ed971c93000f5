"""The layers' context of a draft in the database."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Model

from drafts import facts as fact_source
from drafts.models import Draft, Origin
from drafts.safety import law, own_pages
from drafts.safety.base import Claim, Context, Fact, Person, Sender
from drafts.safety.rulebook import RuleBook
from drafts.workflow import Attempt
from leads.models import Company, Lead
from leads.sql import prepared_rows
from salesdash.models import Team, User

# nothing here reads them; `attributes` would have to be parsed
_UNREAD: Final = ("search_grams", "search_text", "attributes")
_NAMES: Final[list[tuple[type[Model], list[str]]]] = [
    (model, [field.attname for field in model._meta.concrete_fields if field.attname not in _UNREAD])
    for model in (Lead, Company, Team)
]
_LEAD: Final = f"""
SELECT {", ".join(f"{model._meta.db_table}.{name}" for model, names in _NAMES for name in names)}
FROM leads_lead
JOIN leads_company ON leads_company.id = leads_lead.company_id
JOIN salesdash_team ON salesdash_team.id = leads_lead.team_id
WHERE leads_lead.id = %(lead)s
"""  # noqa: S608 -- names of the models' own columns
# written out: each text asks, and building it took longer than answering it
_COMPANIES: Final = "SELECT name_key FROM leads_company WHERE team_id = %(team)s AND name_key = ANY(%(keys)s)"


def for_draft(
    draft: Draft,
    *,
    rules: RuleBook,
    facts: tuple[Fact, ...] = (),
    claims: tuple[Claim, ...] = (),
    attempt: Attempt | None = None,
) -> Context:
    """Reads the lead afresh: an opt-out may have come while the text was being written.

    Without `facts` they are collected, too.
    """
    lead = _read(draft.lead_id)
    company, team, user = lead.company, lead.team, draft.requested_by
    known = fact_source.known_of(lead, draft.language, besides=draft.pk)
    return Context(
        language=draft.language,
        purpose=draft.purpose,
        tone=draft.tone,
        rules=rules,
        lead=person(lead),
        company=fact_source.plain(company.name),
        company_names=tuple(name for name in (company.name_en, company.name_kana) if name),
        industry=company.industry,
        industry_label=fact_source.industry_label(company.industry, draft.language),
        sender=sender(team, user, draft.language),
        own_contacts=own_contacts(team, user),
        own_domain=own_pages.domain_of(team),
        facts=facts or fact_source.collect(lead=lead, language=draft.language, known=known),
        claims=claims,
        by_person=_by_person(draft),
        instruction=fact_source.plain(draft.instruction, 300),
        standing=law.standing(lead=lead, team=team, suppressed=known.suppressed),
        raw_fields=fact_source.raw_fields(lead, deeds=known.deeds, notes=known.notes),
        known_companies=lambda keys: companies_of(team.pk, keys),
        earlier=known.earlier,
        attempt=attempt,
        team_id=team.pk,
        draft_id=draft.pk,
    )


def with_text(context: Context, draft: Draft) -> Context:
    """The context of the text that the draft has now, with the customer as read before."""
    return replace(
        context,
        facts=read_facts(draft.facts),
        claims=read_claims(draft.claims),
        by_person=_by_person(draft),
    )


def _by_person(draft: Draft) -> bool:
    return draft.text_author_id is not None or draft.origin == Origin.MANUAL


def _read(lead_id: int) -> Lead:
    """With company and team. Written out, too; Lead.DoesNotExist."""
    row = next(iter(prepared_rows(_LEAD, {"lead": lead_id})), None)
    if row is None:
        raise Lead.DoesNotExist
    values = iter(row)
    read: list[Any] = [
        model.from_db(connection.alias, names, list(islice(values, len(names)))) for model, names in _NAMES
    ]
    lead: Lead = read[0]
    lead.company, lead.team = read[1:]
    return lead


def person(lead: Lead) -> Person:
    plain = fact_source.plain
    return Person(plain(lead.family_name), plain(lead.given_name), plain(lead.title), plain(lead.department))


def sender(team: Team, user: User | None, language: str) -> Sender:
    """The team's English name where there is one; the person as they are called."""
    name = team.name_en if language == "en" and team.name_en else team.name
    return Sender(str(user) if user else "", name, team.company_name)


def own_contacts(team: Team, user: User | None) -> tuple[str, ...]:
    signature = user.signature if user else ""
    known = (team.opt_out_contact, user.email if user else "", signature, re.sub(r"[^\d\n]", "", signature))
    return tuple(part for part in known if part)


def companies_of(team_id: int, keys: set[str]) -> set[str]:
    """Which of the folded names are companies of this team: by its unique index, never a scan."""
    return {key for (key,) in prepared_rows(_COMPANIES, {"team": team_id, "keys": list(keys)})}


def read_facts(stored: list[dict[str, Any]]) -> tuple[Fact, ...]:
    return tuple(Fact(f["id"], f["kind"], f["text"], f.get("value", ""), f.get("at", "")) for f in stored)


def read_claims(stored: list[dict[str, Any]]) -> tuple[Claim, ...]:
    return tuple(Claim(str(c["phrase"]), str(c["fact_id"])) for c in stored)
