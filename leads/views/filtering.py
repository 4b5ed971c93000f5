"""The filter builder: a page without scripts, a popover with them; and how many leads its rows let in."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from leads.conditions import catalogue
from leads.conditions.builder import Builder, fresh
from leads.conditions.controls import DAYS, Printer
from leads.conditions.words import Names
from leads.counting import capped
from leads.filters import LeadFilter
from leads.table import LeadTable
from salesdash.htmx import HtmxRequest, wants_partial

# what the builder keeps of the address that it was opened from
KEPT = ("q", "sort", "cols", "v")


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def builder(request: HtmxRequest) -> HttpResponse:
    table = LeadTable(request.user, request.GET)
    rows = _rows(request, table)
    if request.GET.get("do") == "apply":
        rows = rows.checked()
        if rows.is_right:
            return _to_the_table(request, table, rows)
    context = _context(request, table, rows)
    return render(request, f"leads/{'_builder' if wants_partial(request) else 'filter'}.html", context)


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@never_cache
def count(request: HtmxRequest) -> HttpResponse:
    table = LeadTable(request.user, request.GET)
    context = _count(table, _rows(request, table))
    return render(request, "leads/_builder_count.html", context)


def _rows(request: HtmxRequest, table: LeadTable) -> Builder:
    """As the form says; when it is opened, the table's own conditions, or one to begin with."""
    find = partial(catalogue.field, request.user)
    if "rows" in request.GET:
        return Builder.from_form(request.GET, find).after(request.GET.get("do") or "", find)
    rows = Builder.of(table.filter.join, list(table.filter.items.values()))
    return rows if rows.rows else Builder((fresh("temperature", find),), rows.joins)


def _filter(table: LeadTable, rows: Builder) -> LeadFilter:
    return LeadFilter.of(table.filter.q, rows.join_of(0), rows.items)


def _to_the_table(request: HtmxRequest, table: LeadTable, rows: Builder) -> HttpResponse:
    url = f"{reverse('leads:index')}?{table.query(_filter(table, rows))}"
    if wants_partial(request):
        # django-htmx names the swaps of htmx 2 only
        spec = {"path": url, "target": "#work", "swap": "innerMorph"}
        return HttpResponse(headers={"HX-Location": json.dumps(spec)})
    return redirect(url)


def _count(table: LeadTable, rows: Builder) -> dict[str, Any]:
    wrong = sum(row.wrong is not None for row in rows.checked().rows)
    return {"count": capped({"count": table.leads(_filter(table, rows))})["count"], "wrong": wrong}


def _context(request: HtmxRequest, table: LeadTable, rows: Builder) -> dict[str, Any]:
    find = partial(catalogue.field, request.user)
    known = catalogue.attributes(request.user)
    kept = [(name, value) for name in KEPT for value in request.GET.getlist(name) if value]
    return {
        "nav": "leads",
        "blocks": Printer(Names(request.user), known, find).blocks(rows),
        "days": DAYS,
        "at": request.GET.get("at") if (request.GET.get("at") or "").isdecimal() else "",
        "kept": kept,
        "cancel_query": table.query(),
        "clear_query": table.query(condition=LeadFilter(q=table.filter.q)),
        **_count(table, rows),
    }
