"""The controls of one row of the builder, ready to print: which fields, which comparisons, what to type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leads.conditions.builder import Builder, FindField, Row
from leads.conditions.catalogue import Known
from leads.conditions.fields import FIELDS, OWNER, TEAM, Field
from leads.conditions.operators import Kind, Takes
from leads.conditions.tree import Join
from leads.conditions.words import Names, value_label

DAYS: Final = (1, 3, 7, 14, 30, 90, 180)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """What stands before a row: a word, or (with a `name`) the choice between and and or."""

    text: str
    name: str = ""
    join: str = ""


@dataclass(frozen=True, slots=True)
class Controls:
    """`takes` says which control the value has; `values` are what is typed, `options` what is chosen from;
    `place` is the row's, from 0.
    """

    number: int
    place: int
    group: int
    link: Link
    name: str
    fields: list[Option]
    attributes: list[Option]
    operators: list[Option]
    takes: str
    kind: str
    values: list[str]
    options: list[Option]
    is_free: bool
    chosen: str
    wrong: str
    message: str

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A group of rows with a frame around it; without a number, rows that stand by themselves."""

    group: int
    link: Link
    rows: list[Controls]


class Printer:
    def __init__(self, names: Names, attributes: Mapping[str, Known], find: FindField) -> None:
        self._names = names
        self._known = attributes
        self._find = find

    def blocks(self, builder: Builder) -> list[Block]:
        found: list[Block] = []
        outer, place = builder.join_of(0), 0
        for group, join, numbered in builder.blocks:
            if group:
                rows = [self._controls(*pair, _inner(join, group, n)) for n, pair in enumerate(numbered)]
                found.append(Block(group, _outer(outer, place), rows))
                place += 1
                continue
            rows = [self._controls(*pair, _outer(outer, place + n)) for n, pair in enumerate(numbered)]
            found.append(Block(0, Link(""), rows))
            place += len(rows)
        return found

    def _controls(self, place: int, row: Row, link: Link) -> Controls:
        field = self._find(row.field, row.op)
        operator = field.operator(row.op) if field else None
        options = self._options(field, row) if field and field.kind is Kind.CHOICE else []
        return Controls(
            number=row.number,
            place=place,
            group=row.group,
            link=link,
            name=row.field,
            fields=[Option(name, str(one.label), name == row.field) for name, one in FIELDS.items()],
            attributes=self._attributes(row),
            operators=[
                Option(one.name, str(one.label), one.name == row.op)
                for one in (field.operators if field else [])
            ],
            takes=operator.takes if operator else Takes.NOTHING,
            kind=field.kind if field else "",
            values=list(row.values),
            options=options,
            is_free=bool(field and field.free),
            chosen=pgettext("between the items of a list", ", ").join(
                one.label for one in options if one.chosen
            ),
            wrong=row.wrong or "",
            message=row.message,
        )

    def _attributes(self, row: Row) -> list[Option]:
        names = list(self._known)
        chosen = row.field.removeprefix("attr.") if row.field.startswith("attr.") else ""
        if chosen and chosen not in names:
            names.append(chosen)
        return [Option(f"attr.{name}", name, name == chosen) for name in names]

    def _options(self, field: Field, row: Row) -> list[Option]:
        keys = self._keys(field)
        keys += [value for value in row.values if value not in keys and value.strip()]
        return [Option(key, value_label(field, key, self._names), key in row.values) for key in keys]

    def _keys(self, field: Field) -> list[str]:
        if field is OWNER:
            return ["me", "none", *map(str, self._names.people)]
        if field is TEAM:
            return [str(pk) for pk in self._names.teams]
        if field.is_attribute:
            known = self._known.get(field.attribute)
            return list(known.values) if known else []
        return [key for key, _label in field.choices]


def _between(join: Join) -> str:
    return _("or") if join is Join.ANY else _("and")


def _outer(join: Join, place: int) -> Link:
    """The second says what joins them all; the others repeat it."""
    if place == 0:
        return Link(_("where"))
    return Link(_between(join), "j" if place == 1 else "", join)


def _inner(join: Join, group: int, place: int) -> Link:
    return Link(_between(join)) if place else Link("", f"j.{group}", join)
