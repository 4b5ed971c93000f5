"""The set-based statements of an import: each takes all rows of a batch as one JSON parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection, models

from leads.folding import search_fields
from leads.models import Company, Lead

_LOCK_SPACE: Final = 0x1EAD
LEAD_COLUMNS: Final = (
    "owner_id", "company_id", "family_name", "given_name", "family_kana", "given_kana", "department", "title",
    "email", "phone", "language", "stage", "external_id", "attributes", "do_not_contact",
    "do_not_contact_reason", "search_grams", "search_text",
)  # fmt: skip
COMPANY_COLUMNS: Final = (
    "name", "name_kana", "name_en", "name_key", "corporate_number", "industry", "region", "address",
    "employees", "website", "domain",
)  # fmt: skip


def take_turns(team_id: int) -> None:
    """Until the transaction ends, no other import writes into this team."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, team_id])


def find_leads(external_ids: Iterable[str], emails: Iterable[str], team_id: int) -> list[int]:
    """Leads of the team with one of these ids or lower-case addresses."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"team_id": team_id, "ids": list(external_ids), "emails": list(emails)}
        cursor.execute(_sql("find_leads"), values)
        return [pk for (pk,) in cursor.fetchall()]


def insert_companies(companies: Sequence[Company], team_id: int, now: datetime) -> None:
    if not companies:
        return
    ids = {
        key: pk
        for pk, key in _run(
            "insert_companies", companies, COMPANY_COLUMNS, {"team_id": team_id, "now": now}, returns=True
        )
    }
    for company in companies:
        company.pk = ids[company.name_key]


def update_companies(companies: Sequence[Company], now: datetime) -> None:
    if companies:
        _run("update_companies", companies, ("id", *COMPANY_COLUMNS), {"now": now})


def insert_leads(leads: Sequence[Lead], team_id: int, now: datetime) -> None:
    """Gives each its id, ascending in the order given."""
    if not leads:
        return
    rows = _run("insert_leads", leads, LEAD_COLUMNS, {"team_id": team_id, "now": now}, returns=True)
    for lead, (pk,) in zip(leads, sorted(rows), strict=True):
        lead.pk = pk


def update_leads(leads: Sequence[Lead], now: datetime) -> None:
    if leads:
        _run("update_leads", leads, ("id", *LEAD_COLUMNS), {"now": now})


def index(lead: Lead, company: Company) -> None:
    """Fill what the search looks through."""
    if not (lead.family_name or lead.given_name or lead.email or lead.phone or company.name):
        return
    lead.search_text, lead.search_grams = search_fields(lead, company)


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _run(
    name: str,
    objects: Iterable[models.Model],
    columns: Sequence[str],
    parameters: dict[str, Any],
    *,
    returns: bool = False,
) -> list[tuple[Any, ...]]:
    rows = [{column: getattr(item, column) for column in columns} for item in objects]
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), {**parameters, "rows": json.dumps(rows, ensure_ascii=False)})
        return cursor.fetchall() if returns else []
