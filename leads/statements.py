"""What the lead table asks, written once for as long as a person asks the same.

Ranks move with the clock and stand in no statement that is kept: in their place stands the temperature.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import get_language

from leads import folding
from leads.conditions import fields
from leads.conditions.operators import Kind
from leads.counting import CAP, Count, Part, answered, part
from leads.filters import LeadFilter
from leads.sorting import ORDERS, RELEVANCE, Sort
from leads.temperature import Scale
from salesdash.models import User
from salesdash.statements import Plan, Statement, Written

_COUNTS: Final = Written[Part]()
_PAGES: Final = Written["_Page"]()
# what they ask depends on the clock in other ways than `min_t`
_MOVING: Final = (fields.TEMPERATURE, fields.BAND, fields.RISEN, fields.COOLING)


@dataclass(frozen=True, slots=True)
class Reached:
    """In the place of a value: the rank that shows this temperature when the statement is sent."""

    temperature: int


@dataclass(frozen=True, slots=True)
class _Page:
    """`bound` instead of the statement's own values, which are those of the moment when it was written."""

    sql: str
    bound: tuple[Any, ...]
    statement: Statement[dict[str, Any]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Statements:
    """Those of one person at one moment. `of`: whose they are; `closed_too`: as the table has it."""

    of: str
    user: User
    scale: Scale
    now: datetime
    closed_too: bool

    def counts(
        self, filters: Mapping[str, LeadFilter], countable: Callable[[LeadFilter], QuerySet[Any]]
    ) -> dict[str, Count]:
        """As `capped` of what `countable` makes of each filter."""
        return answered({name: self._part(one, countable) for name, one in filters.items()}, CAP)

    def _part(self, condition: LeadFilter, countable: Callable[[LeadFilter], QuerySet[Any]]) -> Part:
        def write() -> Part:
            found = part(countable(condition), CAP)
            return Part(found.sql, self._kept(found.bound, condition))

        known = _COUNTS.get(self._key(condition), write)
        return Part(known.sql, self._filled(known.bound))

    def rows(
        self,
        condition: LeadFilter,
        sort: Sort,
        asked: Iterable[Hashable],
        write: Callable[[], QuerySet[Any, dict[str, Any]]],
    ) -> list[dict[str, Any]]:
        """The rows of what `write` makes. `asked`: all that it depends on besides filter and order."""

        def page() -> _Page:
            # with a rank in it, it depends on the moment how many leads that rank leaves
            plan = Plan.THESE_VALUES if condition.min_t is None else Plan.EACH_TIME
            statement = Statement(write(), plan)
            return _Page(statement.sql, self._kept(statement.bound, condition), statement)

        # what an attribute's order compares is the catalogue's to say
        is_usual = sort.order.name in ORDERS or sort.order.name == RELEVANCE
        key = self._key(condition, sort.text, get_language(), *asked) if is_usual else None
        if key is None:
            return list(write())
        known = _PAGES.get(key, page)
        return known.statement.rows(self._filled(known.bound))

    def _key(self, condition: LeadFilter, *more: Hashable) -> Hashable | None:
        if not _stands_still(condition):
            return None
        return (self.of, self.user.reach, self.closed_too, condition, *more)

    def _kept(self, bound: Sequence[Any], condition: LeadFilter) -> tuple[Any, ...]:
        if condition.min_t is None:
            return tuple(bound)
        rank = self.scale.rank_for(condition.min_t, self.now)
        return tuple(Reached(condition.min_t) if value == rank else value for value in bound)

    def _filled(self, bound: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            self.scale.rank_for(value.temperature, self.now) if isinstance(value, Reached) else value
            for value in bound
        )


def _stands_still(condition: LeadFilter) -> bool:
    """Whether the clock changes nothing about it but the rank of `min_t`, and no figure of what is rare."""
    if any(len(word) > 2 for word in folding.words(condition.q)):
        return False
    for item in condition.more:
        for one in item.conditions:
            asked = fields.find(one.field, one.op)
            if asked is None or asked.kind is Kind.DATE or asked in _MOVING:
                return False
    return True
