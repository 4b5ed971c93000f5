"""How pages about one lead's draft answer: the panel for htmx, a redirect to its page without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from drafts import panel, product_events
from drafts.llm import budget
from drafts.models import Draft
from drafts.panel import Panel
from drafts.stages import Kind
from leads.live_texts import live_texts
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.models import User

_DAY_SECONDS = 86_400


def visible_draft(user: User, pk: int) -> Draft:
    """Which draft, of which lead; 404 where this person may not know of it. Its text is not loaded."""
    return get_object_or_404(Draft.objects.visible_to(user).only("pk", "lead_id", "state", "purpose"), pk=pk)


def show(
    request: HtmxRequest, lead_id: int, purpose: str = "", *, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    found = panel.read(lead_id=lead_id, user=request.user, purpose=purpose, typed=typed)
    if found is None:
        raise Http404
    _note_shown(found)
    context = {
        "panel": found,
        "lead": found.lead,
        "draft": found.draft,
        # asked for only where a draft can be wished for
        "budget_notice": lambda: budget.notice(found.lead.team),
    }
    if wants_partial(request):
        return render(request, "drafts/_panel.html", context)
    return render(request, "drafts/panel.html", context | {"nav": "leads", "live_texts": live_texts()})


def act(
    request: HtmxRequest,
    lead_id: int,
    work: Callable[[], object],
    *,
    purpose: str,
    done: str = "",
    undo: str = "",
) -> HttpResponse:
    """Do it, then show the panel as it is now; what was refused is said beside it. Nothing typed is lost."""
    try:
        work()
    except DomainError as error:
        if error.status in (403, 404):
            raise
        said = Said(error.message, tone="danger")
        return after(request, lead_id, said, purpose=purpose, typed=request.POST.dict())
    return after(request, lead_id, Said(done, undo=undo), purpose=purpose)


@dataclass(frozen=True)
class Said:
    """`tone` "danger" says that it was refused; `undo` is an address to POST to, for so many seconds."""

    text: str
    tone: str = ""
    undo: str = ""
    seconds: int = 0


def after(
    request: HtmxRequest,
    lead_id: int,
    said: Said,
    *,
    purpose: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    if not wants_partial(request):
        if said.text:
            (messages.error if said.tone else messages.success)(request, said.text)
        if typed:
            return show(request, lead_id, purpose, typed=typed)
        address = reverse("drafts:panel", args=[lead_id])
        return redirect(f"{address}?{urlencode({'purpose': purpose})}" if purpose else address)
    response = show(request, lead_id, purpose, typed=typed)
    if said.text:
        toast = {name: value for name, value in asdict(said).items() if value}
        trigger_client_event(response, "sd:toast", toast)
    return response


def _note_shown(found: Panel) -> None:
    """Once a day per person and text: the panel asks again and again while it waits."""
    draft = found.draft
    if draft is None or found.kind != Kind.READY or not found.readable:
        return
    if cache.add(f"shown:{draft.pk}:{draft.version}:{found.user.pk}", 1, _DAY_SECONDS):
        product_events.shown(draft=draft, user=found.user)
