"""Terms of an attribute's value: one index on them finds leads by any attribute (SQL function `leads_terms`).

A lead that fulfils a condition has one of the condition's terms; not each lead that has one fulfils it. The
index only says which leads have to be looked at.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import IntEnum
from typing import Final, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import Overlap
from django.core.cache import cache
from django.db.models import BigIntegerField, F, Func, Q, TextField, Value

from leads import sql
from leads.conditions import fields
from leads.conditions.operators import Kind
from leads.conditions.tree import Condition, Group, Item, Join
from leads.conditions.where import Asker, days, number_range

# where more of the leads have one of the terms, reading all leads takes no longer
COMMON_SHARE: Final = 0.1
# where fewer have, reading these takes no longer than looking for a page of them among all
RARE_SHARE: Final = 0.005
# statistics change with ANALYZE, that is slowly
COMMON_SECONDS: Final = 600
# of more terms, likewise
MOST_TERMS: Final = 2000
# places are asked for one by one up to so many, else those in between by their groups
MOST_PLACES: Final = 600
# what `leads_number` reads: fifteen digits before the point, six behind it
_LARGEST: Final = 1e15
_SMALLEST: Final = 1e-6


class TermKind(IntEnum):
    """As the SQL functions number them. A group holds neighbouring places."""

    TEXT = 1
    NUMBER = 2
    NUMBERS = 3
    DAY = 4
    DAYS = 5


class Term(NamedTuple):
    attribute: str
    kind: TermKind
    value: str


Terms = frozenset[Term]


class _Terms(Func):
    function = "leads_terms"
    output_field = ArrayField(BigIntegerField())


class _Sought(Func):
    """Triples as JSON; immutable, so that the planner sees the numbers and knows how frequent they are."""

    function = "leads_terms_sought"
    template = "%(function)s(%(expressions)s::jsonb)"
    output_field = ArrayField(BigIntegerField())


class Needed(NamedTuple):
    """What every lead that fulfils a filter has, of the index; empty if that cannot tell, or tells of many.

    `is_rare`: hardly any lead has it.
    """

    condition: Q
    is_rare: bool = False


def needed(join: Join, items: Sequence[Item], asker: Asker) -> Needed:
    """At most one statement, for what nobody asked lately."""
    found = Q()
    sets = [json.dumps(sorted(terms)) for terms in _all(join, [_needs(item, asker) for item in items])]
    shares = _shares(sets) if sets else {}
    for triples, (at_least, _at_most) in shares.items():
        if at_least <= COMMON_SHARE:
            found &= Q(Overlap(_Terms(F("attributes")), _Sought(Value(triples, output_field=TextField()))))
    return Needed(found, any(at_most <= RARE_SHARE for _at_least, at_most in shares.values()))


def _shares(sets: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Of the leads that have one of each, 0..1: at least and at most; kept for a while."""
    keys = {f"shares:{hashlib.sha256(triples.encode()).hexdigest()}": triples for triples in sets}
    known: dict[str, tuple[float, float]] = cache.get_many(keys)
    asked = [key for key in keys if key not in known]
    if asked:
        written = f"[{','.join(keys[key] for key in asked)}]"
        rows = sql.rows(sql.load("terms_shares"), {"sets": written})
        fresh = dict(zip(asked, rows, strict=True))
        cache.set_many(fresh, COMMON_SECONDS)
        known |= fresh
    return {triples: known[key] for key, triples in keys.items()}


def number_place(value: float) -> int:
    """As `leads_number_place`: of two numbers the larger has no lower place."""
    place = int.from_bytes(struct.pack(">d", abs(value))[:3])
    return ~place if value < 0 else place


def _needs(item: Item, asker: Asker) -> list[Terms]:
    """One term of each set is needed."""
    if isinstance(item, Group):
        return _all(item.join, [_needs(condition, asker) for condition in item.conditions])
    field = fields.find(item.field, item.op)
    if field is None or not field.is_attribute:
        return []
    terms = frozenset(_terms(field.attribute, field.kind, item, asker))
    return [terms] if 0 < len(terms) <= MOST_TERMS else []


def _all(join: Join, parts: Sequence[list[Terms]]) -> list[Terms]:
    if join is Join.ALL:
        return [terms for part in parts for terms in part]
    if not parts or not all(parts):
        return []
    terms = frozenset[Term]().union(*(min(part, key=len) for part in parts))
    return [terms] if len(terms) <= MOST_TERMS else []


def _terms(name: str, kind: Kind, condition: Condition, asker: Asker) -> Iterator[Term]:
    if condition.op in ("is", "in"):
        yield from (Term(name, TermKind.TEXT, value) for value in condition.values)
    elif condition.op in ("ge", "le", "between"):
        low, high = number_range(condition)
        for first, last in _signed(-_LARGEST if low is None else low, _LARGEST if high is None else high):
            yield from _places(name, TermKind.NUMBER, number_place(first), number_place(last), 256)
    elif kind is Kind.DATE and condition.op not in ("empty", "filled", "past"):
        day, until = days(condition, asker)
        # days before or after one have no end that could be written down
        if day and until:
            yield from _places(name, TermKind.DAY, _digits(day), _digits(until) - 1, 100)


def _signed(low: float, high: float) -> Iterator[tuple[float, float]]:
    """The range without what lies between zero and the smallest number: as many places as all the rest."""
    if low <= -_SMALLEST:
        yield low, min(high, -_SMALLEST)
    if low <= 0 <= high:
        yield 0.0, 0.0
    if high >= _SMALLEST:
        yield max(low, _SMALLEST), high


def _places(name: str, kind: TermKind, first: int, last: int, group: int) -> Iterator[Term]:
    """`group` places stand together, those from a multiple of it."""
    if last - first < MOST_PLACES:
        yield from _each(name, kind, range(first, last + 1))
        return
    begin, end = -(-first // group), (last + 1) // group
    yield from _each(name, kind, range(first, begin * group))
    yield from _each(name, TermKind(kind + 1), range(begin, end))
    yield from _each(name, kind, range(end * group, last + 1))


def _each(name: str, kind: TermKind, places: Iterable[int]) -> Iterator[Term]:
    return (Term(name, kind, str(place)) for place in places)


def _digits(day: date) -> int:
    """2026-11-28 is 20261128: what is no day, as 31 February, stands where the text does."""
    return day.year * 10000 + day.month * 100 + day.day
