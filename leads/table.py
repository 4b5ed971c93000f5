"""The lead table: from a URL to one page of rows, its counts and the addresses around it.

A page costs two statements whatever its size: one counts (capped), one reads the rows in order.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from leads import columns, folding, orders, page_reads, rules, saved_views
from leads.columns import Column
from leads.conditions.tree import Join, read_names, write_names
from leads.counting import CAP, Count, capped, capped_within, tried, with_ids
from leads.filters import CHANGES, PARAMETERS, LeadFilter, query_string
from leads.kept_counts import KeptCounts
from leads.models import Lead, LeadScore, SavedView, Stage
from leads.presets import Preset, presets
from leads.rows import COLUMNS, FIELDS, Row, RowMaker
from leads.sorting import DEFAULT, RELEVANCE, Cursor, Sort, relevance
from leads.statements import Statements
from leads.windows import Page, WayOut, Window
from salesdash.models import User

PAGE_ROWS: Final = 50
# a filter that no index answers is tried in the order of temperature for so long, and then read to its end
QUICK_MS: Final = 80
FEW: Final = 5000
PATIENCE_MS: Final = 300
MOST_WAYS: Final = 8
CLOSED_TOO: Final = "closed"


class LeadTable:
    """What one person sees at one URL. Without any parameter: their own leads, or all if they have none."""

    # whether closed leads are shown where the filter does not speak of stages
    closed_too = False
    # whether `bounded` asks for something
    shows_less = False

    def __init__(self, user: User, query: MultiValueDict[str, str]) -> None:
        self.user = user
        self.now = timezone.now()
        self.scale = rules.current().scale
        self.presets = presets(self.scale)
        self._query = query
        # the ids of all that match, where they were dear to find and are few
        self._few: list[int] | None = None
        # an empty table: to find out which condition is the reason would take too long
        self.knows_no_way = False
        self._chosen = any(name in query for name in PARAMETERS)

    @cached_property
    def views(self) -> list[SavedView]:
        return saved_views.of(self.user)

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view that the table began with, whatever has been changed since."""
        text = self._query.get("v") or ""
        return next((view for view in self.views if str(view.pk) == text), None) if text else None

    @cached_property
    def _is_as_saved(self) -> bool:
        return self.view is not None and not any(name in self._query for name in CHANGES)

    @cached_property
    def is_dirty(self) -> bool:
        """Whether the table shows something else than the view."""
        if self.view is None:
            return False
        shown = (replace(self.filter, q=""), self.sort_text, self.named_columns)
        return shown != (saved_views.condition_of(self.view), self.view.sort, self.view.columns)

    @cached_property
    def named_columns(self) -> list[str]:
        """Those that the URL names, or else the view."""
        text = self._query.get("cols")
        if text is not None:
            return [column.name for column in columns.find(self.user, read_names(text))]
        return list(self.view.columns) if self.view and isinstance(self.view.columns, list) else []

    @cached_property
    def columns(self) -> list[Column]:
        return columns.of(self.user, self.named_columns)

    def _chosen_filter(self) -> LeadFilter:
        condition = LeadFilter.from_query(self._query)
        if self.view and self._is_as_saved:
            return replace(saved_views.condition_of(self.view), q=condition.q)
        return condition

    @cached_property
    def filter(self) -> LeadFilter:
        if self._chosen:
            return self._chosen_filter()
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
        return self._asked_sort or self.default_sort

    @cached_property
    def _asked_sort(self) -> Sort | None:
        as_saved = self.view.sort if self.view and self._is_as_saved else ""
        text = self._query.get("sort") or as_saved
        return orders.sort(text, self.user) if text else None

    @property
    def sort_text(self) -> str:
        """The order that a person asked for, '' for the default."""
        return self._asked_sort.text if self._asked_sort else ""

    @cached_property
    def counts(self) -> dict[str, Count]:
        """By preset, and `total` for a filter that the URL names and no preset has."""
        wanted = {preset.key: preset.filter for preset in self.presets}
        if self._chosen and self.filter not in wanted.values():
            wanted["total"] = self.filter
        if self.shows_less:
            return self._counted_now(wanted)
        # of a dear filter the page needs more than a number, see `_counted`
        return self._completed(wanted, anew=[self.filter] if self._is_dear else [])

    def count_presets(self) -> dict[str, Count]:
        """By key, counted now, and kept for the pages to come."""
        filters = {preset.key: preset.filter for preset in self.presets}
        return self._completed(filters, anew=filters.values())

    def _completed(self, wanted: Mapping[str, LeadFilter], anew: Collection[LeadFilter]) -> dict[str, Count]:
        # without a choice it is one's own, or everything for those who own none
        shown = [self.filter] if self._chosen else [preset.filter for preset in self.presets]
        return KeptCounts(self.user, self.closed_too).complete(wanted, shown, self._counted_now, anew)

    def _counted_now(self, wanted: Mapping[str, LeadFilter]) -> dict[str, Count]:
        if not (self._is_dear or self.shows_less):
            return self._statements.counts(wanted, self._countable)
        querysets = {key: self._countable(condition) for key, condition in wanted.items()}
        needs_rows = self._is_dear and "total" in wanted
        return self._counted(querysets) if needs_rows else capped(querysets)

    @property
    def _statements(self) -> Statements:
        return Statements(type(self).__name__, self.user, self.scale, self.now, self.closed_too)

    @property
    def _is_dear(self) -> bool:
        """Whether no index answers the filter in the order of temperature."""
        return self._chosen and self.filter.leaves_the_score_row

    def _counted(self, querysets: dict[str, QuerySet[Lead]]) -> dict[str, Count]:
        """Tried for a moment, unless it is rare; else `total` is found in full: the page is made of that."""
        needed = self.filter.needed_terms(user=self.user, scale=self.scale, now=self.now)
        asked = query_string(("user", str(self.user.pk)), *self.filter.pairs())
        if not needed.is_rare and (quick := tried(querysets, QUICK_MS, asked)) is not None:
            return quick
        alone = self._leads_alone(self.filter)
        every = querysets["total"] if alone is None else alone
        counts, self._few = with_ids({**querysets, "total": every.filter(needed.condition)}, "total", FEW)
        return counts

    @property
    def total(self) -> Count:
        if "total" in self.counts:
            return self.counts["total"]
        return next(self.counts[preset.key] for preset in self.presets if preset.filter == self.filter)

    @property
    def made_at(self) -> str:
        """When the temperatures shown were true, for the screen's own clockwork."""
        return self.now.isoformat(timespec="milliseconds")

    @property
    def preset_key(self) -> str:
        """The tab that shows exactly these conditions, or ''; none while a saved view is shown."""
        if self.view:
            return ""
        shown = replace(self.filter, q="")
        return next((preset.key for preset in self.presets if preset.filter == shown), "")

    def leads(self, condition: LeadFilter) -> QuerySet[Lead]:
        found = Lead.objects.visible_to(self.user)
        if not self.user.has_perm("leads.view_all"):
            # the same bound again, on the table whose index gives the order
            found = found.filter(score__team_id__in=self.user.team_ids)
        return self.bounded(
            condition.apply(found, user=self.user, scale=self.scale, now=self.now, closed_too=self.closed_too)
        )

    def bounded(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """For lists that show less than the filter lets through: asks for columns of the lead alone."""
        return leads

    def _leads_alone(self, condition: LeadFilter) -> QuerySet[Lead] | None:
        """As `leads` without the score rows, for reading all of them; None if the filter asks for those."""
        alone = condition.apply_to_leads(
            Lead.objects.visible_to(self.user),
            user=self.user,
            scale=self.scale,
            now=self.now,
            closed_too=self.closed_too,
        )
        return None if alone is None else self.bounded(alone)

    def _countable(self, condition: LeadFilter) -> QuerySet[Any]:
        """A row per lead shown: score rows, where they know all that is asked; for a search, leads alone."""
        scores = LeadScore.objects.all()
        if not self.user.has_perm("leads.view_all"):
            scores = scores.filter(team_id__in=self.user.team_ids)
        found = condition.apply_to_scores(
            scores, user=self.user, scale=self.scale, now=self.now, closed_too=self.closed_too
        )
        if found is not None and not self.shows_less:
            return found
        alone = self._leads_alone(condition) if condition.q else None
        return self.leads(condition) if alone is None else alone

    def _found(self, ids: list[int] | QuerySet[Lead, Any]) -> QuerySet[Lead]:
        return Lead.objects.visible_to(self.user).filter(pk__in=ids, score__team_id__isnull=False)

    def page(self) -> Page:
        if not self.total:
            return Page([])
        maker = RowMaker(self.scale, self.now, self.columns)
        window = self.window(PAGE_ROWS, *FIELDS, **COLUMNS, **maker.expressions)
        if all(value["win_probability"] is None for value in window.values):
            maker = self._without_win()
        return Page([maker.make(value) for value in window.values], window.at, window.before, window.after)

    def rows(self, lead_ids: Sequence[int], *, has_win: bool = True) -> list[Row]:
        """These leads as far as the person may see them, whether the filter shows them or not.

        `has_win`: whether the table on the screen has that column.
        """
        leads = Lead.objects.visible_to(self.user).filter(pk__in=lead_ids, score__isnull=False)
        maker = RowMaker(self.scale, self.now, self.columns) if has_win else self._without_win()
        read = leads.annotate(**COLUMNS, **maker.expressions)
        return [maker.make(value) for value in read.values(*FIELDS, *COLUMNS, *maker.expressions)]

    def _without_win(self) -> RowMaker:
        """With nothing to show in it there is no such column, unless a person chose it."""
        if not self.named_columns and not columns.has_own(self.user):
            self.columns = [column for column in self.columns if column.name != "win"]
        return RowMaker(self.scale, self.now, self.columns)

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
        if self._is_dear:
            self._counted({"total": self.leads(self.filter)})
        return self._window(cursor, size, fields, {})

    def way_out(self) -> WayOut | None:
        """For an empty table: the one condition whose removal frees most."""
        ways = {name: self.filter.without(name) for name in self.filter.active[:MOST_WAYS]}
        if not self.filter.speaks_of_stages and self.filter.join is Join.ALL:
            ways[CLOSED_TOO] = replace(self.filter, stages=tuple(Stage.values))
        querysets = {name: self.leads(condition) for name, condition in ways.items()}
        if not self.filter.leaves_the_score_row:
            counts = capped(querysets)
        elif (found := capped_within(querysets, PATIENCE_MS)) is not None:
            counts = found
        else:
            self.knows_no_way = True
            return None
        best = max(counts, key=lambda name: counts[name].n)
        return WayOut(best, counts[best], self.query(ways[best])) if counts[best] else None

    def ids(self, leads: QuerySet[Lead] | None = None) -> array[int]:
        """These leads, or all that match, in the order shown: eight bytes each, read through a cursor."""
        found = self.leads(self.filter) if leads is None else leads
        keyed = found.annotate(**{key.name: key.expression for key in self.sort.order.keys})
        ordered = keyed.order_by(*self.sort.order.order_by(self.sort.reverse))
        return array("q", ordered.values_list("pk", flat=True).iterator(chunk_size=5000))

    def query(self, condition: LeadFilter | None = None, sort: Sort | None = None, **more: str) -> str:
        """The query string of this table with another filter or order; never empty: it is a choice."""
        pairs = list((self.filter if condition is None else condition).pairs())
        searching = (self.filter if condition is None else condition).q
        order = sort.text if sort is not None else self.sort_text
        if order and order != (RELEVANCE if searching else DEFAULT):
            pairs.append(("sort", order))
        chosen = bool(pairs) or not {"after", "before"}.isdisjoint(more)
        if not any(name in CHANGES for name, _value in pairs) and (self.view or not chosen):
            pairs.append(("view", "all"))
        cursor = [(name, value) for name, value in more.items() if value]
        return query_string(*pairs, *self._kept(more), *cursor)

    def _kept(self, more: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The view that it began with, and the columns that the URL names."""
        if self.view and "v" not in more:
            yield "v", str(self.view.pk)
        if "cols" in self._query and "cols" not in more:
            yield "cols", write_names(self.named_columns)

    def tab_query(self, preset: Preset) -> str:
        return query_string(*preset.filter.pairs()) or query_string(("view", "all"))

    def _cursor(self) -> Cursor | None:
        for name in ("after", "before"):
            if text := self._query.get(name):
                return Cursor.read(text, self.sort, self.scale.epoch, backward=name == "before")
        return None

    def _read(
        self, cursor: Cursor | None, size: int, fields: tuple[str, ...], columns: dict[str, Combinable]
    ) -> list[dict[str, Any]]:
        """The nearest `size` beyond the cursor, with the keys of the order."""
        keys = [key.name for key in self.sort.order.keys]

        def read(leads: QuerySet[Lead]) -> QuerySet[Lead, dict[str, Any]]:
            found: QuerySet[Lead, dict[str, Any]] = leads.annotate(**columns).values(*fields, *columns, *keys)
            return found

        if self._few is not None:
            return list(read(page_reads.ordered(self._found(self._few), self.sort, cursor))[:size])
        is_few = "counts" in self.__dict__ and not (
            self.total.more or self.filter.q or self.sort.text == DEFAULT
        )
        if not is_few and self.sort.order.parts and self.total.more:
            parts = self.sort.order.parts(self.user, self.filter.possible_stages(self.closed_too))
            found = page_reads.by_parts(self.leads(self.filter), self.sort, parts, cursor, read, size)
            if found is not None:
                return found

        def page() -> QuerySet[Lead, dict[str, Any]]:
            leads = self._few_leads() if is_few else self._all_leads(cursor, size)
            return read(page_reads.ordered(leads, self.sort, cursor))[:size]

        if cursor or self.shows_less:
            return list(page())
        asked = (is_few, size, fields, tuple(columns), tuple(column.name for column in self.columns))
        return self._statements.rows(self.filter, self.sort, asked, page)

    def _few_leads(self) -> QuerySet[Lead]:
        """Few enough to be sorted; left to itself PostgreSQL may walk a million names to meet them."""
        return self._found(self._countable(self.filter).values("pk")[: CAP + 1])

    def _all_leads(self, cursor: Cursor | None, size: int) -> QuerySet[Lead]:
        """With an order that compares columns of the lead alone: the nearest of them first, then the rest."""
        alone = self._leads_alone(self.filter) if page_reads.is_of_the_lead(self.sort) else None
        if alone is None:
            return self.leads(self.filter)
        return self._found(page_reads.nearest_ids(alone, self.sort, cursor, size))

    def _window(
        self, cursor: Cursor | None, size: int, fields: tuple[str, ...], columns: dict[str, Combinable]
    ) -> Window:
        found = self._read(cursor, size + 1, fields, columns)
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
