"""Rejecting many drafts at once. There is no approving of many."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from drafts import review
from drafts.models import ReviewItem
from drafts.review import RejectCode
from salesdash.errors import DomainError
from salesdash.models import User

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
    for sentence in left:
        messages.warning(request, sentence)
    return None


def _ask(model_admin: admin.ModelAdmin[Any], request: HttpRequest, items: list[ReviewItem]) -> HttpResponse:
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Reject drafts"),
        "items": [(str(item.pk), str(item.version), item) for item in items],
        "checkbox": ACTION_CHECKBOX_NAME,
        "reject_codes": RejectCode.choices,
        "refused": "confirmed" in request.POST,
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
            version=int(version) if version.isdecimal() else 0,
            code=code,
            note=note,
        )
    except DomainError:
        review.release(draft_id=pk, reviewer=user, token=lease.token)
        raise
