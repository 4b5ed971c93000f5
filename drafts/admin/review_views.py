"""Requests about one item of the review queue."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from drafts import diff as differ
from drafts import review
from drafts.admin import review_decisions, review_page
from drafts.admin.review_decisions import Sheet
from drafts.admin.review_page import Page
from drafts.models import Draft, DraftEvent, ReviewItem, State
from drafts.review import Lease, RejectCode
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS, Text
from salesdash.errors import ConflictError, DomainError
from salesdash.formatting import times
from salesdash.models import User
from salesdash.numbers import whole
from salesdash.problems import problem_response

_LIST = "admin:drafts_reviewitem_changelist"
# items that this person passed over in this session; the oldest are forgotten first
_SKIPPED = "review_skipped"
_SKIPPED_MAX = 200


def item(request: HttpRequest, object_id: str, *, site_context: dict[str, Any]) -> HttpResponse:
    """GET claims and shows; POST decides. 404 for what this person may not know of."""
    user = _reviewer(request)
    pk = whole(object_id) or 0
    if request.method == "POST":
        return _decide(request, Sheet(_once_known(user, pk), user, request.POST), site_context)
    draft = _known(user, pk)
    if draft.state != State.IN_REVIEW:
        messages.info(request, _("This draft is no longer in the review queue."))
        return redirect(_LIST)
    return _page(request, draft, site_context)


def _page(
    request: HttpRequest,
    draft: Draft,
    site_context: dict[str, Any],
    *,
    refused: Sheet | None = None,
    status: int = 200,
) -> HttpResponse:
    user = _reviewer(request)
    lease = _lease(draft, user)
    found = review_page.find(user, draft.pk)
    if found is None and refused:
        return _conflict(request, refused, review.gone(), site_context)
    if found is None:
        return redirect(_LIST)
    context = site_context | {
        "page": Page(found, user, lease, refused.typed, refused.kept)
        if refused
        else Page(found, user, lease),
        "item": found,
        "opts": ReviewItem._meta,
        "title": _("Review"),
        "change": True,
        "has_view_permission": True,
        "reject_codes": RejectCode.choices,
        "keys_off": not user.keyboard_shortcuts,
    }
    response = render(request, "admin/drafts/reviewitem/change_form.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _lease(draft: Draft, user: User) -> Lease | None:
    try:
        return review.take(draft_id=draft.pk, reviewer=user)
    except ConflictError:
        return None


def _decide(request: HttpRequest, sheet: Sheet, site_context: dict[str, Any]) -> HttpResponse:
    if "_skip" in request.POST:
        return _skip(request, sheet)
    try:
        _insist_on_known(sheet)
        decision = review_decisions.chosen(request.POST)(sheet)
    except ConflictError as error:
        return _conflict(request, sheet, error, site_context)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, error.message)
        return _page(request, sheet.item, site_context, refused=sheet, status=error.status)
    messages.success(request, decision.sentence)
    if decision.leaves:
        return redirect("admin:drafts_reviewitem_next")
    return redirect("admin:drafts_reviewitem_change", sheet.item.pk)


def _conflict(
    request: HttpRequest, sheet: Sheet, error: ConflictError, site_context: dict[str, Any]
) -> HttpResponse:
    """Nothing is overwritten: what was, what it is now, what this person typed, side by side."""
    now = review_page.find(sheet.user, sheet.item.pk)
    base, mine = sheet.base, sheet.typed if sheet.typed and sheet.typed.hash != sheet.base.hash else None
    theirs = Text(now.subject, now.body) if now else None
    last = DraftEvent.objects.filter(draft=sheet.item).order_by("-at", "-id").first()
    context = site_context | {
        "title": _("Somebody was faster"),
        "error": error,
        "item": now,
        "last": last,
        "base": base if base.body else None,
        "mine": mine,
        # beside the text: a note, an instruction, a reason that was chosen
        "remarks": sheet.remarks,
        "kept": sheet.everything if mine or sheet.remarks else "",
        "theirs": theirs,
        "mine_diff": differ.sides(base.body, mine.body).right if mine else [],
        "theirs_diff": differ.sides(base.body, theirs.body).right if theirs and base.body else [],
        "opts": ReviewItem._meta,
    }
    response = render(request, "admin/drafts/reviewitem/conflict.html", context, status=409)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _skip(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    skipped = [pk for pk in request.session.get(_SKIPPED, []) if pk != sheet.item.pk]
    request.session[_SKIPPED] = [*skipped, sheet.item.pk][-_SKIPPED_MAX:]
    with suppress(ConflictError):
        review.release(draft_id=sheet.item.pk, reviewer=sheet.user, token=request.POST.get("token", ""))
    return redirect("admin:drafts_reviewitem_next")


@require_GET
@never_cache
def following(request: HttpRequest) -> HttpResponse:
    """The most urgent free item that was not passed over; then the passed ones; then the list."""
    user = _reviewer(request)
    skipped = request.session.get(_SKIPPED, [])
    found = review.next_for(user, skipped=skipped)
    if found is None and skipped:
        request.session[_SKIPPED] = []
        found = review.next_for(user)
        if found is not None:
            messages.info(request, _("These are the drafts that you passed over."))
    if found is None:
        messages.info(request, _("Nothing is left that waits for you."))
        return redirect(_LIST)
    return redirect("admin:drafts_reviewitem_change", found.pk)


@require_POST
@never_cache
def lease(request: HttpRequest, pk: int) -> HttpResponse:
    """A sign of life. 409 with the holder's name once the lease is lost."""
    user = _reviewer(request)
    _known(user, pk)
    try:
        held = review.heartbeat(draft_id=pk, reviewer=user, token=request.POST.get("token", ""))
    except DomainError as error:
        return problem_response(error)
    text = _("until %(time)s") % {"time": times.clock(held.until)}
    return JsonResponse({"until": held.until.isoformat(), "text": text})


