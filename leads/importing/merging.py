"""What one row changes about a lead and its company. No SQL here: it works on instances in memory.

An empty cell says nothing and never erases. A stage or owner that somebody here changed by hand stays, unless
the file's own value changed since it was last imported.
"""

from __future__ import annotations

import re
from typing import Any, Final

from leads.folding import fold
from leads.importing.fields import Field
from leads.importing.mapping import Mapping
from leads.importing.rows import Row
from leads.models import Company, Industry, Lead

_PAIRS: Final = (("family_name", "given_name"), ("family_kana", "given_kana"))
_PLAIN: Final = ("department", "title", "external_id")
_COMPANY: Final = (
    "name_kana", "name_en", "corporate_number", "industry", "region", "address", "employees", "website",
)  # fmt: skip
_NOT_DIGITS: Final = re.compile(r"\D")
# addresses there say nothing about the company
_PRIVATE: Final = """
gmail.com yahoo.co.jp yahoo.com outlook.com outlook.jp hotmail.com hotmail.co.jp icloud.com me.com live.jp
au.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp ymail.ne.jp nifty.com biglobe.ne.jp ocn.ne.jp
so-net.ne.jp proton.me protonmail.com aol.com gmx.com mail.com
"""
_FREE_MAIL: Final = frozenset(_PRIVATE.split())


class Merger:
    def __init__(self, mapping: Mapping, *, default_owner_id: int | None) -> None:
        self._default_owner_id = default_owner_id
        self._stage_header = self._header(mapping, Field.STAGE)
        self._owner_header = self._header(mapping, Field.OWNER)
        self._barred_header = self._header(mapping, Field.DO_NOT_CONTACT)

    @staticmethod
    def _header(mapping: Mapping, name: Field) -> str:
        column = mapping.index_of(name)
        return "" if column is None else mapping.headers[column]

    def merge(self, lead: Lead, row: Row, company: Company | None) -> bool:
        """Whether anything about the lead changed. `company` is None where the row names none."""
        before = self._values(lead)
        self._contact(lead, row)
        if company is not None:
            lead.company = company
        self._progress(lead, row)
        if row.barred and not lead.do_not_contact:
            reason = f"{self._barred_header}: {row.attributes.get(self._barred_header, '')}"
            lead.do_not_contact, lead.do_not_contact_reason = True, reason[:200]
        lead.attributes = {**lead.attributes, **row.attributes}
        if lead.pk is None:
            lead.language = row.language
        return self._values(lead) != before

    @staticmethod
    def _values(lead: Lead) -> tuple[Any, ...]:
        return (
            lead.family_name, lead.given_name, lead.family_kana, lead.given_kana, lead.department, lead.title,
            lead.email, lead.phone, lead.external_id, lead.company_id, lead.stage, lead.owner_id,
            lead.do_not_contact, lead.attributes,
        )  # fmt: skip

    @staticmethod
    def _contact(lead: Lead, row: Row) -> None:
        for family, given in _PAIRS:
            said = (row.lead.get(family, ""), row.lead.get(given, ""))
            if not any(said) or fold("".join(said)) == fold(getattr(lead, family) + getattr(lead, given)):
                continue  # also where a person here cut an unspaced name in two
            whole = family in row.lead and given in row.lead
            for name, value in zip((family, given), said, strict=True):
                if value or whole:
                    setattr(lead, name, value)
        for name in _PLAIN:
            if text := row.lead.get(name):
                setattr(lead, name, text)
        if (email := row.lead.get("email", "")) and email.lower() != lead.email.lower():
            lead.email = email
        phone = row.lead.get("phone", "")
        if phone and _NOT_DIGITS.sub("", phone) != _NOT_DIGITS.sub("", lead.phone):
            lead.phone = phone

    def _progress(self, lead: Lead, row: Row) -> None:
        """Stage and owner, by what the file said last time and says now."""
        untouched = lead.pk is None or lead.stage_changed_at == lead.created_at
        if row.stage and (untouched or self._news(lead, row, self._stage_header)):
            lead.stage = row.stage
        if row.owner_id and (lead.owner_id is None or self._news(lead, row, self._owner_header)):
            lead.owner_id = row.owner_id
        if lead.pk is None and lead.owner_id is None:
            lead.owner_id = self._default_owner_id

    @staticmethod
    def _news(lead: Lead, row: Row, header: str) -> bool:
        return bool(lead.attributes.get(header) != row.attributes.get(header))


def merge_company(company: Company, row: Row, *, only_blanks: bool) -> bool:
    """Whether anything about the company changed; the first row of a file that names it has the say."""
    changed = False
    for name in _COMPANY:
        value = row.company.get(name)
        present = getattr(company, name)
        blank = not present or (name == "industry" and present == Industry.OTHER)
        silent = not value or (name == "industry" and value == Industry.OTHER)
        if silent or value == present or (only_blanks and not blank):
            continue
        setattr(company, name, value)
        changed = True
    if not company.domain and company.name and (domain := _domain(row)):
        company.domain = domain
        changed = True
    return changed


def _domain(row: Row) -> str:
    """The company's mail domain, from an address that is not a private one."""
    domain = row.lead.get("email", "").rpartition("@")[2]
    return "" if domain in _FREE_MAIL else domain
