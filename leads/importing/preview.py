"""The beginning of a file as it is and as it will be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from leads.importing.detect import data_records
from leads.importing.fields import Field
from leads.importing.identity import Identities
from leads.importing.jobs import layout_of, mapping_of, open_file
from leads.importing.mapping import Mapping
from leads.importing.reading import Record
from leads.importing.rows import Refused, Row, RowBuilder
from leads.models import ImportJob, Industry, Stage
from salesdash.formatting.names import full_name
from salesdash.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ROWS: Final = 5
_EXAMPLES: Final = 3
_LOOKED_AT: Final = 50

# user ids → names
Names = dict[int, str]
Reader = Callable[[Row, Names], str]


@dataclass(frozen=True, slots=True)
class Line:
    """Either `cells`, one per heading of the preview, or the reason why the row would be refused."""

    number: int
    cells: list[str]
    refused: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    headings: list[str]
    lines: list[Line]
    # by column: the first different values
    examples: list[list[str]]


def preview(job: ImportJob) -> Preview:
    """Raises DomainError if the file is gone."""
    mapping = mapping_of(job)
    with open_file(job) as file:
        found = list(islice(data_records(file, layout_of(job)), _LOOKED_AT))
    parts = _parts(mapping)
    return Preview(
        headings=[heading for heading, _read in parts],
        lines=_lines(found, mapping, [read for _heading, read in parts]),
        examples=[_examples(found, i) for i in range(len(mapping.columns))],
    )


def _examples(found: Sequence[Record], column: int) -> list[str]:
    cells = [cell for _line, cells in found if column < len(cells) and (cell := cells[column].strip())]
    return list(dict.fromkeys(cells))[:_EXAMPLES]


def _lines(found: Sequence[Record], mapping: Mapping, readers: Sequence[Reader]) -> list[Line]:
    builder, identities = RowBuilder(mapping), Identities(mapping)
    identities.learn(cells for _line, cells in found)
    owners = {
        user.pk: str(user) for user in User.objects.filter(pk__in=filter(None, mapping.owners.values()))
    }
    lines = []
    for number, cells in found[:ROWS]:
        row = builder.build(number, cells)
        refused = row if isinstance(row, Refused) else None
        if isinstance(row, Row) and (reason := identities.identify(row)):
            refused = Refused(reason)
        if refused:
            lines.append(Line(number, [], str(refused.reason.label), refused.column))
        elif isinstance(row, Row):
            lines.append(Line(number, [read(row, owners) for read in readers]))
    return lines


def _parts(mapping: Mapping) -> list[tuple[str, Reader]]:
    """Headings and what stands below them, for the fields that the mapping fills."""
    mapped = {column.field for column in mapping.columns}
    return [(str(heading), read) for heading, fields, read in _PARTS if mapped & fields]


def _name(row: Row, _names: Names) -> str:
    return full_name(row.lead.get("family_name", ""), row.lead.get("given_name", ""))


def _kana(row: Row, _names: Names) -> str:
    return f"{row.lead.get('family_kana', '')} {row.lead.get('given_kana', '')}".strip()


def _lead(name: str) -> Reader:
    return lambda row, _names: row.lead.get(name, "")


def _company(name: str) -> Reader:
    return lambda row, _names: str(row.company.get(name, ""))


def _industry(row: Row, _names: Names) -> str:
    return str(Industry(str(row.company["industry"])).label) if "industry" in row.company else ""


def _stage(row: Row, _names: Names) -> str:
    return str(Stage(row.stage or Stage.NEW).label)


def _owner(row: Row, names: Names) -> str:
    return names.get(row.owner_id or 0, "")


def _attributes(row: Row, _names: Names) -> str:
    return " · ".join(f"{header}: {value}" for header, value in row.attributes.items())


_PARTS: tuple[tuple[StrPromise, set[Field], Reader], ...] = (
    (_("Name"), {Field.FULL_NAME, Field.FAMILY_NAME, Field.GIVEN_NAME}, _name),
    (_("Kana"), {Field.FULL_KANA, Field.FAMILY_KANA, Field.GIVEN_KANA}, _kana),
    (_("Company"), {Field.COMPANY, Field.COMPANY_EN, Field.COMPANY_KANA}, _company("name")),
    (_("Department"), {Field.DEPARTMENT}, _lead("department")),
    (_("Job title"), {Field.TITLE}, _lead("title")),
    (_("E-mail"), {Field.EMAIL}, _lead("email")),
    (_("Phone"), {Field.PHONE}, _lead("phone")),
    (_("Stage"), {Field.STAGE}, _stage),
    (_("Owner"), {Field.OWNER}, _owner),
    (_("Industry"), {Field.INDUSTRY}, _industry),
    (_("Region"), {Field.REGION, Field.ADDRESS}, _company("region")),
    (_("Employees"), {Field.EMPLOYEES}, _company("employees")),
    (_("Id"), {Field.EXTERNAL_ID}, _lead("external_id")),
    (_("Further attributes"), {Field.ATTRIBUTES}, _attributes),
)
