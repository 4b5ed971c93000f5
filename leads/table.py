"""The lead table: from a URL to one page of rows, its counts and the addresses around it.

A page costs two statements whatever its size: one counts (capped), one reads the rows in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from leads import folding, rules
from leads.counting import Count, capped
from leads.filters import PARAMETERS, LeadFilter, query_string
from leads.models import Lead, Stage
from leads.presets import presets
from leads.rows import COLUMNS, FIELDS, Row, RowMaker
from leads.sorting import DEFAULT, ORDERS, RELEVANCE, Cursor, Sort, relevance
from salesdash.models import User

PAGE_ROWS: Final = 50
CLOSED_TOO: Final = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """One page of values. `before` and `after` are query strings of the neighbours, empty at the ends."""

    values: list[dict[str, Any]]
    at: int = 1
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A window as rows of the screen."""

    rows: list[Row]
    at: int = 1
    before: str = ""
    after: str = ""

    @property
    def until(self) -> int:
        return self.at + len(self.rows) - 1

    @property
    def has_win(self) -> bool:
        return any(row.win for row in self.rows)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A condition that, once removed, lets `count` leads through."""

    name: str
    count: Count
    query: str


class LeadTable:
    """What one person sees at one URL. Without any parameter: their own leads, or all if they have none."""

    def __init__(self, user: User, query: MultiValueDict[str, str]) -> None:
        self.user = user
        self.now = timezone.now()
        self.scale = rules.current().scale
        self.presets = presets(self.scale)
        self._query = query
        self._chosen = any(name in query for name in PARAMETERS)

    @cached_property
    def filter(self) -> LeadFilter:
        if self._chosen:
            return LeadFilter.from_query(self._query)
        mine, *_others, everything = self.presets
        return mine.filter if self.counts[mine.key] else everything.filter

    @cached_property
    def default_sort(self) -> Sort:
        """The better match first while a person searches, as long as so few match that it says something."""
        if folding.words(self.filter.q) and not self.total.more:
            return relevance(self.filter.q)
        return Sort.from_text(None)

    @cached_property
    def sort(self) -> Sort:
        return Sort.from_text(self._query.get("sort")) if self.sort_text else self.default_sort

    @property
    def sort_text(self) -> str:
        """The order that a person asked for, '' for the default."""
        text = self._query.get("sort") or ""
        return text if text.removeprefix("-") in ORDERS else ""

    @cached_property
    def counts(self) -> dict[str, Count]:
        """By preset, and `total` for a filter that the URL names."""
        wanted = {preset.key: preset.filter for preset in self.presets}
        if self._chosen:
            wanted["total"] = LeadFilter.from_query(self._query)
        return capped({key: self.leads(condition) for key, condition in wanted.items()})

    @property
    def total(self) -> Count:
        return self.counts.get("total") or self.counts.get(self.preset_key, Count(0))

    @property
    def made_at(self) -> str:
        """When the temperatures shown were true, for the screen's own clockwork."""
        return self.now.isoformat(timespec="milliseconds")

    @property
    def preset_key(self) -> str:
        """The tab that shows exactly these conditions, or ''."""
        shown = replace(self.filter, q="")
        return next((preset.key for preset in self.presets if preset.filter == shown), "")

    def leads(self, condition: LeadFilter) -> QuerySet[Lead]:
        found = Lead.objects.visible_to(self.user)
        if not self.user.has_perm("leads.view_all"):
            # the same bound again, on the table whose index gives the order
            found = found.filter(score__team_id__in=self.user.team_ids)
        return condition.apply(found, user=self.user, scale=self.scale, now=self.now)

    def page(self) -> Page:
        if not self.total:
            return Page([])
        window = self.window(PAGE_ROWS, *FIELDS, **COLUMNS)
        maker = RowMaker(self.scale, self.now)
        return Page([maker.make(value) for value in window.values], window.at, window.before, window.after)

    def rows(self, lead_ids: Sequence[int]) -> list[Row]:
        """These leads as far as the person may see them, whether the filter shows them or not."""
        leads = Lead.objects.visible_to(self.user).filter(pk__in=lead_ids, score__isnull=False)
        maker = RowMaker(self.scale, self.now)
        return [maker.make(value) for value in leads.annotate(**COLUMNS).values(*FIELDS, *COLUMNS)]

    def window(self, size: int, *fields: str, **columns: Combinable) -> Window:
        """The page that the URL's cursor names; the first one if nothing lies beyond it."""
        cursor = self._cursor()
        window = self._window(cursor, size, fields, columns)
        return window if window.values or cursor is None else self._window(None, size, fields, columns)

    def rest(self, size: int, *fields: str) -> Window | None:
        """What lies beyond the URL's cursor, be it nothing; None for a cursor of another order."""
        cursor = self._cursor()
        if cursor is None and (self._query.get("after") or self._query.get("before")):
            return None
        return self._window(cursor, size, fields, {})

    def way_out(self) -> WayOut | None:
        """For an empty table: the one condition whose removal frees most."""
        ways = {name: self.filter.without(name) for name in self.filter.active}
        if not self.filter.stages:
            ways[CLOSED_TOO] = replace(self.filter, stages=tuple(Stage.values))
        counts = capped({name: self.leads(condition) for name, condition in ways.items()})
        best = max(counts, key=lambda name: counts[name].n)
        return WayOut(best, counts[best], self.query(ways[best])) if counts[best] else None

    def ids(self) -> list[int]:
        """All matching leads in the order shown."""
        return list(self._ordered(None).values_list("pk", flat=True))

    def query(self, condition: LeadFilter | None = None, sort: Sort | None = None, **cursor: str) -> str:
        """The query string of this table with another filter or order; never empty: it is a choice."""
        pairs = list((self.filter if condition is None else condition).pairs())
        searching = (self.filter if condition is None else condition).q
        order = sort.text if sort is not None else self.sort_text
        if order and order != (RELEVANCE if searching else DEFAULT):
            pairs.append(("sort", order))
        pairs.extend(cursor.items())
        return query_string(*pairs) if pairs else query_string(("view", "all"))

    def _cursor(self) -> Cursor | None:
        for name in ("after", "before"):
            if text := self._query.get(name):
                return Cursor.read(text, self.sort, self.scale.epoch, backward=name == "before")
        return None

    def _ordered(self, cursor: Cursor | None) -> QuerySet[Lead]:
        """Matching leads beyond the cursor, the nearest first, with the keys of the order annotated."""
        order, reverse = self.sort.order, self.sort.reverse != (cursor is not None and cursor.backward)
        leads = self.leads(self.filter).annotate(**{key.name: key.expression for key in order.keys})
        if cursor:
            leads = leads.filter(order.beyond(cursor.values, reverse))
        return leads.order_by(*order.order_by(reverse))

    def _window(
        self, cursor: Cursor | None, size: int, fields: tuple[str, ...], columns: dict[str, Combinable]
    ) -> Window:
        keys = [key.name for key in self.sort.order.keys]
        read = self._ordered(cursor).annotate(**columns).values(*fields, *columns, *keys)
        found: list[dict[str, Any]] = list(read[: size + 1])
        more, values = len(found) > size, found[:size]
        if not values:
            return Window([])
        if cursor is None:
            at, is_first, is_last = 1, True, not more
        elif cursor.backward:
            values.reverse()
            at, is_first, is_last = cursor.at - len(values), not more, False
        else:
            at, is_first, is_last = cursor.at, False, not more
        at = 1 if is_first else max(at, 2)
        return Window(
            values,
            at,
            before="" if is_first else self.query(before=self._write(values[0], at)),
            after="" if is_last else self.query(after=self._write(values[-1], at + len(values))),
        )

    def _write(self, value: dict[str, Any], at: int) -> str:
        keys = tuple(value[key.name] for key in self.sort.order.keys)
        return Cursor(keys, at=at).write(self.sort, self.scale.epoch)
