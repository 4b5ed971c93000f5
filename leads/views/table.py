"""The lead table: the whole page, or for htmx the part that changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.backends.utils import csrf_input_lazy
from django.template.loader import render_to_string
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from leads import orders, rows, tabs
from leads.chips import chips, part_label
from leads.conditions.words import Names
from leads.live_texts import live_texts
from leads.selection_texts import selection_texts
from leads.table import LeadTable
from leads.windows import Page
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.jinja import address
from salesdash.models import User

# so many columns have room without scrolling sideways
ROOM: Final = 7
ARROWS: Final = {"": "", "ascending": "↑", "descending": "↓"}


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
def index(request: HtmxRequest) -> HttpResponse:
    table = LeadTable(request.user, request.GET)
    context = _context(table, table.page())
    printed = _printed(request, context)
    if not wants_partial(request):
        more = {"nav": "leads", "table_html": printed, "script_texts": _script_texts(get_language())}
        return render(request, "leads/index.html", context | more)
    response = HttpResponse(printed)
    if (request.htmx.source or "").startswith("form"):
        # a form sends its empty fields too, and typing should not fill the history
        replace_url(response, _url(context["query"]))
    return response


def _printed(request: HtmxRequest, context: dict[str, Any]) -> SafeString:
    """The part that changes. It sees neither the request nor what the frame knows."""
    facts = context | {"csrf_input": csrf_input_lazy(request), "empty": ""}
    if not context["page"].rows:
        facts["empty"] = render_to_string("leads/_empty.html", context, request)
    # the template escapes, but Django's wrapper of Jinja does not say so
    return SafeString(render_to_string("leads/_table.html", facts, using="jinja2"))


@lru_cache(maxsize=8)
def _script_texts(language: str | None) -> SafeString:
    return json_script(live_texts(), "sd-texts-live") + json_script(selection_texts(), "sd-texts-selection")


@dataclass(frozen=True, slots=True)
class Heading:
    label: str
    css: str
    query: str = ""
    sorted: str = ""

    @property
    def arrow(self) -> str:
        return ARROWS[self.sorted]


def _context(table: LeadTable, page: Page) -> dict[str, Any]:
    names = Names(table.user)
    query = table.query()
    empty = not page.rows
    return {
        "table": table,
        "page": page,
        "rows": rows.html(page.rows, table.made_at),
        **_rights(table.user),
        **tabs.context(table),
        "headings": _headings(table),
        "extra_columns": max(0, len(table.columns) - ROOM),
        "chips": chips(table, names),
        "state": _state(query),
        "made_at": table.made_at,
        "epoch": str(table.scale.epoch),
        "row_count": "-1" if table.total.more else str(table.total.n),
        "previous_url": _url(page.before),
        "next_url": _url(page.after),
        "way_out": _way_out(table, names) if empty else None,
        "clear_query": table.query(condition=type(table.filter)()) if empty else "",
        "query": query,
    }


def _rights(user: User) -> dict[str, bool]:
    return {
        "may_add": user.has_perm("leads.add_lead"),
        "may_change": user.has_perm("leads.change_lead"),
        "may_export": user.has_perm("leads.export_leads"),
        "may_draft": user.has_perm("drafts.request_draft"),
    }


def _headings(table: LeadTable) -> list[Heading]:
    found = []
    direction = "descending" if table.sort.descending else "ascending"
    for column in table.columns:
        order = orders.find(column.name, table.user)
        if order is None:
            found.append(Heading(str(column.label), column.css))
            continue
        query = table.query(sort=table.sort.next_on(order, table.default_sort))
        is_sorted = table.sort.order.name == order.name
        found.append(Heading(str(column.label), column.css, query, direction if is_sorted else ""))
    return found


def _url(query: str) -> str:
    return f"{address('leads:index')}?{query}" if query else ""


def _state(query: str) -> list[tuple[str, str]]:
    """What a search keeps: conditions, order, view, columns."""
    return [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "q"]


def _way_out(table: LeadTable, names: Names) -> dict[str, Any] | None:
    way = table.way_out()
    if way is None:
        return None
    return {"label": part_label(table, names, way.name), "count": way.count, "query": way.query}
