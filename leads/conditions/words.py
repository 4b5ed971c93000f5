"""Conditions as a person reads them: field, comparison, value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from leads.conditions import fields
from leads.conditions.fields import OWNER, TEAM, Field
from leads.conditions.operators import Kind, Takes
from leads.conditions.tree import Condition, Group, Item, Join
from salesdash.formatting import names, numbers, times
from salesdash.models import Membership, User
from salesdash.statements import Plan, Statement, Written

# how many choices are named before the rest is counted
NAMED: Final = 2
# of the comparisons with a value beside their own
_SENTENCES: Final = {
    "has": pgettext_lazy("a condition", "%(field)s contains “%(value)s”"),
    "lacks": pgettext_lazy("a condition", "%(field)s does not contain “%(value)s”"),
    "is": pgettext_lazy("a condition", "%(field)s equals “%(value)s”"),
    "starts": pgettext_lazy("a condition", "%(field)s starts with “%(value)s”"),
    "ge": pgettext_lazy("a condition", "%(field)s is at least %(value)s"),
    "le": pgettext_lazy("a condition", "%(field)s is at most %(value)s"),
    "between": pgettext_lazy("a condition", "%(field)s is in the range %(value)s"),
    "before": pgettext_lazy("a condition", "%(field)s is before %(value)s"),
    "after": pgettext_lazy("a condition", "%(field)s is on or after %(value)s"),
    "in one": pgettext_lazy("a condition", "%(field)s is %(value)s"),
    "in": pgettext_lazy("a condition", "%(field)s is any of %(value)s"),
    "out": pgettext_lazy("a condition", "%(field)s is none of %(value)s"),
}
_MEMBERS: Final = Written[Statement[tuple[Any, ...]]]()


class Words(NamedTuple):
    field: str
    operator: str
    value: str


class Names:
    """Of people and teams that a user may see, by id. One statement for both, if any is asked for."""

    def __init__(self, user: User) -> None:
        self._user = user

    @property
    def people(self) -> Mapping[int, str]:
        return self._read[0]

    @property
    def teams(self) -> Mapping[int, str]:
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Mapping[int, str], Mapping[int, str]]:
        people: dict[int, str] = {}
        teams: dict[int, str] = {}
        rows = _MEMBERS.get(self._user.reach, self._members).rows()
        for team_id, name, name_en, user_id, family, given, username in rows:
            teams[team_id] = names.in_page_language(name, name_en)
            people[user_id] = names.full_name(family, given) or username
        return people, dict(sorted(teams.items(), key=lambda team: team[1]))

    def _members(self) -> Statement[tuple[Any, ...]]:
        memberships = Membership.objects.order_by("user__last_name", "user__first_name", "user_id")
        if not self._user.has_perm("leads.view_all"):
            memberships = memberships.filter(team__in=self._user.team_ids)
        asked = memberships.values_list(
            "team_id", "team__name", "team__name_en",
            "user_id", "user__last_name", "user__first_name", "user__username",
        )  # fmt: skip
        return Statement(asked, Plan.VALUES_ASIDE)

    def person(self, value: str) -> str:
        if value == "me":
            return _("me")
        return _("nobody") if value == "none" else self.people.get(int(value), _("somebody else"))

    def team(self, value: str) -> str:
        return self.teams.get(int(value), _("another team"))


def words(item: Item, of: Names) -> Words:
    if isinstance(item, Group):
        return Words(join_label(item.join), "", _group(item, of))
    field = fields.find(item.field, item.op)
    operator = field.operator(item.op) if field else None
    if field is None or operator is None:
        return Words(item.field, item.op, "")
    if operator.takes is Takes.DAYS:
        return Words(str(field.label), "", _days(item))
    label = _("is") if item.op == "in" and len(item.values) == 1 else str(operator.label)
    labels = [value_label(field, value, of) for value in item.values]
    value = pgettext("a range", "–").join(labels) if operator.takes is Takes.TWO else _some(labels)
    return Words(str(field.label), label, value)


def sentence(condition: Condition, of: Names) -> str:
    """Field, comparison and value in the order of the language."""
    field, operator, value = words(condition, of)
    op = "in one" if condition.op == "in" and len(condition.values) == 1 else condition.op
    if op not in _SENTENCES or not value:
        return pgettext("between field and comparison", " ").join(filter(None, (field, operator, value)))
    return str(_SENTENCES[op]) % {"field": field, "value": value}


def join_label(join: Join) -> str:
    return _("Any of these") if join is Join.ANY else _("All of these")


def value_label(field: Field, value: str, of: Names) -> str:
    if field is OWNER:
        return of.person(value)
    if field is TEAM:
        return of.team(value)
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


def _group(group: Group, of: Names) -> str:
    any_of = group.join is Join.ANY
    between = pgettext("between conditions", " or ") if any_of else pgettext("between conditions", " and ")
    shown = [sentence(condition, of) for condition in group.conditions[:NAMED]]
    return _with_rest(between.join(shown), len(group.conditions) - NAMED)


def _some(labels: Iterable[str]) -> str:
    every = list(labels)
    text = pgettext("between the items of a list", ", ").join(every[:NAMED])
    return _with_rest(text, len(every) - NAMED)


def _with_rest(text: str, rest: int) -> str:
    if rest <= 0:
        return text
    return ngettext("%(text)s and %(n)d more", "%(text)s and %(n)d more", rest) % {"text": text, "n": rest}
