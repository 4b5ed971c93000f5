"""Conditions as a filter of the database. What it means is written down once more, in plain Python, in the
tests; the two agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from leads.conditions import fields, moved, open_deals
from leads.conditions.fields import BAND, COOLING, DEALS, GRADE, NAME, OWNER, RISEN, TEMPERATURE, Field
from leads.conditions.operators import Kind
from leads.conditions.sqltypes import AsDay, AsNumber, AsYesNo, AttributeText, Folded, Key
from leads.conditions.tree import Condition, Group, Item, Join
from leads.models import ActivityType
from leads.models.score import Band
from leads.temperature import Scale

_GRADES: Final = {"A": (75, 1000), "B": (50, 75), "C": (25, 50), "D": (-1000, 25)}
NOBODY: Final = "none"
# what AsNumber makes of all else
NO_NUMBER: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, where and by which rules: "me", "today" and temperatures depend on it."""

    user_id: int | None
    scale: Scale
    now: datetime
    zone: tzinfo = UTC


def where(item: Item, asker: Asker) -> Q:
    """The item must have passed `checking`."""
    if isinstance(item, Group):
        return joined(item.join, [where(condition, asker) for condition in item.conditions])
    field = fields.find(item.field, item.op)
    if field is None:
        return Q()
    return _SPECIAL.get(field.name, _BY_KIND[field.kind])(field, item, asker)


def joined(join: Join, parts: list[Q]) -> Q:
    return reduce(and_ if join is Join.ALL else or_, parts) if parts else Q()


# --- texts -------------------------------------------------------------------------------------


def texts(field: Field) -> list[Combinable]:
    """What of a lead is compared; one that fits is enough."""
    if field.is_attribute:
        return [AttributeText(field.attribute)]
    return [
        Concat(*map(F, path.split("+")), output_field=TextField()) if "+" in path else F(path)
        for path in field.paths
    ]


def folded(field: Field) -> list[Func]:
    return [Folded(text) for text in texts(field)]


def _text(field: Field, condition: Condition, _asker: Asker) -> Q:
    if condition.op in ("empty", "filled"):
        return _empty(field, condition.op)
    wanted = condition.values[0]
    if field is NAME:
        # nobody thinks of how a space between the names is stored
        wanted = "".join(wanted.split())
    value = Folded(Value(wanted, output_field=TextField()))
    if condition.op == "is" and field.is_attribute:
        return Q(Exact(Key(AttributeText(field.attribute)), Key(Value(wanted, output_field=TextField()))))
    if condition.op == "is":
        return _any(Exact(text, value) for text in folded(field))
    position = [StrIndex(text, value) for text in folded(field)]
    if condition.op == "starts":
        return _any(Exact(found, 1) for found in position)
    contains = _any(GreaterThan(found, 0) for found in position)
    return ~contains if condition.op == "lacks" else contains


def _empty(field: Field, op: str) -> Q:
    if field.is_attribute:
        unset = Q(Exact(Key(AttributeText(field.attribute)), Value("")))
        return unset if op == "empty" else ~unset
    empty = reduce(and_, (Q(Exact(text, Value(""))) for text in folded(field)))
    return empty if op == "empty" else ~empty


def _any(lookups: Any) -> Q:
    return reduce(or_, map(Q, lookups))


# --- numbers -----------------------------------------------------------------------------------


def _number(field: Field, condition: Condition, _asker: Asker) -> Q:
    parts: list[Q] = []
    if field.is_attribute:
        value: Combinable = AsNumber(AttributeText(field.attribute))
        filled = Q(GreaterThan(value, NO_NUMBER))
    else:
        value = F(field.paths[0])
        filled = Q(IsNull(value, False))
    if condition.op in ("empty", "filled"):
        return filled if condition.op == "filled" else ~filled
    low, high = number_range(condition)
    # the upper bound first: most amounts and counts are small, and what fails it is not read again
    if high is not None:
        parts.append(Q(LessThanOrEqual(value, high / field.scale)))
    if low is not None:
        parts.append(Q(GreaterThanOrEqual(value, low / field.scale)))
    elif field.is_attribute:
        parts.append(filled)
    return joined(Join.ALL, parts)


