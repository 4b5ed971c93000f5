"""The filter builder: rows as a form holds them, what its buttons do to them, and what they mean.

The form names its controls by row: `f.0` the field, `o.0` the comparison, `v.0` the values, `g.0` the group
it lies in (none: outside), `p.0` the field that the page was made for. `j` joins all, `j.2` what is in
group 2. A row keeps its number as long as the builder is open, wherever it stands: what is typed while the
rows come anew finds its place again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Self

from django.utils.datastructures import MultiValueDict

from leads.conditions.checking import Part, Wrong, check
from leads.conditions.fields import Field
from leads.conditions.tree import MOST_CONDITIONS, Condition, Group, Item, Join

_NUMBER: Final = re.compile(r"[0-9]{1,6}")
FIRST: Final = "temperature"
FindField = Callable[[str, str], Field | None]


@dataclass(frozen=True, slots=True)
class Row:
    """`wrong` names the control that a person has to look at, `message` says why."""

    field: str
    op: str = ""
    values: tuple[str, ...] = ()
    group: int = 0
    number: int = 0
    wrong: Part | None = None
    message: str = ""

    @property
    def condition(self) -> Condition:
        return Condition(self.field, self.op, self.values)


@dataclass(frozen=True, slots=True)
class Builder:
    """`joins` by number of group; 0 is the whole."""

    rows: tuple[Row, ...] = ()
    joins: tuple[tuple[int, Join], ...] = ()

    @classmethod
    def of(cls, join: Join, items: list[Item]) -> Self:
        rows: list[Row] = []
        joins = [(0, join)]
        for number, item in enumerate(items, 1):
            if isinstance(item, Group):
                joins.append((number, item.join))
            group = number if isinstance(item, Group) else 0
            first = len(rows)
            rows += [
                Row(one.field, one.op, one.values, group, n) for n, one in enumerate(item.conditions, first)
            ]
        return cls(tuple(rows), tuple(joins))

    @classmethod
    def from_form(cls, query: MultiValueDict[str, str], find: FindField) -> Self:
        numbers = sorted(int(n) for n in _suffixes(query, "f"))[:MOST_CONDITIONS]
        rows = [replace(_row(query, str(number), find), number=number) for number in numbers]
        joins = [(int(n), _join(query.get(f"j.{n}"), Join.ANY)) for n in _suffixes(query, "j")]
        return cls(tuple(_together(rows)), ((0, _join(query.get("j"), Join.ALL)), *joins))

    def join_of(self, group: int) -> Join:
        return dict(self.joins).get(group, Join.ANY if group else Join.ALL)

    def after(self, do: str, find: FindField) -> Builder:
        """What the button `do` makes of it: `add`, `add.2` (in group 2), `group`, `remove.3` (the row)."""
        name, _dot, number = do.partition(".")
        place = int(number) if _NUMBER.fullmatch(number) else 0
        if name == "remove":
            return replace(self, rows=tuple(row for row in self.rows if row.number != place))
        if name not in ("add", "group") or len(self.rows) >= MOST_CONDITIONS:
            return self
        group = place if name == "add" else max([0, *(row.group for row in self.rows)]) + 1
        unused = max([-1, *(row.number for row in self.rows)]) + 1
        new = [fresh(FIRST, find, group, unused + n) for n in range(2 if name == "group" else 1)]
        return replace(self, rows=tuple(_together([*self.rows, *new])))

    def checked(self) -> Builder:
        """With what is wrong noted at each row."""
        return replace(self, rows=tuple(map(_checked, self.rows)))

    @property
    def is_right(self) -> bool:
        return all(row.wrong is None for row in self.rows)

    @property
    def items(self) -> list[Item]:
        """The conditions of the rows that are right."""
        found: list[Item] = []
        for group, rows in groupby(self.rows, lambda row: row.group):
            conditions = tuple(check(row.condition) for row in rows if _checked(row).wrong is None)
            if group and len(conditions) > 1:
                found.append(Group(self.join_of(group), conditions))
            else:
                found += conditions
        return found

    @property
    def blocks(self) -> list[tuple[int, Join, list[tuple[int, Row]]]]:
        """(group, its join, rows with their places from 0), in order."""
        placed = list(enumerate(self.rows))
        return [
            (group, self.join_of(group), list(rows))
            for group, rows in groupby(placed, lambda pair: pair[1].group)
        ]


def fresh(name: str, find: FindField, group: int = 0, number: int = 0) -> Row:
    """A row as it begins: the first comparison of the field, no value."""
    field = find(name, "")
    return Row(name, field.operators[0].name if field else "", (), group, number)


def _row(query: MultiValueDict[str, str], number: str, find: FindField) -> Row:
    name, before = query.get(f"f.{number}") or "", query.get(f"p.{number}")
    text = query.get(f"g.{number}") or ""
    group = int(text) if _NUMBER.fullmatch(text) else 0
    if before is not None and before != name:
        return fresh(name, find, group)
    op = query.get(f"o.{number}") or ""
    field = find(name, op)
    if field and field.operator(op) is None:
        op = field.operators[0].name
    return Row(name, op, tuple(query.getlist(f"v.{number}")), group)


def _checked(row: Row) -> Row:
    try:
        check(row.condition)
    except Wrong as wrong:
        return replace(row, wrong=wrong.part, message=wrong.message)
    return row


def _together(rows: list[Row]) -> Iterator[Row]:
    """Rows of one group beside each other, where the group begins."""
    begins: dict[int, int] = {}
    for place, row in enumerate(rows):
        if row.group:
            begins.setdefault(row.group, place)
    ordered = sorted(enumerate(rows), key=lambda pair: (begins.get(pair[1].group, pair[0]), pair[0]))
    return (row for _place, row in ordered)


def _suffixes(query: MultiValueDict[str, str], name: str) -> list[str]:
    return [key[2:] for key in query if key.startswith(f"{name}.") and _NUMBER.fullmatch(key[2:])]


def _join(text: str | None, default: Join) -> Join:
    return Join(text) if text in tuple(Join) else default
