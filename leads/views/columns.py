"""Which columns the table has, in which order: a page without scripts, a popover with them."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from leads import columns
from leads.conditions.tree import write_names
from leads.table import LeadTable
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.numbers import whole


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def choose(request: HtmxRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    table = LeadTable(request.user, query)
    names = [column.name for column in table.columns]
    do = ""
    if request.method == "POST":
        do = request.POST.get("do") or "apply"
        names = _after(do, request.POST.getlist("col"), request.POST.getlist("add"))
    if do == "apply":
        return _apply(request, table, names)
    shown = columns.find(request.user, names)
    context = {
        "nav": "leads",
        "shown": shown,
        "others": columns.available(request.user, shown),
        "query": table.query(),
        "view": table.view,
        "for_view": request.POST.get("for") == "view",
    }
    return render(request, f"leads/{'_columns' if wants_partial(request) else 'columns'}.html", context)


def _after(do: str, names: list[str], added: list[str]) -> list[str]:
    """What a button makes of the names: `up.2`, `down.2`, `remove.2`, `usual`; what is ticked comes last."""
    if do == "usual":
        return list(columns.USUAL)
    what, _dot, text = do.partition(".")
    names, asked = list(names), whole(text)
    place = asked if asked is not None and asked < len(names) else -1
    if what == "remove" and place >= 0:
        names.pop(place)
    elif what in ("up", "down") and place >= 0:
        names.insert(max(0, place + (-1 if what == "up" else 1)), names.pop(place))
    return [*names, *added]


def _apply(request: HtmxRequest, table: LeadTable, names: list[str]) -> HttpResponse:
    """As the person's own columns; or, while a saved view is shown, in the address, to be saved with it."""
    if request.POST.get("for") == "view" and table.view:
        kept = [column.name for column in columns.find(request.user, names)]
        query = table.query(cols=write_names(kept))
    else:
        columns.choose(user=request.user, names=names)
        query = table.query(cols="")
    url = f"{reverse('leads:index')}?{query}"
    if not wants_partial(request):
        return redirect(url)
    spec = {"path": url, "target": "#work", "swap": "innerMorph"}
    return HttpResponse(headers={"HX-Location": json.dumps(spec)})
