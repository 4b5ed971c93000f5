"""Is this condition one that can be meant? If so, in canonical form; if not, what is wrong, and where."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext as _

from leads.conditions import fields
from leads.conditions.fields import OWNER, TEAM, TEMPERATURE, Field
from leads.conditions.operators import Kind, Takes
from leads.conditions.tree import MOST_CONDITIONS, Condition, Group, Item
from salesdash.formatting import numbers

MOST_VALUES: Final = 60
MOST_DAYS: Final = 3650
LONGEST_TEXT: Final = 200
LARGEST_ID: Final = 2**63 - 1
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?")

Part = Literal["field", "op", "value"]


@dataclass(frozen=True)
class Wrong(Exception):
    """`part` names the control that a person has to look at."""

    part: Part
    message: str


def check(condition: Condition) -> Condition:
    """Raises Wrong."""
    field = fields.find(condition.field, condition.op)
    if field is None:
        raise Wrong("field", _("There is no field of this name."))
    operator = field.operator(condition.op)
    if operator is None:
        raise Wrong("op", _("This comparison does not suit the field."))
    return Condition(field.name, operator.name, _values(field, operator.takes, condition.values))


def meant(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items without what cannot be meant, at most MOST_CONDITIONS conditions in them."""
    found: list[Item] = []
    left = MOST_CONDITIONS
    for item in items:
        conditions = tuple(filter(None, map(_or_none, item.conditions)))[:left]
        left -= len(conditions)
        if not conditions:
            continue
        # a group of one says no more than the condition itself
        is_group = isinstance(item, Group) and len(conditions) > 1
        found.append(Group(item.join, conditions) if is_group else conditions[0])  # type: ignore[union-attr]
    return tuple(found)


def plain(text: str) -> str:
    """NFKC, so that ６０ is 60; no invisible ends."""
    return unicodedata.normalize("NFKC", text).strip()


def day(text: str) -> date:
    """Raises Wrong."""
    found = _DAY.fullmatch(plain(text))
    try:
        if found and 1900 <= int(found[1]) <= 2199:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Wrong("value", _("Please give a date, such as 2026-11-28."))


def _or_none(condition: Condition) -> Condition | None:
    try:
        return check(condition)
    except Wrong:
        return None


def _values(field: Field, takes: Takes, values: tuple[str, ...]) -> tuple[str, ...]:
    match takes:
        case Takes.NOTHING:
            return ()
        case Takes.MANY:
            return _choices(field, values)
        case Takes.DAYS:
            return (_days(values[0] if values else ""),)
        case Takes.TWO:
            low, high, *_rest = (*values, "", "")
            return tuple(sorted((_number(field, low), _number(field, high)), key=float))
    value = values[0] if values else ""
    if field.kind is Kind.NUMBER:
        return (_number(field, value),)
    return (day(value).isoformat() if field.kind is Kind.DATE else _text(value),)


def _text(value: str) -> str:
    text = value.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:LONGEST_TEXT].strip()
    if not text:
        raise Wrong("value", _("Please give a value."))
    return text


def _days(value: str) -> str:
    text = plain(value).removesuffix("日").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= MOST_DAYS):
        raise Wrong("value", _("Please give a number of days, from 0 to %(most)d.") % {"most": MOST_DAYS})
    return str(int(text))


def _number(field: Field, value: str) -> str:
    text = re.sub(r"[,\s¥円%]", "", plain(value)).replace("−", "-")
    if (typed := numbers.typed(text)) is not None:
        text = f"{typed:f}"
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise Wrong("value", _("Please give a number."))
    number = float(text)
    if field.most <= 100 and not 0 <= number <= field.most:
        raise Wrong("value", _("Please give a number from 0 to %(most)d.") % {"most": field.most})
    if field is TEMPERATURE:
        number = math.floor(number)  # the table shows whole points
    return f"{number:.6f}".rstrip("0").rstrip(".") if number else "0"


def _choices(field: Field, values: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value for value in values if is_choice(field, value)))[:MOST_VALUES]
    if not found:
        raise Wrong("value", _("Please choose at least one."))
    if field.free:
        return tuple(dict.fromkeys(map(_text, found)))
    order = {key: place for place, (key, _label) in enumerate(field.choices)}
    return tuple(sorted(found, key=lambda value: order.get(value, 0)))


def is_choice(field: Field, value: str) -> bool:
    """Whether it is one of the values that this field has."""
    if field is OWNER:
        return value in ("me", "none") or _is_identity(value)
    if field is TEAM:
        return _is_identity(value)
    if field.free:
        return bool(value.replace("\0", "").strip())
    return any(value == key for key, _label in field.choices)


def _is_identity(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 20 and 0 < int(value) <= LARGEST_ID
