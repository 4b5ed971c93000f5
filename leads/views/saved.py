"""Saved views: made, named, shared, saved over, ordered, deleted, brought back. All without scripts, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from leads import saved_views, tabs
from leads.conditions.words import Names
from leads.models import SavedView
from leads.table import LeadTable
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.numbers import whole

View = Callable[..., HttpResponse]


def _page(view: View) -> View:
    guarded = login_required(permission_required("leads.view_lead", raise_exception=True)(view))
    return vary_on_headers("HX-Request", "HX-Request-Type")(never_cache(guarded))


def _change(act: Callable[..., HttpResponse]) -> View:
    """A POST; what is refused is said where the person is, and the table stays."""

    @_page
    @require_POST
    @wraps(act)
    def view(request: HtmxRequest, **which: int) -> HttpResponse:
        try:
            return act(request, **which)
        except DomainError as error:
            if not wants_partial(request):
                messages.error(request, error.message)
                return redirect(f"{reverse('leads:index')}?{request.POST.get('query', '')}")
            toast = {"text": error.message, "tone": "danger"}
            return trigger_client_event(HttpResponse(status=204), "sd:toast", toast)

    return view


@_page
def new(request: HtmxRequest) -> HttpResponse:
    """The form, with the table's address in it; or the view made from it."""
    table = _table(request)
    if request.method != "POST":
        return _form(request, table, None, {"name": "", "pinned": True, "team": None})
    typed = _typed(request)
    try:
        view = saved_views.create(
            user=request.user,
            name=typed["name"],
            condition=table.filter,
            sort=table.sort_text,
            columns=table.named_columns,
            team_id=typed["team"],
            pinned=typed["pinned"],
        )
    except DomainError as error:
        return _form(request, table, None, typed, error)
    return _to(request, saved_views.query_of(view), _("Saved as “%(name)s”.") % {"name": view.name})


@_page
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Name, sharing, tab or menu, place. The button `do` may also move or delete."""
    table = _table(request)
    try:
        view = saved_views.own(user=request.user, view_id=pk)
    except DomainError as error:
        return _refused(request, table, error)
    if request.method != "POST":
        return _form(request, table, view, {"name": view.name, "pinned": view.pinned, "team": view.team_id})
    do = request.POST.get("do") or "save"
    if do == "delete":
        return _delete(request, view)
    if do in ("left", "right"):
        saved_views.move(user=request.user, view_id=pk, by=-1 if do == "left" else 1)
        return _to(request, table.query(), _("Moved."))
    typed = _typed(request)
    try:
        view = saved_views.edit(
            user=request.user, view_id=pk, name=typed["name"], team_id=typed["team"], pinned=typed["pinned"]
        )
    except DomainError as error:
        return _form(request, table, view, typed, error)
    return _to(request, table.query(), _("Saved."))


@_change
def save_over(request: HtmxRequest, pk: int) -> HttpResponse:
    table = _table(request)
    view = saved_views.save_over(
        user=request.user,
        view_id=pk,
        condition=table.filter,
        sort=table.sort_text,
        columns=table.named_columns,
    )
    return _to(request, saved_views.query_of(view), _("“%(name)s” shows this now.") % {"name": view.name})


@_change
def restore(request: HtmxRequest, pk: int) -> HttpResponse:
    view = saved_views.restore(user=request.user, view_id=pk)
    return _to(request, saved_views.query_of(view), _("“%(name)s” is back.") % {"name": view.name})


@_change
def order(request: HtmxRequest) -> HttpResponse:
    """`view` repeated: one's own views in their new order. Scripts show the order already."""
    ids = [pk for text in request.POST.getlist("view") if (pk := whole(text)) is not None]
    saved_views.reorder(user=request.user, ids=ids)
    return HttpResponse(status=204)


@_page
@require_GET
def counts(request: HtmxRequest) -> HttpResponse:
    """How many leads each tab holds now, by id: asked for beside the table, never with it."""
    return JsonResponse(tabs.counts(LeadTable(request.user, QueryDict("view=all"))))


def _delete(request: HtmxRequest, view: SavedView) -> HttpResponse:
    saved_views.delete(user=request.user, view_id=view.pk)
    said = _("“%(name)s” is deleted.") % {"name": view.name}
    return _to(request, "", said, undo=reverse("leads:view_restore", args=[view.pk]))


def _table(request: HtmxRequest) -> LeadTable:
    """The table that the person looks at: a form carries its address along."""
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    return LeadTable(request.user, query)


def _typed(request: HtmxRequest) -> dict[str, Any]:
    team = request.POST.get("team") or ""
    return {
        "name": request.POST.get("name") or "",
        "pinned": "pinned" in request.POST,
        "team": whole(team),
    }


def _form(
    request: HtmxRequest,
    table: LeadTable,
    view: SavedView | None,
    typed: dict[str, Any],
    error: DomainError | None = None,
) -> HttpResponse:
    own = {*request.user.team_ids, typed["team"]}
    context = {
        "nav": "leads",
        "edited": view,
        "typed": typed,
        "error": error,
        "teams": [(pk, name) for pk, name in Names(request.user).teams.items() if pk in own],
        "query": table.query(),
    }
    return render(request, f"leads/{'_view_form' if wants_partial(request) else 'view_form'}.html", context)


def _refused(request: HtmxRequest, table: LeadTable, error: DomainError) -> HttpResponse:
    if not wants_partial(request):
        messages.error(request, error.message)
        return redirect(f"{reverse('leads:index')}?{table.query()}")
    toast = {"text": error.message, "tone": "danger"}
    return trigger_client_event(HttpResponse(status=204), "sd:toast", toast)


def _to(request: HtmxRequest, query: str, said: str, undo: str = "") -> HttpResponse:
    """The table at this address, and what was done."""
    url = f"{reverse('leads:index')}?{query}" if query else reverse("leads:index")
    if not wants_partial(request):
        messages.success(request, said)
        return redirect(url)
    spec = {"path": url, "target": "#work", "swap": "innerMorph"}
    response = HttpResponse(headers={"HX-Location": json.dumps(spec)})
    return trigger_client_event(
        response, "sd:toast", {"text": said, "undo": undo} if undo else {"text": said}
    )
