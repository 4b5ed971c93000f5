"""One record as it will be stored, or the reason why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.importing import people, places
from leads.importing.fields import Field, clean
from leads.importing.industries import industry_of
from leads.importing.mapping import Mapping
from leads.models import Company, Lead
from salesdash.formatting.names import is_east_asian

MAX_ATTRIBUTE_CHARACTERS: Final = 10_000


class Reason(models.TextChoices):
    """Why a row is refused. What decides who a lead is, or how to reach it, is never guessed."""

    TOO_FEW_CELLS = "too_few_cells", _("The row has fewer cells than there are columns.")
    TOO_MANY_CELLS = "too_many_cells", _("The row has more cells than there are columns.")
    BAD_EMAIL = "email_invalid", _("This is not a valid e-mail address.")
    BAD_PHONE = "phone_invalid", _("This is not a phone number.")
    TOO_LONG = "too_long", _("The text is too long for this field.")
    REPEATED = (
        "repeated",
        _("An earlier row of this file has the same id or e-mail address but names somebody else."),
    )
    EMAIL_TAKEN = "email_taken", _("Another lead, with another id, already has this e-mail address.")
    ERASED = "person_erased", _("This person's data was erased on request and must not come back.")


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Reason
    # the column's name, '' for the row as a whole
    column: str = ""


@dataclass(slots=True)
class Row:
    """Texts are clean and fit their columns; an empty one means that the file says nothing."""

    line: int
    cells: Sequence[str]
    # family_name, given_name, family_kana, given_kana, department, title, email, phone, external_id
    lead: dict[str, str] = field(default_factory=dict)
    # name, name_kana, name_en, corporate_number, industry, region, address, website, employees
    company: dict[str, str | int] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    stage: str = ""
    owner_id: int | None = None
    barred: bool = False
    # made from the contents where the row has neither id nor address
    content_id: str = ""

    @property
    def language(self) -> str:
        """English where the file names somebody, and nothing of it is written in Japanese."""
        names = "".join(str(v) for v in (*self.lead.values(), self.company.get("name", "")))
        return "en" if self.has_name and not is_east_asian(names) else "ja"

    @property
    def has_name(self) -> bool:
        return bool(self.lead.get("family_name") or self.lead.get("given_name") or self.company.get("name"))


_NOT_DIGITS: Final = re.compile(r"\D")
_LEAD: Final = {
    Field.FAMILY_NAME: "family_name",
    Field.GIVEN_NAME: "given_name",
    Field.FAMILY_KANA: "family_kana",
    Field.GIVEN_KANA: "given_kana",
    Field.DEPARTMENT: "department",
    Field.TITLE: "title",
    Field.EXTERNAL_ID: "external_id",
}
_WHOLE_NAMES: Final = {
    Field.FULL_NAME: ("family_name", "given_name"),
    Field.FULL_KANA: ("family_kana", "given_kana"),
}
_COMPANY: Final = {
    Field.COMPANY: "name",
    Field.COMPANY_KANA: "name_kana",
    Field.COMPANY_EN: "name_en",
    Field.ADDRESS: "address",
    Field.WEBSITE: "website",
}
_ABOUT_COMPANY: Final = {*_COMPANY, Field.CORPORATE_NUMBER, Field.INDUSTRY, Field.REGION, Field.EMPLOYEES}
_MOST: Final = {
    name: cast(models.CharField[str, str], model._meta.get_field(name)).max_length or 0
    for model, names in (
        (Lead, (*_LEAD.values(), "email", "phone")),
        (Company, (*_COMPANY.values(), "region")),
    )
    for name in names
}


class RowBuilder:
    """Turns records into rows by one mapping; each kind of column has one method below."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._width = len(mapping.columns)
        self._columns = [
            (
                i,
                column.header,
                column.field,
                getattr(self, f"_{_METHODS.get(column.field, column.field.value)}"),
            )
            for i, column in enumerate(mapping.columns)
            if column.field != Field.SKIP
        ]

    def build(self, line: int, cells: Sequence[str]) -> Row | Refused:
        if len(cells) < self._width:
            return Refused(Reason.TOO_FEW_CELLS)
        if len(cells) > self._width and any(map(str.strip, cells[self._width :])):
            return Refused(Reason.TOO_MANY_CELLS)
        row = Row(line, cells)
        for i, header, name, put in self._columns:
            raw = cells[i].strip()
            if raw and (reason := put(row, header, name, raw)):
                return Refused(reason, header)
        if row.company:
            self._complete(row)
        return self._too_long(row) or row

    def _complete(self, row: Row) -> None:
        company = row.company
        if not company.get("name") and (other := company.get("name_en") or company.get("name_kana")):
            company["name"] = other
        if not company.get("name"):
            # facts about a company that is not named stay with the person
            row.attributes |= {
                column.header: raw
                for column, cell in zip(self._mapping.columns, row.cells, strict=False)
                if column.field in _ABOUT_COMPANY and (raw := cell.strip())
            }
            row.company = {}
        elif not company.get("region") and (found := places.prefecture_of(str(company.get("address", "")))):
            company["region"] = found

    def _too_long(self, row: Row) -> Refused | None:
        for values in (row.lead, row.company):
            for name, value in values.items():
                if isinstance(value, str) and len(value) > _MOST.get(name, MAX_ATTRIBUTE_CHARACTERS):
                    return Refused(Reason.TOO_LONG, self._header_of(name))
        for header, value in row.attributes.items():
            if len(value) > MAX_ATTRIBUTE_CHARACTERS:
                return Refused(Reason.TOO_LONG, header)
        return None

    def _header_of(self, name: str) -> str:
        for column in self._mapping.columns:
            if name in (_LEAD.get(column.field), _COMPANY.get(column.field), column.field.value):
                return column.header
            if name in _WHOLE_NAMES.get(column.field, ()):
                return column.header
        return ""

    # --- one method per kind of column; each may return a reason to refuse ---------------------

    def _lead_text(self, row: Row, _header: str, name: Field, raw: str) -> None:
        row.lead[_LEAD[name]] = clean(raw)

    def _whole_name(self, row: Row, _header: str, name: Field, raw: str) -> None:
        for part, value in zip(_WHOLE_NAMES[name], people.split_name(clean(raw)), strict=True):
            row.lead.setdefault(part, value)

    def _company_text(self, row: Row, _header: str, name: Field, raw: str) -> None:
        row.company[_COMPANY[name]] = clean(raw)

    def _corporate_number(self, row: Row, header: str, _name: Field, raw: str) -> None:
        digits = _NOT_DIGITS.sub("", clean(raw))
        if len(digits) == 13:
            row.company["corporate_number"] = digits
        else:
            row.attributes[header] = raw

    def _email(self, row: Row, _header: str, _name: Field, raw: str) -> Reason | None:
        text = clean(raw)
        if people.is_nothing(text):
            return None
        address = people.email(text)
        row.lead["email"] = address or ""
        return None if address else Reason.BAD_EMAIL

    def _phone(self, row: Row, _header: str, _name: Field, raw: str) -> Reason | None:
        text = clean(raw)
        if people.is_nothing(text):
            return None
        number = people.phone(text)
        row.lead["phone"] = number or ""
        return None if number else Reason.BAD_PHONE

    def _industry(self, row: Row, header: str, _name: Field, raw: str) -> None:
        row.company["industry"] = industry_of(raw).value
        row.attributes[header] = raw

    def _region(self, row: Row, header: str, _name: Field, raw: str) -> None:
        text = clean(raw)
        if people.is_nothing(text):
            return
        row.company["region"] = places.region(text)
        if row.company["region"] != raw:
            row.attributes[header] = raw

    def _employees(self, row: Row, header: str, _name: Field, raw: str) -> None:
        number = people.number(clean(raw))
        if number is not None:
            row.company["employees"] = number
        if str(number) != raw:
            row.attributes[header] = raw

    def _stage(self, row: Row, header: str, _name: Field, raw: str) -> None:
        row.stage = self._mapping.stages.get(clean(raw), "")
        row.attributes[header] = raw

    def _owner(self, row: Row, header: str, _name: Field, raw: str) -> None:
        row.owner_id = self._mapping.owners.get(clean(raw))
        row.attributes[header] = raw

    def _do_not_contact(self, row: Row, header: str, _name: Field, raw: str) -> None:
        row.barred = people.is_barred(clean(raw))
        row.attributes[header] = raw

    def _attributes(self, row: Row, header: str, _name: Field, raw: str) -> None:
        row.attributes[header] = raw


_METHODS: Final = (
    dict.fromkeys(_LEAD, "lead_text")
    | dict.fromkeys(_WHOLE_NAMES, "whole_name")
    | dict.fromkeys(_COMPANY, "company_text")
)