def number_range(condition: Condition) -> tuple[float | None, float | None]:
    """Lower and upper bound, both of them included; None where there is none."""
    numbers = [float(value) for value in condition.values]
    match condition.op:
        case "ge":
            return numbers[0], None
        case "le":
            return None, numbers[0]
        case _:
            return numbers[0], numbers[1]


def _temperature(_field: Field, condition: Condition, asker: Asker) -> Q:
    """Whole points reached, as the table shows them; a lead that a rule excludes has none."""
    low, high = number_range(condition)
    wanted = Q()
    if low:
        wanted &= Q(score__rank__gte=asker.scale.rank_for(low, asker.now))
    if high is not None and high < 100:
        wanted &= Q(score__rank__lt=asker.scale.rank_for(high + 1, asker.now))
    # with a lower bound there is no need to ask: the rank of an excluded lead lies below all others
    return wanted if low else wanted & Q(score__fit_factor__gt=0)


def _deals(_field: Field, condition: Condition, _asker: Asker) -> Q:
    """The deals are few beside the leads: summed up once, not asked for at each lead."""
    if condition.op in ("empty", "filled"):
        found = Q(pk__in=open_deals.leads())
        return found if condition.op == "filled" else ~found
    return Q(pk__in=open_deals.leads(*number_range(condition)))


# --- times -------------------------------------------------------------------------------------


def _date(field: Field, condition: Condition, asker: Asker) -> Q:
    if field.is_attribute:
        return _day(field, condition, asker)
    path = field.paths[0]
    if condition.op in ("empty", "filled"):
        return Q(**{f"{path}__isnull": condition.op == "empty"})
    if condition.op == "past":
        return Q(**{f"{path}__lt": asker.now})
    low, until = days(condition, asker)
    wanted = Q()
    if low:
        wanted &= Q(**{f"{path}__gte": _midnight(low, asker.zone)})
    if until:
        wanted &= Q(**{f"{path}__lt": _midnight(until, asker.zone)})
    return wanted


def _day(field: Field, condition: Condition, asker: Asker) -> Q:
    value = AsDay(AttributeText(field.attribute))
    filled = Q(GreaterThan(value, Value("")))
    if condition.op in ("empty", "filled"):
        return filled if condition.op == "filled" else ~filled
    low, until = (None, _today(asker)) if condition.op == "past" else days(condition, asker)
    parts = [filled]
    if low:
        parts.append(Q(GreaterThanOrEqual(value, Value(low.isoformat()))))
    if until:
        parts.append(Q(LessThan(value, Value(until.isoformat()))))
    return joined(Join.ALL, parts)


def days(condition: Condition, asker: Asker) -> tuple[date | None, date | None]:
    """The first day, and the one after the last; None where there is no end. Whole days of the asker."""
    today = _today(asker)
    match condition.op:
        case "today":
            return today, today + timedelta(1)
        case "week":
            monday = today - timedelta(today.weekday())
            return monday, monday + timedelta(7)
        case "reached":
            return None, today + timedelta(1)
        case "last":
            return today - timedelta(int(condition.values[0])), today + timedelta(1)
        case "next":
            return today, today + timedelta(int(condition.values[0]) + 1)
        case "older":
            return None, today - timedelta(int(condition.values[0]))
        case "before":
            return None, date.fromisoformat(condition.values[0])
        case _:
            return date.fromisoformat(condition.values[0]), None


def _today(asker: Asker) -> date:
    return asker.now.astimezone(asker.zone).date()


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


# --- choices -----------------------------------------------------------------------------------


