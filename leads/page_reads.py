"""How the rows of one page are found in an order, so that a million leads behind it do not matter.

An index gives most orders. Some consist of parts, each of which has an index: one statement asks for the page
in every part, and PostgreSQL stops where it is full. For the rest, all leads are read, alone and in parallel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db.models import F, QuerySet

from leads.conditions.narrow import of_the_lead
from leads.models import Lead
from leads.sorting import ID, Cursor, Part, Sort

# of more, the planner would think longer than the rows take
PARTS_AT_ONCE: Final = 8
MOST_STATEMENTS: Final = 3

Read = Callable[[QuerySet[Lead]], QuerySet[Lead, dict[str, Any]]]


def ordered(leads: QuerySet[Lead], sort: Sort, cursor: Cursor | None) -> QuerySet[Lead]:
    """Leads beyond the cursor, the nearest first, annotated with the keys of the order."""
    return _within(leads, sort, cursor, _is_reversed(sort, cursor))


def by_parts(
    leads: QuerySet[Lead], sort: Sort, parts: Sequence[Part], cursor: Cursor | None, read: Read, size: int
) -> list[dict[str, Any]] | None:
    """The nearest `size` beyond the cursor; None where no part holds it, or they do not answer soon."""
    reverse = _is_reversed(sort, cursor)
    if reverse:
        parts = parts[::-1]
    begin = _begin(parts, cursor)
    if begin is None:
        return None
    found: list[dict[str, Any]] = []
    queries: list[QuerySet[Lead, dict[str, Any]]] = []
    for part in parts[begin:]:
        # only the first of them holds the row that the cursor names
        within = None if queries else cursor
        some = _within(leads.filter(part.condition), sort, within, reverse, len(part.values))
        queries.append(read(some)[:size])
    for start in range(0, len(queries), PARTS_AT_ONCE):
        if start == PARTS_AT_ONCE * MOST_STATEMENTS:
            return None
        first, *others = queries[start : start + PARTS_AT_ONCE]
        both = first.union(*others, all=True) if others else first
        found += both[: size - len(found)]
        if len(found) == size:
            break
    return found


def nearest_ids(leads: QuerySet[Lead], sort: Sort, cursor: Cursor | None, size: int) -> QuerySet[Lead, Any]:
    """Their ids, for a statement around it: one scan of the leads, without any other table."""
    found = leads.annotate(**{ID.name: F("id")})
    order, reverse = sort.order, _is_reversed(sort, cursor)
    keys = {key.name: key.expression for key in order.keys if key is not ID}
    found = found.annotate(**keys)
    if cursor:
        found = found.filter(order.beyond(cursor.values, reverse))
    return found.order_by(*order.order_by(reverse)).values("pk")[:size]


def is_of_the_lead(sort: Sort) -> bool:
    """Whether the order compares nothing but columns of the lead."""
    return all(key is ID or of_the_lead(key.expression) for key in sort.order.keys)


def _within(
    leads: QuerySet[Lead], sort: Sort, cursor: Cursor | None, reverse: bool, skip: int = 0
) -> QuerySet[Lead]:
    """`skip`: so many of the first keys are equal in all of these leads."""
    found = leads.annotate(**{key.name: key.expression for key in sort.order.keys})
    if cursor:
        found = found.filter(sort.order.beyond(cursor.values, reverse, skip))
    return found.order_by(*sort.order.order_by(reverse)[skip:])


def _is_reversed(sort: Sort, cursor: Cursor | None) -> bool:
    return sort.reverse != (cursor is not None and cursor.backward)


def _begin(parts: Sequence[Part], cursor: Cursor | None) -> int | None:
    """The part that the row of the cursor stands in; None if none is known."""
    if cursor is None:
        return 0
    same = [n for n, part in enumerate(parts) if part.values == cursor.values[: len(part.values)]]
    return max(same, key=lambda n: len(parts[n].values), default=None)
