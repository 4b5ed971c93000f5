"""Many leads of the table changed in one step: counted, changed at once or by a worker, taken back."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from leads.editing import bulk, editor, left_out, undoing, words
from leads.editing.forms import FORMS
from leads.editing.selecting import Selection
from leads.editing.tasks import run_edit
from leads.editing.values import Field
from leads.models import LeadEdit
from salesdash.errors import DomainError
from salesdash.formatting import numbers
from salesdash.htmx import HtmxRequest, wants_partial

FIELDS = (Field.STAGE, Field.OWNER)
RUNNING = (LeadEdit.Status.QUEUED, LeadEdit.Status.RUNNING)


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@never_cache
def count(request: HtmxRequest) -> JsonResponse:
    """How many leads the table shows at this address, exactly: the table itself stops counting somewhere."""
    n = Selection((), request.GET.urlencode()).count(request.user)
    return JsonResponse({"n": n, "text": numbers.number(n)})


@require_GET
@login_required
@permission_required("leads.change_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def new(request: HtmxRequest, field: str) -> HttpResponse:
    """The editor for all that is selected; the screen adds which leads these are."""
    if field not in FIELDS:
        raise Http404
    if not wants_partial(request):
        return redirect("leads:index")
    content = editor.bulk_content(request.user, field)
    context = {**content, "url": reverse("leads:edit_many", args=[field]), "request_id": uuid.uuid4()}
    return render(request, f"leads/editing/_{field}.html", context)


@require_POST
@login_required
@permission_required("leads.change_lead", raise_exception=True)
def start(request: HtmxRequest, field: str) -> HttpResponse:
    if field not in FIELDS:
        raise Http404
    form = FORMS[field](request.POST)
    if not form.is_valid() or form.cleaned_data["request_id"] is None:
        raise DomainError("invalid", _("Please choose a value."), {"fields": sorted(form.errors)})
    edit = bulk.start(
        user=request.user,
        field=field,
        value=form.value(),
        selection=Selection.read(request.POST),
        request_id=form.cleaned_data["request_id"],
    )
    return _answer(request, edit)


@require_GET
@login_required
@permission_required("leads.change_lead", raise_exception=True)
@never_cache
def progress(request: HtmxRequest, pk: int) -> HttpResponse:
    """How far it is; the last answer says what came of it."""
    return _shown(request, bulk.mine(pk, request.user))


@require_POST
@login_required
@permission_required("leads.change_lead", raise_exception=True)
def cancel(request: HtmxRequest, pk: int) -> HttpResponse:
    return _shown(request, bulk.cancel(edit_id=pk, user=request.user))


@require_POST
@login_required
@permission_required("leads.change_lead", raise_exception=True)
def undo(request: HtmxRequest, pk: int) -> HttpResponse:
    """The button of the toast, and the key U."""
    return _answer(request, undoing.undo(edit_id=pk, user=request.user))


def _answer(request: HtmxRequest, edit: LeadEdit) -> HttpResponse:
    if edit.status == LeadEdit.Status.QUEUED:
        transaction.on_commit(partial(run_edit.delay, edit.pk))
    return _shown(request, edit)


def _shown(request: HtmxRequest, edit: LeadEdit) -> HttpResponse:
    """The progress in its place; when it has ended, which leads it left out, and a toast speaks."""
    running = edit.status in RUNNING
    done = edit.restored + edit.kept if edit.undoing else edit.changed + edit.skipped
    total = edit.changed if edit.undoing else edit.total
    context = {
        "edit": edit,
        "running": running,
        "done": done,
        "total": total,
        "edit_id": str(edit.pk),
        "left": edit.kept if edit.undoing else edit.skipped,
        "left_out": None if running else left_out.report(edit),
    }
    response = render(request, "leads/editing/_progress.html", context)
    if running:
        return response
    toast: dict[str, Any] = {"text": words.outcome(edit)}
    if edit.changed and not edit.undoing:
        toast["undo"] = reverse("leads:edit_undo", args=[edit.pk])
    if edit.status == LeadEdit.Status.FAILED:
        toast["tone"] = "danger"
    trigger_client_event(response, "sd:edited", {})
    # a lead that is open beside the table may be among them
    trigger_client_event(response, "sd:lead", {})
    return trigger_client_event(response, "sd:toast", toast)
