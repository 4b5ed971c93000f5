"""Pages about one prompt version: preview on a lead, difference to another, trial on a sample, activation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from drafts import diff as differ
from drafts import previews, prompt_versions, trials
from drafts.models import PromptTrial, PromptVersion
from drafts.prompts import PromptBroken
from drafts.tasks import run_trial
from leads.models import Lead
from salesdash.errors import DomainError
from salesdash.models import User
from salesdash.numbers import whole

View = Callable[..., HttpResponse]
_FOLDER: Final = "admin/drafts/promptversion"


def with_site(site: AdminSite, view: View) -> View:
    """Only for whoever may change prompts; what is shown is not kept by anybody."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("drafts.change_promptversion"):
            raise PermissionDenied
        version = get_object_or_404(PromptVersion.objects.select_related("template"), pk=pk)
        context = site.each_context(request) | {
            "version": version,
            "opts": PromptVersion._meta,
            "title": str(version),
        }
        return view(request, version, context)

    return cast(View, never_cache(guarded))


def links(version: PromptVersion) -> dict[str, Any]:
    """For the page of the version."""
    trial = prompt_versions.last_trial(version)
    return {
        "tried": trial,
        "editable": prompt_versions.is_editable(version),
        "is_draft": version.status == PromptVersion.Status.DRAFT,
        "former": version.template.versions.filter(number__lt=version.number).first(),
    }


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, version: PromptVersion, context: dict[str, Any]) -> HttpResponse:
    """GET: the version as stored. POST: with the sources as they stand in the form, which stores nothing."""
    user, sent = cast(User, request.user), request.POST if request.method == "POST" else request.GET
    query, chosen = sent.get("q", ""), sent.get("lead", "")
    choices = previews.leads(user, version.template.language, query)
    lead = _lead(user, chosen) or (choices[0] if choices else None)
    for name in ("system_source", "user_source"):
        if request.method == "POST" and name in request.POST:
            setattr(version, name, request.POST[name])
    found, problem = None, ""
    if lead is not None:
        try:
            found = previews.of(version, lead=lead, user=user)
        except PromptBroken as error:
            problem = str(error)
    said = {"preview": found, "problem": problem, "lead": lead, "choices": choices, "q": query}
    return render(request, f"{_FOLDER}/preview.html", context | said, status=200 if not problem else 422)


def _lead(user: User, chosen: str) -> Lead | None:
    leads = Lead.objects.visible_to(user).select_related("company", "team")
    return leads.filter(pk=whole(chosen) or 0).first()


@require_GET
def diff(request: HttpRequest, version: PromptVersion, context: dict[str, Any]) -> HttpResponse:
    others = version.template.versions.exclude(pk=version.pk)
    chosen = request.GET.get("with", "")
    other = others.filter(number=whole(chosen) or 0).first()
    other = other or others.filter(number__lt=version.number).first() or others.first()
    parts = []
    if other is not None:
        for label, name in ((_("System prompt"), "system_source"), (_("User prompt"), "user_source")):
            parts.append((label, differ.sides(getattr(other, name), getattr(version, name))))
    settings = [
        (name, getattr(other, name, ""), getattr(version, name))
        for name in ("model", "sampling")
        if other is not None and getattr(other, name) != getattr(version, name)
    ]
    said = {"other": other, "others": others, "parts": parts, "settings": settings}
    return render(request, f"{_FOLDER}/diff.html", context | said)


@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, version: PromptVersion, context: dict[str, Any]) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST":
        return _start(request, version, user)
    found = version.trials.select_related("author").order_by("-pk").first()
    results = []
    if found is not None:
        visible = Lead.objects.visible_to(user)
        results = list(found.results.filter(lead__in=visible).select_related("lead__company"))
    said = {
        "trial": found,
        "results": results,
        "running": found is not None and found.status in ("queued", "running"),
        "same": found is not None and found.sources_hash == version.sources_hash,
        "cost": sum(result.cost_jpy for result in results),
        "most": trials.MOST_LEADS,
        "usual": trials.USUAL_LEADS,
    }
    return render(request, f"{_FOLDER}/trial.html", context | said)


def _start(request: HttpRequest, version: PromptVersion, user: User) -> HttpResponse:
    number = request.POST.get("leads", "")
    wanted = int(number) if number.isdecimal() and len(number) < 4 else trials.USUAL_LEADS
    try:
        started: PromptTrial = trials.start(version=version, user=user, leads=wanted)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        transaction.on_commit(partial(run_trial.delay, started.pk))
    return redirect(reverse("admin:drafts_promptversion_trial", args=[version.pk]))


@require_POST
def copy(request: HttpRequest, version: PromptVersion, _context: dict[str, Any]) -> HttpResponse:
    made = prompt_versions.copy(version=version, user=cast(User, request.user))
    messages.success(request, _("A draft with the same sources. Change it, try it, then activate it."))
    return redirect(reverse("admin:drafts_promptversion_change", args=[made.pk]))


@require_POST
def activate(request: HttpRequest, version: PromptVersion, _context: dict[str, Any]) -> HttpResponse:
    try:
        prompt_versions.activate(version_id=version.pk, user=cast(User, request.user))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("This version writes from now on."))
    return redirect(reverse("admin:drafts_promptversion_change", args=[version.pk]))


VIEWS: Final[dict[str, View]] = {
    "preview": preview,
    "diff": diff,
    "trial": trial,
    "copy": copy,
    "activate": activate,
}
