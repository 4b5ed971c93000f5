"""Requests about one version of the safety rules: look, copy, change an entry, put into force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from drafts import rechecks, rule_versions
from drafts.admin.rule_forms import EntryForm, table_of
from drafts.admin.rule_page import RulesPage, change_words
from drafts.models import SafetyRules
from drafts.rule_versions import Refused
from drafts.safety import rule_checks
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User
from salesdash.numbers import whole

View = Callable[..., HttpResponse]
_PAGE: Final = "admin:drafts_safetyrules_change"
_FOLDER: Final = "admin/drafts/safetyrules"
_PROBLEMS_SHOWN: Final = 20


def may_read(request: HttpRequest) -> bool:
    return request.user.has_perm("drafts.view_safetyrules") or may_edit(request)


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm(rule_versions.EDIT)


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm(rule_versions.PUBLISH)


@never_cache
def version(request: HttpRequest, object_id: str) -> HttpResponse:
    rules = known(request, whole(object_id) or 0)
    if request.method != "GET":
        raise PermissionDenied
    return _shown(request, rules, RulesPage(rules, request.GET))


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    source = known(request, pk)
    draft = rule_versions.copy(source_id=source.pk, user=user_of(request))
    told = _("v%(new)s is a copy of v%(old)s. Nothing changes for anybody until it is put into force.")
    messages.success(request, told % {"new": draft.version, "old": source.version})
    return redirect(_PAGE, draft.pk)


@require_POST
@never_cache
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, change or remove one entry: 422 with what is wrong with it, 409 where it is no longer there."""
    rules, sent = known(request, pk), request.POST
    table, key = table_of(sent), sent.get("key", "")
    form = EntryForm(table, sent, prefix="edit" if key else "")
    typed, user = form.entry(), user_of(request)
    back = QueryDict(sent.get("back", "")[:2000])
    try:
        if sent.get("do") == "remove":
            rule_versions.remove(rules_id=pk, table=table, key=key, user=user)
            said = _("Removed.")
        elif key:
            rule_versions.change(rules_id=pk, key=key, entry=typed, user=user)
            said = _("Changed: “%(text)s”.") % {"text": rule_checks.quoted(typed.text)}
        else:
            rule_versions.add(rules_id=pk, entry=typed, user=user)
            said = _("Added: “%(text)s”.") % {"text": rule_checks.quoted(typed.text)}
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else "text", error.message)
        return _shown(request, rules, RulesPage(rules, back, typed=form, key=key), status=422)
    except ConflictError as error:
        return _conflict(request, rules, form, error, removing=sent.get("do") == "remove")
    messages.success(request, said)
    shown = RulesPage(rules, back)
    return redirect(f"{reverse(_PAGE, args=[pk])}?{shown.here}")


def _conflict(
    request: HttpRequest, rules: SafetyRules, form: EntryForm, error: ConflictError, *, removing: bool
) -> HttpResponse:
    """What was typed stays: it can be added as an entry of its own, or to a copy."""
    rules.refresh_from_db()
    context = {"form": form, "table": form.table, "said": error.message, "removing": removing}
    return page(request, "conflict", rules, context, status=409)


@require_POST
@never_cache
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    rules, note = known(request, pk), request.POST.get("note", "")
    try:
        rule_versions.describe(
            rules_id=pk, note=note, revision=_number(request, "revision"), user=user_of(request)
        )
    except ConflictError as error:
        messages.error(request, error.message)
        rules.refresh_from_db()
        return _shown(request, rules, RulesPage(rules, QueryDict()), status=409, note=note)
    messages.success(request, _("Saved."))
    return redirect(_PAGE, pk)


def _shown(
    request: HttpRequest, rules: SafetyRules, shown: RulesPage, status: int = 200, **extra: Any
) -> HttpResponse:
    editable = shown.is_draft and may_edit(request)
    context = {"shown": shown, "editable": editable, "note": rules.note, **extra}
    return page(request, "version", rules, context, status=status)


# --- into force --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What it means, and a box to tick. POST: 409 with fresh figures if anything has changed since."""
    rules = known(request, pk)
    if not may_publish(request):
        raise PermissionDenied
    if rules.status != SafetyRules.Status.DRAFT:
        messages.info(request, _("This version is no draft any more: it stays as it is."))
        return redirect(_PAGE, pk)
    if request.method == "GET":
        return _confirm(request, rules)
    if "confirmed" not in request.POST:
        messages.error(request, _("Please confirm that you know what changes."))
        return _confirm(request, rules, status=400)
    try:
        seen = {"revision": _number(request, "revision"), "in_force": _number(request, "in_force")}
        rule_versions.publish(rules_id=pk, user=user_of(request), **seen)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.error(request, error.message)
        rules.refresh_from_db()
        return _confirm(request, rules, status=error.status)
    return redirect("admin:drafts_safetyrules_recheck", pk)


def _confirm(request: HttpRequest, rules: SafetyRules, status: int = 200) -> HttpResponse:
    active = in_force()
    problems = rule_versions.open_problems(rules, active)
    comparison = rules.comparisons.filter(status="done", revision=rules.revision).first()
    context = {
        "active": active,
        "affected": rechecks.affected(),
        "changes": change_words(rules.changes),
        "problems": problems[:_PROBLEMS_SHOWN],
        "compared": comparison,
    }
    return page(request, "publish", rules, context, status=status)


@require_GET
@never_cache
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the checks by these rules are; asks for itself while something is left."""
    rules = known(request, pk)
    if rules.status != SafetyRules.Status.ACTIVE:
        messages.info(request, _("This version is not in force."))
        return redirect(_PAGE, pk)
    context = {"progress": rechecks.progress(rules)}
    if request.headers.get("HX-Request"):
        return render(request, f"{_FOLDER}/_recheck.html", context | {"rules": rules})
    return page(request, "recheck", rules, context)


VIEWS: Final[dict[str, View]] = {
    "copy": copy,
    "entry": entry,
    "describe": describe,
    "publish": publish,
    "recheck": recheck,
}


# --- what all these pages need -----------------------------------------------------------------------


def page(
    request: HttpRequest, name: str, rules: SafetyRules, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": SafetyRules._meta,
        "title": _("Safety rules v%(n)s") % {"n": rules.version},
        "rules": rules,
        "state": "published" if rules.status == SafetyRules.Status.ACTIVE else rules.status,
        "may_edit": may_edit(request),
        "may_publish": may_publish(request),
        "is_draft": rules.status == SafetyRules.Status.DRAFT,
        **extra,
    }
    return render(request, f"{_FOLDER}/{name}.html", context, status=status)


def known(request: HttpRequest, pk: int) -> SafetyRules:
    if not may_read(request):
        raise PermissionDenied
    found = SafetyRules.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def in_force() -> SafetyRules | None:
    return SafetyRules.objects.filter(status=SafetyRules.Status.ACTIVE).first()


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def _number(request: HttpRequest, name: str) -> int:
    number = whole(request.POST.get(name, ""))
    return -1 if number is None else number
