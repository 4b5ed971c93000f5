"""Requests about one version of the temperature rules: look, edit, copy, preview, publish."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from leads import previewing, rule_changes, rule_drafts, tasks
from leads.admin.preview_page import PreviewPage
from leads.admin.rule_editor import Editor
from leads.admin.version_page import VersionPage
from leads.models import RuleSet
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User
from salesdash.numbers import whole

_PAGE = "admin:leads_ruleset_change"
_FOLDER = "admin/leads/ruleset"


def may_read(request: HttpRequest) -> bool:
    return request.user.has_perm("leads.view_ruleset") or may_edit(request)


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm(rule_drafts.PERMISSION)


@never_cache
def version(request: HttpRequest, object_id: str) -> HttpResponse:
    """A draft in its editor for those who may edit; everything else to read."""
    rule_set = _known(request, whole(object_id) or 0)
    if request.method == "POST":
        return _save(request, rule_set)
    if rule_set.status == RuleSet.Status.DRAFT and may_edit(request):
        return _edit(request, Editor(rule_set, _published()))
    return _page(request, "version", rule_set, {})


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    source = _known(request, pk)
    draft = rule_drafts.copy(source_id=source.pk, user=_editor(request))
    told = _("v%(new)s is a copy of v%(old)s. Nothing changes for the leads until it is published.")
    messages.success(request, told % {"new": draft.version, "old": source.version})
    return redirect(_PAGE, draft.pk)


@require_GET
@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    rule_set = _known(request, pk)
    if rule_set.status == RuleSet.Status.PUBLISHED:
        messages.info(request, _("These rules are in force: there is nothing to compare them with."))
        return redirect(_PAGE, pk)
    return _preview(request, rule_set)


@require_POST
@never_cache
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What was previewed, or nothing: 409 with a fresh preview if either version has changed since."""
    rule_set, user = _known(request, pk), _editor(request)
    if "confirmed" not in request.POST:
        messages.error(request, _("Please confirm that you have seen what changes."))
        return _preview(request, rule_set, status=400)
    try:
        job = rule_drafts.publish(rule_set_id=pk, seen=request.POST.get("seen", ""), user=user)
    except ConflictError as error:
        messages.error(request, error.message)
        rule_set.refresh_from_db()
        return _preview(request, rule_set, status=409)
    transaction.on_commit(partial(tasks.run_score_job.delay, job.pk))
    return redirect("admin:leads_scorejob_change", job.pk)


def _save(request: HttpRequest, rule_set: RuleSet) -> HttpResponse:
    user, editor = _editor(request), Editor(rule_set, _published(), request.POST)
    if rule_set.status != RuleSet.Status.DRAFT:
        raise rule_drafts.not_a_draft()
    if not editor.is_valid():
        return _edit(request, editor, status=422)
    try:
        revision = editor.form.cleaned_data["revision"]
        rule_drafts.save(rule_set_id=rule_set.pk, revision=revision, content=editor.content(), user=user)
    except ConflictError as error:
        return _conflict(request, rule_set, editor, error)
    except DomainError as error:
        editor.refuse(error.extra.get("problems", [("", error.message)]))
        return _edit(request, editor, status=422)
    if "_preview" in request.POST:
        return redirect("admin:leads_ruleset_preview", rule_set.pk)
    messages.success(request, _("The draft is saved."))
    return redirect(_PAGE, rule_set.pk)


def _conflict(request: HttpRequest, rule_set: RuleSet, editor: Editor, error: ConflictError) -> HttpResponse:
    """What was typed stays; the differences to what is stored now are named; saving again is then meant."""
    rule_set.refresh_from_db()
    typed = RuleSet(version=rule_set.version, **editor.content())
    data = request.POST.copy()
    data["revision"] = str(rule_set.revision)
    again = Editor(rule_set, editor.published, data)
    extra = {"conflict": error.message, "overwrites": rule_changes.changes(rule_set, typed)}
    return _edit(request, again, status=409, **extra)


def _edit(request: HttpRequest, editor: Editor, status: int = 200, **extra: Any) -> HttpResponse:
    return _page(request, "change_form", editor.draft, {"editor": editor, **extra}, status)


def _preview(request: HttpRequest, rule_set: RuleSet, status: int = 200) -> HttpResponse:
    seen, tested = previewing.compare(rule_set)
    page = PreviewPage(rule_set, seen, tested, cast(User, request.user))
    return _page(request, "preview", rule_set, {"preview": page}, status)


def _page(
    request: HttpRequest, name: str, rule_set: RuleSet, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": RuleSet._meta,
        "title": _("Temperature rules v%(n)s") % {"n": rule_set.version},
        "page": VersionPage(rule_set, _published()),
        "may_edit": may_edit(request),
        **extra,
    }
    return render(request, f"{_FOLDER}/{name}.html", context, status=status)


def _known(request: HttpRequest, pk: int) -> RuleSet:
    if not may_read(request):
        raise PermissionDenied
    found = RuleSet.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _editor(request: HttpRequest) -> User:
    if not may_edit(request):
        raise PermissionDenied
    return cast(User, request.user)


def _published() -> RuleSet:
    return RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
