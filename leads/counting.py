"""Counts for a screen: many at once, and none of them dearer than the cap."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import psycopg
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from salesdash.formatting import numbers
from salesdash.statements import fetched

CAP: Final = 1000
IN_VAIN_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Count:
    """`n` at most the cap; `more` says that there are more."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        return _("%(n)s+") % {"n": numbers.number(self.n)} if self.more else numbers.number(self.n)

    def __bool__(self) -> bool:
        return self.n > 0


def capped(querysets: Mapping[str, QuerySet[Any]], cap: int = CAP) -> dict[str, Count]:
    """One statement for all; each stops counting at `cap`."""
    return answered({name: part(queryset, cap) for name, queryset in querysets.items()}, cap)


def answered(parts: Mapping[str, Part], cap: int = CAP, *, planned: bool = False) -> dict[str, Count]:
    """One statement for parts that were written with this cap. `planned`: see `salesdash.statements`."""
    joined = _joined(parts)
    rows = _run(f"SELECT {joined.counts}", joined.bound, planned=planned) if joined.names else ()
    return _read(parts, joined, rows, cap)


def capped_within(
    querysets: Mapping[str, QuerySet[Any]], milliseconds: int, cap: int = CAP
) -> dict[str, Count] | None:
    """As `capped`, given up after that time (None): a plan that means to stop early may not get to it."""
    if connection.in_atomic_block:  # a statement that is given up would take the transaction with it
        return capped(querysets, cap)
    parts = _joined({name: part(found, cap) for name, found in querysets.items()})
    try:
        with connection.cursor() as cursor:
            # one message, and so one transaction: the limit ends with it. A limit reached while PostgreSQL
            # leaves a statement calls off the next one, which is therefore of this message, too
            cursor.execute(
                f"SET LOCAL statement_timeout = {milliseconds:d}; SELECT {parts.counts};"
                " SET LOCAL statement_timeout = 0; SELECT 1",
                parts.bound,
            )
            cursor.nextset()
            row = cursor.fetchone()
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            return None
        raise
    return _read(querysets, parts, row, cap)


def tried(querysets: Mapping[str, QuerySet[Any]], milliseconds: int, asked: str) -> dict[str, Count] | None:
    """As `capped_within`, but for what was asked in vain lately: that is given up at once."""
    in_vain = f"in_vain:{hashlib.sha256(asked.encode()).hexdigest()}"
    if cache.get(in_vain):
        return None
    counts = capped_within(querysets, milliseconds)
    if counts is None:
        cache.set(in_vain, 1, IN_VAIN_SECONDS)
    return counts


def with_ids(
    querysets: Mapping[str, QuerySet[Any]], name: str, most: int, cap: int = CAP
) -> tuple[dict[str, Count], list[int] | None]:
    """As `capped`, with the ids of the queryset `name` if there are at most `most` of them.

    That one is read to its end, which the planner knows, and so spreads over all processors.
    """
    parts = _joined({key: part(found, cap) for key, found in querysets.items() if key != name})
    try:
        sql, bound = querysets[name].order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return capped(querysets, cap), []
    counts = f"{parts.counts}, " if parts.names else ""
    row = _run(
        f"SELECT {counts}f.n, f.ids FROM"  # noqa: S608  (the ORM's own SQL, values bound)
        f" (SELECT count(*) AS n, (array_agg(found.id))[1:%s] AS ids FROM ({sql}) AS found (id)) AS f",
        [*parts.bound, most, *bound],
    )
    number, ids = row[-2], row[-1] or []
    counts_found = _read(querysets, parts, row[:-2], cap)
    counts_found[name] = Count(min(number, cap), number > cap)
    return counts_found, ids if number <= most else None


class Part(NamedTuple):
    """A number as an expression of SQL, '' for one that is surely 0: who has no team sees nobody."""

    sql: str
    bound: Sequence[Any]


def part(queryset: QuerySet[Any], cap: int) -> Part:
    """How many there are; beyond `cap`, `cap + 1`."""
    try:
        sql, bound = queryset.order_by().values("pk")[: cap + 1].query.sql_with_params()
    except EmptyResultSet:
        return Part("", ())
    return Part(f"(SELECT count(*) FROM ({sql}) AS c)", bound)  # noqa: S608  (the ORM's own SQL, values bound)


class _Joined(NamedTuple):
    names: list[str]
    counts: str
    bound: list[Any]


def _joined(parts: Mapping[str, Part]) -> _Joined:
    asked = {name: part for name, part in parts.items() if part.sql}
    bound = [value for part in asked.values() for value in part.bound]
    return _Joined(list(asked), ", ".join(part.sql for part in asked.values()), bound)


def _run(sql: str, bound: Sequence[Any], *, planned: bool = False) -> tuple[Any, ...]:
    (row,) = fetched(sql, bound, planned=planned)
    return row


def _read(names: Iterable[str], parts: _Joined, row: Sequence[Any], cap: int) -> dict[str, Count]:
    counts = dict.fromkeys(names, Count(0))
    counts.update({n: Count(min(found, cap), found > cap) for n, found in zip(parts.names, row, strict=True)})
    return counts
