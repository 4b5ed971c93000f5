"""The rows of the lead table as a file: the same filter, the same order, in chunks.

A cell is text, a number, nothing, or a moment in UTC; `as_text` makes lines of text of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.columns import Column as TableColumn
from leads.conditions import open_deals
from leads.conditions.fields import DEALS
from leads.export import Cell
from leads.models import Industry, Lead, Stage
from leads.rows import activity_label
from leads.table import LeadTable
from salesdash.formatting import names
from salesdash.models import Team

CHUNK_ROWS: Final = 1000
Value = Cell | datetime
_COLUMNS: Final = {
    "company_name": F("company__name"),
    "industry": F("company__industry"),
    "region": F("company__region"),
    "owner_family": F("owner__last_name"),
    "owner_given": F("owner__first_name"),
    "owner_username": F("owner__username"),
    "rank": F("score__rank"),
    "fit_factor": F("score__fit_factor"),
    "fit": F("score__fit"),
    "last_at": F("score__last_activity_at"),
    "last_type": F("score__last_activity_type"),
}
_FIELDS: Final = (
    "id", "external_id", "department", "title", "family_name", "given_name", "family_kana", "given_kana",
    "email", "phone", "stage", "next_action", "next_action_due_at", "do_not_contact", "created_at",
    "win_probability",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`cell` reads a lead's values; `extra` is what it needs besides _COLUMNS and _FIELDS."""

    heading: str
    cell: Callable[[Mapping[str, Any]], Value]
    extra: Mapping[str, Combinable] = field(default_factory=dict)


def every(table: LeadTable) -> list[Column]:
    """All fields, in the language of the person who asks; the import knows these names again."""
    return [
        _plain(_("External id"), "external_id"),
        _plain(_("Company name"), "company_name"),
        Column(_("Industry"), lambda lead: str(Industry(lead["industry"]).label)),
        _plain(_("Region"), "region"),
        _plain(_("Department"), "department"),
        _plain(_("Job title"), "title"),
        _plain(_("Family name"), "family_name"),
        _plain(_("Given name"), "given_name"),
        _plain(_("Family name in kana"), "family_kana"),
        _plain(_("Given name in kana"), "given_kana"),
        _plain(_("E-mail"), "email"),
        _plain(_("Phone"), "phone"),
        Column(_("Stage"), lambda lead: str(Stage(lead["stage"]).label)),
        Column(_("Owner"), _owner),
        _plain(_("Team"), "team_name"),
        Column(_("Temperature"), _temperature(table)),
        _plain(_("Fit"), "fit"),
        Column(str(DEALS.label), lambda lead: lead["open_deals"], {"open_deals": open_deals.amount()}),
        _plain(_("Next action"), "next_action"),
        _plain(_("Due"), "next_action_due_at"),
        Column(_("Last activity"), lambda lead: activity_label(lead["last_type"])),
        _plain(_("Last activity at"), "last_at"),
        Column(_("Do not contact"), lambda lead: _("yes") if lead["do_not_contact"] else ""),
        _plain(_("Since"), "created_at"),
    ]


def shown(table: LeadTable) -> list[Column]:
    """The columns of the table at its address."""
    built_in = {
        "temperature": [Column(_("Temperature"), _temperature(table))],
        "name": [Column(_("Name"), _name)],
        "company": [_plain(_("Company name"), "company_name")],
        "stage": [Column(_("Stage"), lambda lead: str(Stage(lead["stage"]).label))],
        "next": [_plain(_("Next action"), "next_action"), _plain(_("Due"), "next_action_due_at")],
        "activity": [
            Column(_("Last activity"), lambda lead: activity_label(lead["last_type"])),
            _plain(_("Last activity at"), "last_at"),
        ],
        "win": [_plain(_("Win rate"), "win_probability")],
        "owner": [Column(_("Owner"), _owner)],
    }
    found: list[Column] = []
    for number, column in enumerate(table.columns):
        found += built_in.get(column.name) or [_further(column, f"x{number}", table.now)]
    return found


def rows(table: LeadTable, ids: Sequence[int], columns: Sequence[Column]) -> Iterator[list[Value]]:
    """In the order of `ids`; what was deleted meanwhile is left out, what changed is shown as it is now."""
    expressions: dict[str, Combinable] = {**_COLUMNS, "team_name": Team.shown_name("team")}
    for column in columns:
        expressions.update(column.extra)
    for start in range(0, len(ids), CHUNK_ROWS):
        chunk = ids[start : start + CHUNK_ROWS]
        leads = Lead.objects.visible_to(table.user).filter(pk__in=chunk, score__isnull=False)
        read = leads.annotate(**expressions).values(*_FIELDS, *expressions)
        found = {value["id"]: value for value in read}
        yield from ([column.cell(found[pk]) for column in columns] for pk in chunk if pk in found)


def as_text(row: Sequence[Value]) -> list[Cell]:
    """Moments in the person's zone, as a spreadsheet reads them."""
    return [
        f"{timezone.localtime(cell):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell for cell in row
    ]


def _plain(heading: str, name: str) -> Column:
    return Column(heading, lambda lead: lead[name])


def _temperature(table: LeadTable) -> Callable[[Mapping[str, Any]], Value]:
    """Whole points reached, as on the screen."""

    def cell(lead: Mapping[str, Any]) -> Value:
        if not lead["fit_factor"]:
            return ""
        return int(table.scale.temperature(lead["rank"], table.now) + 1e-6)

    return cell


def _name(lead: Mapping[str, Any]) -> str:
    return names.full_name(lead["family_name"], lead["given_name"]) or lead["email"] or f"#{lead['id']}"


def _further(column: TableColumn, key: str, now: datetime) -> Column:
    """Dates and numbers stay what they are; anything else in the words of the screen."""

    def cell(lead: Mapping[str, Any]) -> Value:
        value: Value = lead[key]
        return value if isinstance(value, datetime) or column.is_number else column.text(value, now)

    return Column(str(column.label), cell, {key: column.expression})


def _owner(lead: Mapping[str, Any]) -> str:
    name = names.full_name(lead["owner_family"] or "", lead["owner_given"] or "")
    return name or lead["owner_username"] or ""
