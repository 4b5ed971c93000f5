"""Upload → columns → import → result. Each page works without JavaScript; with it the preview follows."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from leads.importing import jobs, rejects
from leads.importing.forms import MappingForm, UploadForm
from leads.importing.preview import preview
from leads.importing.refusals import message_of
from leads.importing.tasks import run_import
from leads.models import ImportJob, Stage
from leads.views.export import csv_response
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.models import User

PER_PAGE: Final = 20

_may_import = permission_required("leads.import_leads", raise_exception=True)


def visible_job(user: User, pk: int) -> ImportJob:
    """404 for an import that does not exist and for one of another team alike."""
    related = ("team", "author", "default_owner")
    return get_object_or_404(ImportJob.objects.visible_to(user).select_related(*related), pk=pk)


@require_GET
@login_required
@_may_import
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    return _index(request, UploadForm(user=request.user))


def _index(request: HtmxRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    found = ImportJob.objects.visible_to(request.user).select_related("team")
    page = Paginator(found.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "leads",
        "form": form,
        "page": page,
        "several_teams": "team" in form.fields,
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "leads/imports/index.html", context, status=status)


@require_POST
@login_required
@_may_import
def upload(request: HtmxRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _index(request, form, 422)
    file = form.cleaned_data["file"]
    try:
        job = jobs.create(
            team=form.chosen_team,
            author=request.user,
            file=file,
            filename=file.name,
            encoding=form.cleaned_data["encoding"],
        )
    except DomainError as error:
        form.add_error("file", error.message)
        return _index(request, form, error.status)
    return redirect("leads:import_mapping", pk=job.pk)


@require_http_methods(["GET", "POST"])
@login_required
@_may_import
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def mapping(request: HtmxRequest, pk: int) -> HttpResponse:
    job = visible_job(request.user, pk)
    if job.status != ImportJob.Status.UPLOADED:
        return redirect("leads:import_detail", pk=pk)
    if request.method == "GET":
        return _mapping(request, job, MappingForm(job=job))
    action = request.POST.get("action", "preview")
    if action == "discard":
        jobs.discard(job, user=request.user)
        messages.success(request, _("The upload was discarded. Nothing was imported."))
        return redirect("leads:imports")
    return _configure(request, job, start=action == "start")


def _configure(request: HtmxRequest, job: ImportJob, *, start: bool) -> HttpResponse:
    form = MappingForm(request.POST, job=job)
    if not form.is_valid():
        if stale := form.errors.get("shape"):
            return _mapping(request, job, MappingForm(job=job), error=str(stale[0]))
        return _mapping(request, job, form)
    try:
        complete = jobs.configure(
            job,
            layout=form.chosen_layout(),
            columns=form.chosen_columns(),
            seen=form.chosen_values(),
            default_owner_id=form.chosen_owner(),
        )
        if start and complete:
            jobs.queue(job, user=request.user)
            transaction.on_commit(partial(run_import.delay, job.pk))
            return redirect("leads:import_detail", pk=job.pk)
    except DomainError as error:
        return _mapping(request, job, form, error=error.message)
    note = _("Please check the columns and values below, then start.") if start else ""
    return _mapping(request, job, MappingForm(job=job), note=note)


def _mapping(
    request: HtmxRequest, job: ImportJob, form: MappingForm, *, error: str | None = None, note: str = ""
) -> HttpResponse:
    shown = preview(job)
    context: dict[str, Any] = {
        "nav": "leads",
        "job": job,
        "form": form,
        "columns": list(zip(form.columns(), shown.examples, strict=True)),
        "preview": shown,
        "error": error,
        "note": note,
    }
    template = "leads/imports/_mapping.html" if wants_partial(request) else "leads/imports/mapping.html"
    return render(request, template, context, status=422 if error or form.errors else 200)


@require_GET
@login_required
@_may_import
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """Progress while it runs, then the result; htmx asks each second for the inside."""
    job = visible_job(request.user, pk)
    if job.status == ImportJob.Status.UPLOADED:
        return redirect("leads:import_mapping", pk=pk)
    reasons = job.rejects.order_by().values("reason_code").annotate(rows=Count("pk")).order_by("-rows")
    context = {
        "nav": "leads",
        "job": job,
        "running": job.status in (ImportJob.Status.QUEUED, ImportJob.Status.RUNNING),
        "error": message_of(job.error_code),
        "reasons": [(rejects.reason_label(row["reason_code"]), row["rows"]) for row in reasons],
        "unknown_owners": jobs.mapping_of(job).unknown_owners,
        "stages": Stage.values,
    }
    template = "leads/imports/_progress.html" if wants_partial(request) else "leads/imports/detail.html"
    return render(request, template, context)


@require_GET
@login_required
@_may_import
@never_cache
def rejected(request: HtmxRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as a file that can be mended and imported again."""
    job = visible_job(request.user, pk)
    audit.record(
        actor=request.user, action="import.rejects", target=job, details={"count": job.rejected_rows}
    )
    return csv_response(request, rejects.lines(job), f"rejected-{job.pk}.csv")
