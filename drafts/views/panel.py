"""The draft panel of a lead, and the wish for a draft."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from drafts import requests, wishes
from drafts.models import Purpose, Revision
from drafts.views import answers
from drafts.wishes import Wish
from salesdash.errors import ConflictError
from salesdash.htmx import HtmxRequest


@require_GET
@login_required
@permission_required("drafts.view_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def show(request: HtmxRequest, lead_id: int) -> HttpResponse:
    return answers.show(request, lead_id, request.GET.get("purpose", ""))


@require_POST
@login_required
@never_cache
def request_draft(request: HtmxRequest, lead_id: int) -> HttpResponse:
    purpose = request.POST.get("purpose") or Purpose.ICE_BREAKER.value
    return answers.act(request, lead_id, lambda: _request_once(lead_id, request, purpose), purpose=purpose)


@require_POST
@login_required
@never_cache
def rewrite(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    revision = request.POST.get("revision") or Revision.VARIANT

    def work() -> None:
        requests.rewrite(draft_id=pk, user=request.user, revision=revision, **_wish(request))

    return answers.act(request, draft.lead_id, work, purpose=draft.purpose)


@require_POST
@login_required
@never_cache
def bring_back(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    return answers.act(
        request,
        draft.lead_id,
        lambda: requests.bring_back(draft_id=pk, user=request.user),
        purpose=draft.purpose,
    )


def _wish(request: HtmxRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("tone", "length", "keigo", "instruction")}


def _request_once(lead_id: int, request: HtmxRequest, purpose: str) -> None:
    """A second click finds the draft that the first one asked for, and that is no mistake."""
    user = request.user
    try:
        draft = requests.request_draft(lead_id=lead_id, user=user, purpose=purpose, **_wish(request))
    except ConflictError as error:
        if error.code != "draft_open" or error.extra.get("by") != str(user):
            raise
    else:
        wishes.remember(user=user, purpose=draft.purpose, wish=Wish.of(draft))
