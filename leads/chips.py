"""The conditions of the table in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.conditions.words import Names, words
from leads.table import CLOSED_TOO, LeadTable


@dataclass(frozen=True, slots=True)
class Chip:
    """`query` is the table without this condition."""

    name: str
    field: str
    operator: str
    value: str
    query: str
    # the first of its rows in the builder
    at: int


def part_label(table: LeadTable, names: Names, name: str) -> str:
    """What a part of the filter speaks of."""
    if name == CLOSED_TOO:
        return _("Open stages only")
    return _("Search") if name == "q" else words(table.filter.items[name], names).field


def chips(table: LeadTable, names: Names) -> list[Chip]:
    """The search text is not among them: it stands in its field."""
    found, at = [], 0
    for name, item in table.filter.items.items():
        query = table.query(table.filter.without(name))
        found.append(Chip(name, *words(item, names), query, at))
        at += len(item.conditions)
    return found
