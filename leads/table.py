"""The lead table: from a URL to one page of rows, its counts and the addresses around it.

A page costs two statements whatever its size: one counts (capped), one reads the rows in order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from leads import rules
from leads.counting import Count, capped
from leads.filters import PARAMETERS, LeadFilter, query_string
from leads.models import Lead, Stage
from leads.presets import presets
from leads.rows import COLUMNS, FIELDS, Row, RowMaker
from leads.sorting import Cursor, Sort
from salesdash.models import User

PAGE_ROWS: Final = 50
CLOSED_TOO: Final = "closed"


@dataclass(frozen=True, slots=True)
class Page:
    """`previous` and `next` are query strings, empty at the ends."""

    rows: list[Row]
    at: int = 1
    previous: str = ""
    next: str = ""

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
        self.sort = Sort.from_text(query.get("sort"))
        self._query = query
        self._chosen = any(name in query for name in PARAMETERS)

    @cached_property
    def filter(self) -> LeadFilter:
        if self._chosen:
            return LeadFilter.from_query(self._query)
        mine, *_others, everything = self.presets
        return mine.filter if self.counts[mine.key] else everything.filter

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
        cursor = self._cursor()
        page = self._read(cursor)
        return page if page.rows or cursor is None else self._read(None)

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
        ordered = self.sort.order.annotate(self.leads(self.filter)).order_by(*self._order())
        return list(ordered.values_list("pk", flat=True))

    def query(self, condition: LeadFilter | None = None, sort: Sort | None = None, **cursor: str) -> str:
        """The query string of this table with another filter or order; never empty: it is a choice."""
        pairs = list((self.filter if condition is None else condition).pairs())
        order = self.sort if sort is None else sort
        if not order.is_default:
            pairs.append(("sort", order.text))
        pairs.extend(cursor.items())
        return query_string(*pairs) if pairs else query_string(("view", "all"))

    def _order(self, *, backward: bool = False) -> list[str]:
        return self.sort.order.order_by(self.sort.reverse != backward)

    def _cursor(self) -> Cursor | None:
        for name in ("after", "before"):
            if text := self._query.get(name):
                return Cursor.read(text, self.sort, self.scale.epoch, backward=name == "before")
        return None

    def _read(self, cursor: Cursor | None) -> Page:
        backward = cursor is not None and cursor.backward
        order = self.sort.order
        keys = {key.name: key.expression for key in order.keys}
        leads = self.leads(self.filter).annotate(**COLUMNS, **keys)
        if cursor:
            leads = leads.filter(order.beyond(cursor.values, self.sort.reverse != backward))
        read = leads.order_by(*self._order(backward=backward)).values(*FIELDS, *COLUMNS, *keys)
        values: list[dict[str, Any]] = list(read[: PAGE_ROWS + 1])
        more = len(values) > PAGE_ROWS
        values = values[:PAGE_ROWS][:: -1 if backward else 1]
        return self._page(values, cursor, more=more)

    def _page(self, values: list[dict[str, Any]], cursor: Cursor | None, *, more: bool) -> Page:
        if not values:
            return Page([])
        backward = cursor is not None and cursor.backward
        at = (cursor.at - len(values) if backward else cursor.at) if cursor else 1
        has_previous = more if backward else cursor is not None
        at = max(at, 2) if has_previous else 1
        maker = RowMaker(self.scale, self.now)
        return Page(
            rows=[maker.make(value) for value in values],
            at=at,
            previous=self.query(before=self._write(values[0], at)) if has_previous else "",
            next=self.query(after=self._write(values[-1], at + len(values))) if more or backward else "",
        )

    def _write(self, value: dict[str, Any], at: int) -> str:
        keys = tuple(value[key.name] for key in self.sort.order.keys)
        return Cursor(keys, at=at).write(self.sort, self.scale.epoch)
