"""Rebuilds of the temperatures in the administration: how far one is, what became of it."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from leads import publishing, rule_drafts, score_jobs, tasks
from leads.models import ScoreJob
from salesdash.errors import ConflictError
from salesdash.formatting import numbers, times
from salesdash.htmx import wants_partial
from salesdash.models import User
from salesdash.numbers import whole

_LIST = "admin:leads_scorejob_changelist"
_PAGE = "admin:leads_scorejob_change"


@admin.register(ScoreJob)
class ScoreJobAdmin(admin.ModelAdmin[ScoreJob]):
    list_display = ("name", "status", "asked", "took")
    list_display_links = ("name",)
    list_filter = ("kind", "state")
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    sortable_by = ()
    actions = None
    change_list_template = "admin/leads/scorejob/change_list.html"

    class Media:
        css = {"all": ("css/rules.css", "css/score_jobs.css")}

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return request.user.has_perm(rule_drafts.PERMISSION)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"title": capfirst(self.opts.verbose_name_plural), "open": ScoreJob.objects.open().first()}
        return super().changelist_view(request, more | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path("rebuild/", site(rebuild), name="leads_scorejob_rebuild"),
            path("<int:pk>/cancel/", site(cancel), name="leads_scorejob_cancel"),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return detail(request, unquote(object_id))

    @admin.display(description=_("rebuild"))
    def name(self, job: ScoreJob) -> str:
        return str(job)

    @admin.display(description=_("state"))
    def status(self, job: ScoreJob) -> SafeString:
        share = f" {job.percent} %" if job.is_open else ""
        return format_html(
            '<span class="rl-state" data-s="{}">{}{}</span>', job.state, job.get_state_display(), share
        )

    @admin.display(description=_("asked for"))
    def asked(self, job: ScoreJob) -> str:
        return f"{times.day_time(job.created_at)} {job.asked_by_name}"

    @admin.display(description=_("took"))
    def took(self, job: ScoreJob) -> str:
        return took(job)


@require_GET
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def detail(request: HttpRequest, object_id: str) -> HttpResponse:
    """The page, or for htmx how far the rebuild is."""
    _publisher(request)
    pk = whole(object_id) or 0
    job = ScoreJob.objects.select_related("rule_set").filter(pk=pk).first()
    if job is None:
        raise Http404
    context: dict[str, Any] = {"job": job, "took": took(job), "reason": score_jobs.reason(job)}
    if wants_partial(request):
        return render(request, "admin/leads/scorejob/_progress.html", context)
    context |= {**admin.site.each_context(request), "opts": ScoreJob._meta, "title": str(job)}
    return render(request, "admin/leads/scorejob/change_form.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = _publisher(request)
    try:
        publishing.cancel(job_id=pk, user=user)
        transaction.on_commit(tasks.sweep_score_jobs.delay)
    except ConflictError as error:
        messages.warning(request, error.message)
    return redirect(_PAGE, pk)


@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    user = _publisher(request)
    landmark = timezone.now() if request.POST.get("landmark") == "now" else None
    try:
        job = publishing.request_rebuild(user=user, landmark=landmark)
    except ConflictError as error:
        messages.warning(request, error.message)
        return redirect(_LIST)
    transaction.on_commit(partial(tasks.run_score_job.delay, job.pk))
    return redirect(_PAGE, job.pk)


def took(job: ScoreJob) -> str:
    """From its start to its end, or until now."""
    if job.started_at is None:
        return numbers.NOTHING
    return times.duration(((job.finished_at or timezone.now()) - job.started_at).total_seconds())


def _publisher(request: HttpRequest) -> User:
    if not request.user.has_perm(rule_drafts.PERMISSION):
        raise PermissionDenied
    return cast(User, request.user)
