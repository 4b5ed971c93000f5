"""The draft panel of a lead, and the wish for a draft."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from drafts import requests
from drafts.views import answers
from salesdash.errors import ConflictError
from salesdash.htmx import HtmxRequest
from salesdash.models import User


@require_GET
@login_required
@permission_required("drafts.view_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def show(request: HtmxRequest, lead_id: int) -> HttpResponse:
    return answers.show(request, lead_id)


@require_POST
@login_required
@never_cache
def request_draft(request: HtmxRequest, lead_id: int) -> HttpResponse:
    def work() -> None:
        _request_once(lead_id, request.user, request.POST.get("instruction", ""))

    return answers.act(request, lead_id, work)


@require_POST
@login_required
@never_cache
def rewrite(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    instruction = request.POST.get("instruction", "")

    def work() -> None:
        requests.rewrite(draft_id=pk, user=request.user, instruction=instruction)

    return answers.act(request, draft.lead_id, work)


def _request_once(lead_id: int, user: User, instruction: str) -> None:
    """A second click finds the draft that the first one asked for, and that is no mistake."""
    try:
        requests.request_draft(lead_id=lead_id, user=user, instruction=instruction)
    except ConflictError as error:
        if error.code != "draft_open" or error.extra.get("by") != str(user):
            raise
