"""Conditions as a person reads them: field, comparison, value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from leads.conditions import fields
from leads.conditions.fields import OWNER, TEAM, Field
from leads.conditions.operators import Kind, Takes
from leads.conditions.tree import Condition, Group, Item, Join
from salesdash.formatting import numbers, times

# how many choices are named before the rest is counted
NAMED: Final = 2


class Words(NamedTuple):
    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Names:
    """Of people and teams that the reader may see, by id."""

    people: Mapping[int, str]
    teams: Mapping[int, str]

    def person(self, value: str) -> str:
        if value == "me":
            return _("me")
        return _("nobody") if value == "none" else self.people.get(int(value), _("somebody else"))

    def team(self, value: str) -> str:
        return self.teams.get(int(value), _("another team"))


def words(item: Item, names: Names) -> Words:
    if isinstance(item, Group):
        return Words(join_label(item.join), "", _group(item, names))
    field = fields.find(item.field, item.op)
    operator = field.operator(item.op) if field else None
    if field is None or operator is None:
        return Words(item.field, item.op, "")
    if operator.takes is Takes.DAYS:
        return Words(str(field.label), "", _days(item))
    label = _("is") if item.op == "in" and len(item.values) == 1 else str(operator.label)
    return Words(str(field.label), label, _some(value_label(field, value, names) for value in item.values))


def sentence(item: Item, names: Names) -> str:
    return pgettext("between field, comparison and value", " ").join(filter(None, words(item, names)))


def join_label(join: Join) -> str:
    return _("Any of these") if join is Join.ANY else _("All of these")


def value_label(field: Field, value: str, names: Names) -> str:
    if field is OWNER:
        return names.person(value)
    if field is TEAM:
        return names.team(value)
    if field.kind is Kind.DATE:
        return times.day(date.fromisoformat(value))
    if field.kind is Kind.NUMBER:
        number = float(value)
        if field.unit:
            return numbers.yen(number)
        text = numbers.number(int(number)) if number.is_integer() else value
        return f"{text}%" if field.scale == 100 else text
    return next((str(label) for key, label in field.choices if key == value), value)


def _days(condition: Condition) -> str:
    n = int(condition.values[0])
    text = {
        "last": ngettext("in the last %(n)d day", "in the last %(n)d days", n),
        "next": ngettext("in the next %(n)d day", "in the next %(n)d days", n),
        "older": ngettext("more than %(n)d day ago", "more than %(n)d days ago", n),
    }[condition.op]
    return text % {"n": n}


def _group(group: Group, names: Names) -> str:
    any_of = group.join is Join.ANY
    between = pgettext("between conditions", " or ") if any_of else pgettext("between conditions", " and ")
    shown = [sentence(condition, names) for condition in group.conditions[:NAMED]]
    return _with_rest(between.join(shown), len(group.conditions) - NAMED)


def _some(labels: Iterable[str]) -> str:
    every = list(labels)
    text = pgettext("between the items of a list", ", ").join(every[:NAMED])
    return _with_rest(text, len(every) - NAMED)


def _with_rest(text: str, rest: int) -> str:
    if rest <= 0:
        return text
    return ngettext("%(text)s and %(n)d more", "%(text)s and %(n)d more", rest) % {"text": text, "n": rest}
