"""The lead table: the whole page, or for htmx the part that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from leads.chips import Options, chips, field_label
from leads.counting import Count
from leads.live_texts import live_texts
from leads.models import Industry, Stage
from leads.selection_texts import selection_texts
from leads.sorting import ORDERS
from leads.table import LeadTable, Page
from salesdash.htmx import HtmxRequest, wants_partial


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
def index(request: HtmxRequest) -> HttpResponse:
    options = Options.of(request.user)
    table = LeadTable(request.user, request.GET)
    partial = wants_partial(request)
    context = _context(table, table.page(), options)
    response = render(request, "leads/_table.html" if partial else "leads/index.html", context)
    if partial and (request.htmx.source or "").startswith("form"):
        # a form sends its empty fields too, and typing should not fill the history
        replace_url(response, _url(table.query()))
    return response


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    count: Count
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Heading:
    label: str | Promise
    css: str
    query: str = ""
    sorted: str = ""

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.sorted, "")


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str | Promise
    chosen: bool


_COLUMNS = (
    ("c-t", "temperature"), ("c-n", "name"), ("c-c", "company"), ("c-s", "stage"), ("c-a", "next"),
    ("c-l", "activity"),
)  # fmt: skip


def _context(table: LeadTable, page: Page, options: Options) -> dict[str, Any]:
    empty = not page.rows
    return {
        "nav": "leads",
        "live_texts": live_texts(),
        "selection_texts": selection_texts(),
        "table": table,
        "page": page,
        "tabs": _tabs(table),
        "headings": _headings(table, page),
        "options": options,
        "chips": chips(table, options),
        "choices": _choices(table, options),
        "made_at": table.made_at,
        "epoch": str(table.scale.epoch),
        "row_count": "-1" if table.total.more else str(table.total.n),
        "previous_url": _url(page.before),
        "next_url": _url(page.after),
        "way_out": _way_out(table) if empty else None,
        "clear_query": table.query(condition=type(table.filter)()),
        "export_query": table.query(),
    }


def _tabs(table: LeadTable) -> list[Tab]:
    shown = table.preset_key
    return [
        Tab(preset.label, table.counts[preset.key], table.query(preset.filter), preset.key == shown)
        for preset in table.presets
    ]


def _headings(table: LeadTable, page: Page) -> list[Heading]:
    found = []
    for css, name in _COLUMNS:
        direction = "descending" if table.sort.descending else "ascending"
        query = table.query(sort=table.sort.next_on(name, table.default_sort))
        found.append(
            Heading(ORDERS[name].label, css, query, direction if table.sort.order.name == name else "")
        )
    if page.has_win:
        found.append(Heading(_("Win rate"), "c-p n"))
    return [*found, Heading(_("Owner"), "c-o")]


def _url(query: str) -> str:
    return f"{reverse('leads:index')}?{query}" if query else ""


def _choices(table: LeadTable, options: Options) -> dict[str, list[Choice]]:
    chosen = table.filter
    return {
        "owner": [Choice(str(pk), name, pk == chosen.owner) for pk, name in options.owners],
        "team": [Choice(str(pk), name, pk == chosen.team) for pk, name in options.teams],
        "stage": [Choice(stage, stage.label, stage in chosen.stages) for stage in Stage],
        "industry": [Choice(name, name.label, name in chosen.industries) for name in Industry],
    }


def _way_out(table: LeadTable) -> dict[str, Any] | None:
    way = table.way_out()
    return {"label": field_label(way.name), "count": way.count, "query": way.query} if way else None
