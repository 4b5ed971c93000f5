"""Rejecting many drafts at once, or keeping them for one reviewer. There is no approving of many."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drafts import escalation, review
from drafts.models import ReviewItem
from drafts.review import RejectCode
from salesdash.errors import DomainError
from salesdash.models import User
from salesdash.numbers import whole

MAX_AT_ONCE = 200


@admin.action(permissions=["change"], description=gettext_lazy("Reject…"))
def reject_selected(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[ReviewItem]
) -> HttpResponse | None:
    """First the question for the reason, then each by itself; what others hold or changed stays."""
    items = list(queryset[:MAX_AT_ONCE])
    code = request.POST.get("code", "")
    if "confirmed" not in request.POST or code not in RejectCode.values:
        return _ask(model_admin, request, items)
    user = cast(User, request.user)
    left: list[str] = []
    for item in items:
        try:
            _reject(
                item.pk, user, request.POST.get(f"version_{item.pk}", ""), code, request.POST.get("note", "")
            )
        except DomainError as error:
            left.append(f"#{item.pk}: {error.message}")
    done = len(items) - len(left)
    if done:
        text = ngettext("%(n)d draft was rejected.", "%(n)d drafts were rejected.", done) % {"n": done}
        messages.success(request, text)
    if gone := len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))) - len(items):
        text = ngettext(
            "%(n)d draft is no longer in the review queue.",
            "%(n)d drafts are no longer in the review queue.",
            gone,
        )
        left.append(text % {"n": gone})
    for sentence in left:
        messages.warning(request, sentence)
    note = request.POST.get("note", "").strip()
    if left and note:
        messages.warning(request, _("Your note, for what was left: %(note)s") % {"note": note})
    return None


def _ask(model_admin: admin.ModelAdmin[Any], request: HttpRequest, items: list[ReviewItem]) -> HttpResponse:
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Reject drafts"),
        "items": [(str(item.pk), str(item.version), item) for item in items],
        "checkbox": ACTION_CHECKBOX_NAME,
        "reject_codes": RejectCode.choices,
        "refused": "confirmed" in request.POST,
        "note": request.POST.get("note", ""),
        "opts": model_admin.opts,
    }
    response = render(request, "admin/drafts/reviewitem/bulk_reject.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _reject(pk: int, user: User, version: str, code: str, note: str) -> None:
    """The version is the one that the question was asked about."""
    lease = review.take(draft_id=pk, reviewer=user)
    try:
        review.reject(
            draft_id=pk,
            reviewer=user,
            token=lease.token,
            version=whole(version) or 0,
            code=code,
            note=note,
        )
    except DomainError:
        review.release(draft_id=pk, reviewer=user, token=lease.token)
        raise


@admin.action(permissions=["change"], description=gettext_lazy("Assign…"))
def assign_selected(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[ReviewItem]
) -> HttpResponse | None:
    """First the question for whom; what was escalated or has left the queue stays as it is."""
    user = cast(User, request.user)
    items = list(queryset[:MAX_AT_ONCE])
    if "confirmed" not in request.POST:
        return _ask_whom(model_admin, request, items, user)
    to = request.POST.get("to", "")
    try:
        done = escalation.assign(draft_ids=[item.pk for item in items], reviewer=user, to=whole(to))
    except DomainError as error:
        messages.error(request, error.message)
        return _ask_whom(model_admin, request, items, user)
    text = ngettext("%(n)d draft was assigned.", "%(n)d drafts were assigned.", done) % {"n": done}
    messages.success(request, text)
    if left := len(items) - done:
        kept = ngettext("%(n)d draft stayed as it was.", "%(n)d drafts stayed as they were.", left)
        messages.warning(request, kept % {"n": left})
    return None


def _ask_whom(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, items: list[ReviewItem], user: User
) -> HttpResponse:
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Assign drafts"),
        "items": [(str(item.pk), item) for item in items],
        "checkbox": ACTION_CHECKBOX_NAME,
        "people": [(str(person.pk), person) for person in escalation.reviewers_beside(user)],
        "opts": model_admin.opts,
    }
    response = render(request, "admin/drafts/reviewitem/bulk_assign.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response