def _choice(field: Field, condition: Condition, _asker: Asker) -> Q:
    if field.is_attribute:
        return _attribute_choice(field, condition)
    path = field.paths[0]
    if condition.op in ("empty", "filled"):
        return _unset(field, condition.op == "empty")
    stored = _stored(field, condition.values)
    return Q(**{f"{path}__in": stored}) if condition.op == "in" else ~Q(**{f"{path}__in": stored})


def _unset(field: Field, is_empty: bool) -> Q:
    path = field.paths[0]
    unset = Q(**{path: ""}) if field.free else Q(**{f"{path}__isnull": True})
    return unset if is_empty else ~unset


def _stored(field: Field, values: tuple[str, ...]) -> list[Any]:
    if field.name == "activity_type":
        return [ActivityType.from_key(value).value for value in values]
    return [int(value) for value in values] if field is fields.TEAM else list(values)


def _attribute_choice(field: Field, condition: Condition) -> Q:
    if condition.op in ("empty", "filled"):
        return _empty(field, condition.op)
    text = Key(AttributeText(field.attribute))
    found = _any(Exact(text, Key(Value(value))) for value in condition.values)
    return found if condition.op == "in" else ~found


def _owner(_field: Field, condition: Condition, asker: Asker) -> Q:
    nobody = Q(score__owner_id__isnull=True)
    if condition.op in ("empty", "filled"):
        return nobody if condition.op == "empty" else ~nobody
    ids = [asker.user_id if value == "me" else int(value) for value in condition.values if value != NOBODY]
    known = [user_id for user_id in ids if user_id is not None]
    wanted = Q(score__owner_id__in=known) if len(known) != 1 else Q(score__owner_id=known[0])
    if NOBODY in condition.values:
        wanted = nobody | wanted if known else nobody
    if condition.op == "in":
        return wanted
    return ~nobody & ~wanted if NOBODY in condition.values else nobody | ~wanted


def _band(_field: Field, condition: Condition, asker: Asker) -> Q:
    at = {Band.COLD: 0.0, **asker.scale.bands}
    above = dict(zip(sorted(Band), [at[band] for band in sorted(Band)][1:], strict=False))
    parts = []
    for band in Band:
        if band.key in condition.values:
            wanted = Q(score__fit_factor__gt=0)
            if band is not Band.COLD:
                wanted &= Q(score__rank__gte=asker.scale.rank_for(at[band], asker.now))
            if band in above:
                wanted &= Q(score__rank__lt=asker.scale.rank_for(above[band], asker.now))
            parts.append(wanted)
    found = joined(Join.ANY, parts)
    return found if condition.op == "in" else ~found


def _grade(_field: Field, condition: Condition, _asker: Asker) -> Q:
    parts = [
        Q(score__fit__gte=low, score__fit__lt=until)
        for low, until in (_GRADES[value] for value in condition.values)
    ]
    found = joined(Join.ANY, parts)
    return found if condition.op == "in" else ~found


# --- yes and no --------------------------------------------------------------------------------


def _yes_no(field: Field, condition: Condition, _asker: Asker) -> Q:
    wanted = condition.op == "yes"
    if field.is_attribute:
        return Q(Exact(AsYesNo(AttributeText(field.attribute)), int(wanted)))
    return Q(**{field.paths[0]: wanted})


def _risen(_field: Field, condition: Condition, asker: Asker) -> Q:
    found = moved.risen(asker.now, asker.zone)
    return found if condition.op == "yes" else ~found


def _cooling(_field: Field, condition: Condition, asker: Asker) -> Q:
    found = moved.cooling(asker.now)
    return found if condition.op == "yes" else ~found


_BY_KIND: Final[dict[Kind, Callable[[Field, Condition, Asker], Q]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}
_SPECIAL: Final[dict[str, Callable[[Field, Condition, Asker], Q]]] = {
    TEMPERATURE.name: _temperature,
    BAND.name: _band,
    GRADE.name: _grade,
    OWNER.name: _owner,
    DEALS.name: _deals,
    RISEN.name: _risen,
    COOLING.name: _cooling,
}
