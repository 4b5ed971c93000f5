"""The lead table: the whole page, or for htmx the part that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from leads import orders, rows, tabs
from leads.chips import chips, part_label
from leads.conditions.words import Names
from leads.live_texts import live_texts
from leads.selection_texts import selection_texts
from leads.table import LeadTable, Page
from salesdash.htmx import HtmxRequest, wants_partial

# so many columns have room without scrolling sideways
ROOM: Final = 7


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
def index(request: HtmxRequest) -> HttpResponse:
    table = LeadTable(request.user, request.GET)
    partial = wants_partial(request)
    context = _context(table, table.page())
    response = render(request, "leads/_table.html" if partial else "leads/index.html", context)
    if partial and (request.htmx.source or "").startswith("form"):
        # a form sends its empty fields too, and typing should not fill the history
        replace_url(response, _url(table.query()))
    return response


@dataclass(frozen=True, slots=True)
class Heading:
    label: str | Promise
    css: str
    query: str = ""
    sorted: str = ""

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.sorted, "")


def _context(table: LeadTable, page: Page) -> dict[str, Any]:
    names = Names(table.user)
    empty = not page.rows
    return {
        "nav": "leads",
        "live_texts": live_texts(),
        "selection_texts": selection_texts(),
        "table": table,
        "page": page,
        "rows": rows.html(page.rows, table.made_at),
        **tabs.context(table),
        "headings": _headings(table),
        "extra_columns": max(0, len(table.columns) - ROOM),
        "chips": chips(table, names),
        "state": _state(table),
        "made_at": table.made_at,
        "epoch": str(table.scale.epoch),
        "row_count": "-1" if table.total.more else str(table.total.n),
        "previous_url": _url(page.before),
        "next_url": _url(page.after),
        "way_out": _way_out(table, names) if empty else None,
        "clear_query": table.query(condition=type(table.filter)()),
        "query": table.query(),
    }


def _headings(table: LeadTable) -> list[Heading]:
    found = []
    direction = "descending" if table.sort.descending else "ascending"
    for column in table.columns:
        order = orders.find(column.name, table.user)
        if order is None:
            found.append(Heading(column.label, column.css))
            continue
        query = table.query(sort=table.sort.next_on(order, table.default_sort))
        is_sorted = table.sort.order.name == order.name
        found.append(Heading(column.label, column.css, query, direction if is_sorted else ""))
    return found


def _url(query: str) -> str:
    return f"{reverse('leads:index')}?{query}" if query else ""


def _state(table: LeadTable) -> list[tuple[str, str]]:
    """What a search keeps: conditions, order, view, columns."""
    query = QueryDict(table.query())
    return [(name, value) for name in query for value in query.getlist(name) if name != "q"]


def _way_out(table: LeadTable, names: Names) -> dict[str, Any] | None:
    way = table.way_out()
    if way is None:
        return None
    return {"label": part_label(table, names, way.name), "count": way.count, "query": way.query}
