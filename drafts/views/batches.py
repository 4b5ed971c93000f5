"""Drafts for many leads: the wish for them, how far they are, which were skipped and why."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from drafts import batch_estimate, batches, failures, requests, wishes
from drafts.models import BatchItem, DraftBatch, Keigo, Length, Purpose, Tone
from drafts.tasks import run_batch
from leads.editing.selecting import Selection
from leads.table import LeadTable
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.models import User

_PER_PAGE: Final = 50
_SHOWN: Final = 30
_CHOICES: Final = ("tone", "length", "keigo", "instruction")
# what the form hands on about the leads
_ABOUT: Final = ("ids", "all", "query", "table", "request_id")
_STEPS: Final[dict[str, Callable[..., DraftBatch]]] = {
    "pause": batches.pause,
    "resume": batches.resume,
    "cancel": batches.cancel,
}


@require_GET
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    """One's own, and for a manager those of the team."""
    found = DraftBatch.objects.visible_to(request.user).select_related("author")[:_SHOWN]
    return render(request, "drafts/batches/index.html", {"nav": "drafts", "batches": found})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def new(request: HtmxRequest) -> HttpResponse:
    """GET: the wish, in the editor of the table or on a page. POST: begin, or the form with what is wrong."""
    if request.method == "GET":
        return _form(request)
    sent = request.POST
    try:
        batch = batches.start(
            user=request.user,
            selection=Selection.read(sent),
            query=sent.get("table", ""),
            purpose=sent.get("purpose", ""),
            request_id=_request_id(sent.get("request_id", "")),
            **{name: sent.get(name, "") for name in _CHOICES},
        )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _form(request, error)
    wish = wishes.Wish(batch.tone, batch.length, batch.keigo)
    wishes.remember(user=request.user, purpose=batch.purpose, wish=wish)
    transaction.on_commit(partial(run_batch.delay, batch.pk))
    return redirect("drafts:batch", batch.pk)


@require_POST
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@never_cache
def estimate(request: HtmxRequest) -> HttpResponse:
    """What the choice in the form would take; nothing while no lead is chosen."""
    sent = request.POST
    try:
        selection, purpose = Selection.read(sent), requests.checked_purpose(sent.get("purpose", ""))
    except DomainError:
        return HttpResponse(status=204)
    found = batch_estimate.of(user=request.user, selection=selection, purpose=purpose)
    return render(request, "drafts/batches/_estimate.html", {"estimate": found, "most": batches.MOST_LEADS})


def _request_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise DomainError("invalid", _("Please reload the page and try again.")) from None


def _form(request: HtmxRequest, error: DomainError | None = None) -> HttpResponse:
    purpose, usual = wishes.usual(request.user)
    sent = request.POST
    if error is not None:
        usual = wishes.as_typed(sent.dict(), usual)
        purpose = Purpose(sent["purpose"]) if sent.get("purpose") in Purpose.values else purpose
        about = {name: sent[name] for name in _ABOUT if name in sent}
    else:
        about = _about(request)
    context = {
        "nav": "leads",
        "about": about,
        "purposes": [(value, label, value == purpose) for value, label in Purpose.choices],
        "choices": [
            (name, label, [(value, text, value == getattr(usual, name)) for value, text in kinds.choices])
            for name, label, kinds in (
                ("tone", _("Tone"), Tone),
                ("length", _("Length"), Length),
                ("keigo", _("Keigo"), Keigo),
            )
        ],
        "wish": usual,
        "most": batches.MOST_LEADS,
        "error": error.message if error else "",
    }
    partial_wanted = error is None and wants_partial(request)
    template = "drafts/batches/_form.html" if partial_wanted else "drafts/batches/new.html"
    return render(request, template, context, status=422 if error else 200)


def _about(request: HtmxRequest) -> dict[str, str]:
    """From the bar, the screen adds which leads these are; from a link, all of the filter."""
    asked = QueryDict(request.GET.urlencode(), mutable=True)
    selected = asked.pop("selected", [])
    query = LeadTable(request.user, asked).query()
    about = {"request_id": str(uuid.uuid4()), "table": query}
    return about if selected else about | {"all": "1", "query": query}


@require_GET
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def show(request: HtmxRequest, pk: int) -> HttpResponse:
    return _shown(request, batches.find(pk, request.user))


@require_POST
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@never_cache
def step(request: HtmxRequest, pk: int, step: str) -> HttpResponse:
    """Pause, resume, cancel."""
    if step not in _STEPS:
        raise Http404
    try:
        batch = _STEPS[step](batch_id=pk, user=request.user)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, error.message)
    else:
        if batch.status == DraftBatch.Status.QUEUED:
            transaction.on_commit(partial(run_batch.delay, batch.pk))
    return redirect("drafts:batch", pk)


def _shown(request: HtmxRequest, batch: DraftBatch) -> HttpResponse:
    only = request.GET.get("only", "")
    page = Paginator(_items(batch, request.user, only), _PER_PAGE).get_page(request.GET.get("page"))
    counts = batches.counts(batch)
    context: dict[str, Any] = {
        "nav": "drafts",
        "batch": batch,
        "counts": counts,
        "done": batch.total - counts["waiting"],
        "left_to_write": counts["working"],
        "stopped": failures.message(batch.stopped_by) if batch.stopped_by else "",
        "rows": [_Row(item) for item in page],
        "page": page,
        "only": only if only == "skipped" else "",
        "moving": batch.status in ("queued", "running") or counts["working"],
    }
    template = "drafts/batches/_batch.html" if wants_partial(request) else "drafts/batches/show.html"
    return render(request, template, context)


def _items(batch: DraftBatch, user: User, only: str) -> Any:
    """Leads that left this person's sight since are not named."""
    from leads.models import Lead

    items = batch.items.filter(lead__in=Lead.objects.visible_to(user))
    if only == "skipped":
        items = items.filter(state=BatchItem.State.SKIPPED)
    return items.select_related("lead__company", "draft").only(
        "state", "reason", "batch", "lead__family_name", "lead__given_name", "lead__company__name",
        "draft__state", "draft__error_code", "draft__purpose",
    )  # fmt: skip


class _Row:
    """One lead of the list: what became of it, in words."""

    def __init__(self, item: BatchItem) -> None:
        self.lead = item.lead
        draft = item.draft
        self.skipped = item.state == BatchItem.State.SKIPPED
        self.state = str(draft.get_state_display() if draft else item.get_state_display())
        self.why = _why(item.reason) if self.skipped else draft.error_message if draft else ""
        self.tone = "muted" if draft is None else _TONES.get(draft.state, "muted")


_TONES: Final = {"ready": "ok", "approved": "ok", "sent": "ok", "in_review": "warn", "failed": "danger"}


def _why(code: str) -> str:
    if code == "draft_open":
        return _("There is already an open draft for this lead.")
    if code == "forbidden":
        return _("You may not request drafts.")
    return failures.message(code)
