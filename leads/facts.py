"""What is known about a lead and its company, as pairs of label and value for the lead page."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from django.utils.html import format_html
from django.utils.translation import gettext as _

from leads.models import Company, Lead
from salesdash.formatting import names, numbers, times

Pair = tuple[str, str]
_WEB: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
LONGEST_VALUE: Final = 500


def facts(lead: Lead) -> list[Pair]:
    """Only what is filled in."""
    company = lead.company
    pairs: list[tuple[str, Any]] = [
        (_("Name in kana"), names.full_name(lead.family_kana, lead.given_kana)),
        (_("Department"), lead.department),
        (_("Job title"), lead.title),
        (_("Industry"), company.get_industry_display()),
        (_("Region"), company.region),
        (_("Address"), company.address),
        (_("Employees"), _count(company.employees)),
        (_("Yearly revenue"), numbers.yen_short(company.revenue_jpy) if company.revenue_jpy else ""),
        (_("Website"), _website(company)),
        (_("Company phone"), company.phone),
        (_("Corporate number"), company.corporate_number),
        (_("Owner"), str(lead.owner or _("nobody"))),
        (_("Team"), str(lead.team)),
        (_("Mail language"), lead.get_language_display()),
        (_("Source"), lead.source),
        (_("External id"), lead.external_id),
        (_("Note on the basis for mail"), lead.consent_note),
        (_("Since"), times.day(lead.created_at)),
    ]
    return [(label, value) for label, value in pairs if value]


def attributes(lead: Lead) -> list[Pair]:
    """Columns of imported files that no field takes; the lead's first."""
    found: dict[str, str] = {}
    for source in (lead.attributes, lead.company.attributes):
        if isinstance(source, dict):
            for name, value in source.items():
                found.setdefault(str(name), _plain(value))
    return [(name, value) for name, value in found.items() if value]


def telephone(number: str) -> str:
    """What a `tel:` link takes."""
    return re.sub(r"[^\d+]", "", number)


def _count(employees: int | None) -> str:
    return numbers.number(employees) if employees else ""


def _website(company: Company) -> str:
    address = company.website.strip()
    if not address or not _WEB.fullmatch(address):
        return address
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', address, address
    )


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text[:LONGEST_VALUE]
