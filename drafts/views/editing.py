"""A rep's own words: the edit of a ready draft, and mail written by hand from the start."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from drafts import editing, reading
from drafts.models import Draft, Purpose, State
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS
from drafts.views import answers
from drafts.views.answers import Said
from leads.models import Lead
from salesdash.errors import ConflictError, DomainError
from salesdash.htmx import HtmxRequest, wants_partial


@dataclass(frozen=True)
class Sheet:
    """What stands in the form. `other` is the text as it is now, where somebody else changed it."""

    lead_id: int
    subject: str = ""
    body: str = ""
    version: str = ""
    draft_id: int | None = None
    error: str = ""
    other: tuple[str, str] | None = None
    subject_max: int = SUBJECT_MAX_CHARS
    body_max: int = BODY_MAX_CHARS
    # of a mail that is written from the start
    purpose: str = ""

    @property
    def lead_key(self) -> str:
        return str(self.lead_id)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(reading.shown_to(request.user), pk=pk)
    if request.method == "GET":
        if draft.state not in (State.READY, State.APPROVED):
            text = _("This draft cannot be edited any more.")
            said = Said(text, tone="danger")
            return answers.after(request, draft.lead_id, said, purpose=draft.purpose)
        if not draft.readable:
            said = Said(_("This text is being checked again: it can be edited when it is back."))
            return answers.after(request, draft.lead_id, said, purpose=draft.purpose)
        sheet = Sheet(draft.lead_id, draft.shown_subject, draft.shown_body, str(draft.version), draft.pk)
        return _form(request, sheet)
    return _save_edit(request, draft, pk)


def _save_edit(request: HtmxRequest, draft: Draft, pk: int) -> HttpResponse:
    lead_id = draft.lead_id
    subject, body = request.POST.get("subject", ""), request.POST.get("body", "")
    version = request.POST.get("version", "")
    try:
        editing.edit(draft_id=pk, user=request.user, subject=subject, body=body, version=_number(version))
    except ConflictError as error:
        now = reading.shown_to(request.user).get(pk=pk)
        other = (now.shown_subject, now.shown_body) if now.readable else None
        fresh = str(now.version)
        return _form(request, Sheet(lead_id, subject, body, fresh, pk, error.message, other), status=409)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _form(request, Sheet(lead_id, subject, body, version, pk, error.message), status=422)
    said = Said(_("Saved. Your text is being checked."))
    return answers.after(request, lead_id, said, purpose=draft.purpose)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("drafts.request_draft", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def write(request: HtmxRequest, lead_id: int) -> HttpResponse:
    get_object_or_404(Lead.objects.visible_to(request.user).only("pk"), pk=lead_id)
    subject, body = request.POST.get("subject", ""), request.POST.get("body", "")
    sent = request.GET if request.method == "GET" else request.POST
    purpose = sent.get("purpose", "") if sent.get("purpose") in Purpose.values else Purpose.ICE_BREAKER.value
    if request.method == "GET":
        return _form(request, Sheet(lead_id, purpose=purpose))
    try:
        editing.write(lead_id=lead_id, user=request.user, subject=subject, body=body, purpose=purpose)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        status = 409 if isinstance(error, ConflictError) else 422
        sheet = Sheet(lead_id, subject, body, error=error.message, purpose=purpose)
        return _form(request, sheet, status=status)
    said = Said(_("Saved. Your text is being checked."))
    return answers.after(request, lead_id, said, purpose=purpose)


def _form(request: HtmxRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    template = "drafts/_edit.html" if wants_partial(request) else "drafts/edit.html"
    return render(request, template, {"nav": "leads", "sheet": sheet}, status=status)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)
