"""A cell of the lead table is edited in its place; the answer is the row."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from leads.editing import editor, single, words
from leads.editing.forms import FORMS
from leads.editing.selecting import Selection
from leads.editing.values import IN_TABLE
from leads.models import Lead, LeadEdit
from leads.rows import edited_html
from leads.table import LeadTable
from salesdash.errors import ConflictError
from salesdash.htmx import HtmxRequest, wants_partial

MOST_ROWS = 200


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("leads.change_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def edit(request: HtmxRequest, pk: int, field: str) -> HttpResponse:
    """GET: the editor with the value as it is now. POST: the row, or the editor with what is in the way."""
    if field not in IN_TABLE:
        raise Http404
    lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=pk)
    if not wants_partial(request):
        return redirect("leads:detail", pk=pk)
    if request.method == "GET":
        return _editor(request, f"_{field}", lead, field, editor.content(lead, field))
    form = FORMS[field](request.POST)
    if not form.is_valid():
        refused = {**editor.content(lead, field, request.POST), "error": next(iter(form.errors.values()))[0]}
        return _editor(request, f"_{field}", lead, field, refused, status=422)
    value, seen = form.value(), form.cleaned_data["seen"]
    try:
        step = single.edit(lead_id=pk, user=request.user, field=field, value=value, seen=seen)
    except ConflictError as conflict:
        both = editor.conflict(field, value, conflict.extra["now"])
        return _editor(request, "_conflict", lead, field, both, status=409)
    return _edited(request, lead, step)


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@never_cache
def rows(request: HtmxRequest) -> HttpResponse:
    """Rows on the screen that were edited elsewhere: `ids` joined by commas."""
    ids = Selection.read(request.GET).ids[:MOST_ROWS]
    return _rows(request, list(ids))


def _rows(request: HtmxRequest, lead_ids: list[int]) -> HttpResponse:
    """These rows as they are now, each morphed into its place where the table on the screen has it."""
    table = LeadTable(request.user, QueryDict(request.GET.get("table", "")))
    edited = table.rows(lead_ids, has_win="win" in request.GET)
    return HttpResponse(edited_html(edited, table.made_at))


def _editor(
    request: HtmxRequest, template: str, lead: Lead, field: str, content: dict[str, Any], status: int = 200
) -> HttpResponse:
    url = f"{reverse('leads:edit', args=[lead.pk, field])}?{request.GET.urlencode()}"
    context = {**content, "lead": lead, "url": url}
    return render(request, f"leads/editing/{template}.html", context, status=status)


def _edited(request: HtmxRequest, lead: Lead, step: LeadEdit | None) -> HttpResponse:
    response = _rows(request, [lead.pk])
    # what else is on the page about this lead may depend on what has changed
    trigger_client_event(response, "sd:lead", {"id": lead.pk})
    if step is None:
        return response
    toast = {"text": words.said(lead, step), "undo": reverse("leads:edit_undo", args=[step.pk])}
    return trigger_client_event(response, "sd:toast", toast)