@require_POST
@never_cache
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by the browser when the page is left."""
    user = _reviewer(request)
    _known(user, pk)
    try:
        review.release(draft_id=pk, reviewer=user, token=request.POST.get("token", ""))
    except DomainError as error:
        return problem_response(error)
    return HttpResponse(status=204)


@require_POST
@never_cache
def diff(request: HttpRequest, pk: int) -> HttpResponse:
    """The model's text against what stands in the editor: [[kind, words], …] for each side."""
    found = review_page.find(_reviewer(request), pk)
    if found is None:
        raise Http404
    # forms send CRLF
    body = request.POST.get("body", "").replace("\r\n", "\n")[:BODY_MAX_CHARS]
    sides = review_page.compare(found, request.POST.get("subject", "")[:SUBJECT_MAX_CHARS], body)
    return JsonResponse(
        {
            "left": [[piece.kind, piece.text] for piece in sides.left],
            "right": [[piece.kind, piece.text] for piece in sides.right],
            "share": round(sides.share, 3),
        }
    )


def _reviewer(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not (user.has_perm("drafts.review_draft") or user.has_perm("drafts.decide_escalated")):
        raise PermissionDenied
    return user


def _known(user: User, pk: int) -> Draft:
    """A draft that this person reviews, whatever its state, without its text."""
    return _found(Draft.objects.reviewed_by(user), pk)


def _once_known(user: User, pk: int) -> Draft:
    """For a form that comes in: a manager's draft may have left them since, but not what they typed."""
    return _found(Draft.objects.visible_to(user), pk)


def _insist_on_known(sheet: Sheet) -> None:
    if not Draft.objects.reviewed_by(sheet.user).filter(pk=sheet.item.pk).exists():
        raise review.gone() if sheet.item.state != State.IN_REVIEW else review.not_yours()


def _found(drafts: QuerySet[Draft], pk: int) -> Draft:
    columns = ("pk", "state", "team_id", "version", "text_hash", "escalated_to_id")
    draft = drafts.only(*columns).filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft
