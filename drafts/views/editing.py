"""A rep's own words: the edit of a ready draft, and mail written by hand from the start."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from drafts import editing, mail_templates, reading
from drafts.models import Draft, MailTemplate, Purpose, State
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS
from drafts.views import answers
from drafts.views.answers import Said
from leads.models import Lead
from salesdash.errors import ConflictError, DomainError
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.models import User
from salesdash.numbers import whole


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
    # of a mail that is written from the start, with the templates that it may be begun with
    purpose: str = ""
    templates: tuple[tuple[str, MailTemplate], ...] = ()
    template: str = ""
    # (placeholder, what it means) that the inserted template could not fill
    unknown: tuple[tuple[str, str], ...] = ()

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
    lead = get_object_or_404(_leads(request.user), pk=lead_id)
    subject, body = request.POST.get("subject", ""), request.POST.get("body", "")
    sent = request.GET if request.method == "GET" else request.POST
    purpose = sent.get("purpose", "") if sent.get("purpose") in Purpose.values else Purpose.ICE_BREAKER.value
    offered = mail_templates.for_lead(lead, request.user, purpose)
    sheet = Sheet(
        lead_id,
        subject,
        body,
        purpose=purpose,
        templates=tuple((str(one.pk), one) for one in offered),
        template=request.POST.get("template", ""),
    )
    if request.method == "GET":
        return _form(request, sheet)
    if "insert" in request.POST:
        return _form(request, _inserted(sheet, lead, request.user, request.POST.get("choice", "")))
    begun = whole(sheet.template)
    try:
        editing.write(
            lead_id=lead_id,
            user=request.user,
            subject=subject,
            body=body,
            purpose=purpose,
            template_id=begun,
        )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        status = 409 if isinstance(error, ConflictError) else 422
        return _form(request, replace(sheet, error=error.message), status=status)
    said = Said(_("Saved. Your text is being checked."))
    return answers.after(request, lead_id, said, purpose=purpose)


def _leads(user: User) -> QuerySet[Lead]:
    unused = ("search_grams", "search_text", "attributes", "company__attributes")
    return Lead.objects.visible_to(user).select_related("company", "team").defer(*unused)


def _inserted(sheet: Sheet, lead: Lead, user: User, choice: str) -> Sheet:
    """The template's words, filled for this lead. What was typed stays: the template follows below it."""
    template = next((one for value, one in sheet.templates if value == choice), None)
    if template is None:
        return replace(sheet, error=_("There is no such template."))
    filled = mail_templates.fill(template, lead=lead, user=user)
    typed = sheet.body.rstrip()
    return replace(
        sheet,
        subject=sheet.subject.strip() or filled.text.subject,
        body=f"{typed}\n\n{filled.text.body}" if typed else filled.text.body,
        template=choice,
        unknown=tuple(filled.labels),
    )


def _form(request: HtmxRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    template = "drafts/_edit.html" if wants_partial(request) else "drafts/edit.html"
    return render(request, template, {"nav": "leads", "sheet": sheet}, status=status)


def _number(text: str) -> int:
    number = whole(text)
    if number is None:
        raise Http404
    return number
