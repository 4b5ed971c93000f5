"""Counts for a screen: many at once, and none of them dearer than the cap."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import psycopg
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from salesdash.formatting import numbers

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
    parts = _parts(querysets, cap)
    rows = _run(f"SELECT {parts.counts}", parts.bound) if parts.names else ()
    return _read(querysets, parts, rows, cap)


def capped_within(
    querysets: Mapping[str, QuerySet[Any]], milliseconds: int, cap: int = CAP
) -> dict[str, Count] | None:
    """As `capped`, given up after that time (None): a plan that means to stop early may not get to it."""
    if connection.in_atomic_block:  # a statement that is given up would take the transaction with it
        return capped(querysets, cap)
    parts = _parts(querysets, cap)
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
    parts = _parts({key: found for key, found in querysets.items() if key != name}, cap)
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


class _Parts(NamedTuple):
    names: list[str]
    counts: str
    bound: list[Any]


def _parts(querysets: Mapping[str, QuerySet[Any]], cap: int) -> _Parts:
    names: list[str] = []
    parts: list[str] = []
    bound: list[Any] = []
    for name, queryset in querysets.items():
        try:
            sql, values = queryset.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            continue  # Django knows that nothing can match, e.g. for a person without a team
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS c)")  # noqa: S608  (the ORM's own SQL, values bound)
        bound.extend(values)
    return _Parts(names, ", ".join(parts), bound)


def _run(sql: str, bound: Sequence[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _read(
    querysets: Mapping[str, QuerySet[Any]], parts: _Parts, row: Sequence[Any], cap: int
) -> dict[str, Count]:
    counts = dict.fromkeys(querysets, Count(0))
    counts.update({n: Count(min(found, cap), found > cap) for n, found in zip(parts.names, row, strict=True)})
    return counts
