"""How pages about one lead's draft answer: the panel for htmx, a redirect to its page without scripts."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from drafts import panel, product_events
from drafts.models import Draft
from drafts.panel import Kind, Panel
from leads.live_texts import live_texts
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.models import User

_DAY_SECONDS = 86_400


def visible_draft(user: User, pk: int) -> Draft:
    """Which draft, of which lead; 404 where this person may not know of it. Its text is not loaded."""
    return get_object_or_404(Draft.objects.visible_to(user).only("pk", "lead_id", "state"), pk=pk)


def show(request: HtmxRequest, lead_id: int) -> HttpResponse:
    found = panel.read(lead_id=lead_id, user=request.user)
    if found is None:
        raise Http404
    _note_shown(found)
    context = {"panel": found, "lead": found.lead, "draft": found.draft}
    if wants_partial(request):
        return render(request, "drafts/_panel.html", context)
    return render(request, "drafts/panel.html", context | {"nav": "leads", "live_texts": live_texts()})


def act(
    request: HtmxRequest, lead_id: int, work: Callable[[], object], *, done: str = "", undo: str = ""
) -> HttpResponse:
    """Do it, then show the panel as it is now; what was refused is said beside it."""
    try:
        work()
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return after(request, lead_id, text=error.message, tone="danger")
    return after(request, lead_id, text=done, undo=undo)


def after(request: HtmxRequest, lead_id: int, *, text: str, tone: str = "", undo: str = "") -> HttpResponse:
    """`tone` "danger" says that it was refused; `undo` is an address to POST to."""
    if not wants_partial(request):
        if text:
            (messages.error if tone else messages.success)(request, text)
        return redirect(reverse("drafts:panel", args=[lead_id]))
    response = show(request, lead_id)
    if text:
        toast = {"text": text, "tone": tone, "undo": undo}
        trigger_client_event(response, "sd:toast", {name: value for name, value in toast.items() if value})
    return response


def _note_shown(found: Panel) -> None:
    """Once a day per person and text: the panel asks again and again while it waits."""
    draft = found.draft
    if draft is None or found.kind != Kind.READY or not found.readable:
        return
    if cache.add(f"shown:{draft.pk}:{draft.version}:{found.user.pk}", 1, _DAY_SECONDS):
        product_events.shown(draft=draft, user=found.user)
