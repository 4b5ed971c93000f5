"""Templates for hand-written mail: the list, one of them with its preview, copies, deletion, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from drafts import mail_templates, placeholders
from drafts.mail_template_figures import DAYS, Figures, Use
from drafts.mail_templates import Preview, Wording
from drafts.models import MailTemplate, Purpose
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS
from leads.models import Lead
from salesdash.errors import ConflictError, DomainError
from salesdash.htmx import HtmxRequest
from salesdash.models import Team, User
from salesdash.numbers import whole

_LEADS_OFFERED: Final = 30
_may_write = permission_required("drafts.request_draft", raise_exception=True)


@dataclass(frozen=True)
class Row:
    template: MailTemplate
    use: Use


@dataclass(frozen=True)
class Sheet:
    """What stands in the form; `other` is the template as somebody else saved it meanwhile."""

    wording: Wording
    template: MailTemplate | None = None
    version: str = ""
    team_id: int = 0
    error: str = ""
    other: MailTemplate | None = None
    preview: Preview | None = None
    lead: Lead | None = None


@require_GET
@login_required
@_may_write
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    templates = MailTemplate.objects.visible_to(request.user).kept().select_related("team", "owner")
    found = Figures.read(_teams(request.user), since=timezone.now() - timedelta(days=DAYS))
    deleted = request.GET.get("deleted", "")
    context = {
        "nav": "drafts",
        "rows": [Row(one, found.by_template.get(one.pk, Use())) for one in templates],
        "figures": found,
        "days": DAYS,
        # straight after a deletion: its way back
        "deleted": deleted if deleted.isdecimal() and len(deleted) < 19 else "",
    }
    return render(request, "drafts/templates/index.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@_may_write
@never_cache
def new(request: HtmxRequest) -> HttpResponse:
    if request.method == "GET":
        begun = Wording("", request.user.language or "ja", Purpose.ICE_BREAKER.value, "", "")
        return _form(request, Sheet(begun))
    sent = request.POST
    sheet = Sheet(_wording(sent), team_id=_number(sent.get("team", "")))
    if "preview" in sent:
        return _previewed(request, sheet)
    return _stored(
        request,
        sheet,
        lambda: mail_templates.create(user=request.user, team_id=sheet.team_id, wording=sheet.wording),
    )


@require_http_methods(["GET", "POST"])
@login_required
@_may_write
@never_cache
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    sent = request.POST
    try:
        template = mail_templates.find(template_id=pk, user=request.user)
    except DomainError:
        if request.method == "GET" or not mail_templates.was_there(template_id=pk, user=request.user):
            raise
        gone = _("The template is no longer there. What you wrote can be saved as a new one.")
        return _form(request, Sheet(_wording(sent), error=gone), status=409)
    if request.method == "GET":
        return _form(request, Sheet(_as_wording(template), template, str(template.version)))
    sheet = Sheet(_wording(sent), template, sent.get("version", ""))
    if "preview" in sent:
        return _previewed(request, sheet)
    return _stored(
        request,
        sheet,
        lambda: mail_templates.save(
            template_id=pk, user=request.user, version=_number(sheet.version), wording=sheet.wording
        ),
    )


@require_POST
@login_required
@_may_write
def duplicate(request: HtmxRequest, pk: int) -> HttpResponse:
    copy = mail_templates.duplicate(template_id=pk, user=request.user)
    messages.success(request, _("Copied. The copy is yours alone until you share it."))
    return redirect("drafts:mail_template", copy.pk)


@require_POST
@login_required
@_may_write
def delete(request: HtmxRequest, pk: int) -> HttpResponse:
    mail_templates.delete(template_id=pk, user=request.user)
    response = redirect("drafts:mail_templates")
    response["Location"] += f"?deleted={pk}"
    return response


@require_POST
@login_required
@_may_write
def restore(request: HtmxRequest, pk: int) -> HttpResponse:
    template = mail_templates.restore(template_id=pk, user=request.user)
    messages.success(request, _("“%(name)s” is back.") % {"name": template.name})
    return redirect("drafts:mail_templates")


# --- the form ------------------------------------------------------------------------------------


def _stored(request: HtmxRequest, sheet: Sheet, store: Callable[[], MailTemplate]) -> HttpResponse:
    """The form again with what is wrong, and everything that was typed; or the list."""
    try:
        template = store()
    except ConflictError as error:
        other = (
            mail_templates.find(template_id=sheet.template.pk, user=request.user) if sheet.template else None
        )
        fresh = str(other.version) if other else ""
        kept = Sheet(sheet.wording, sheet.template, fresh, error=error.message, other=other)
        return _form(request, kept, status=409)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _form(request, _with(sheet, error=error.message), status=422)
    messages.success(request, _("“%(name)s” is saved.") % {"name": template.name})
    return redirect("drafts:mail_templates")


def _previewed(request: HtmxRequest, sheet: Sheet) -> HttpResponse:
    lead = _leads(request.user, sheet.wording.language, request.POST.get("lead", "")).first()
    if lead is None:
        return _form(
            request, _with(sheet, error=_("There is no lead of this language to show it on.")), status=422
        )
    try:
        shown = mail_templates.preview(sheet.wording, lead=lead, user=request.user)
    except DomainError as error:
        return _form(request, _with(sheet, error=error.message, lead=lead), status=422)
    return _form(request, _with(sheet, preview=shown, lead=lead))


def _form(request: HtmxRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    offered = list(_leads(request.user, sheet.wording.language)[:_LEADS_OFFERED])
    if sheet.lead and sheet.lead not in offered:
        offered.insert(0, sheet.lead)
    context = {
        "nav": "drafts",
        "sheet": sheet,
        "purposes": Purpose.choices,
        "languages": MailTemplate._meta.get_field("language").choices,
        "teams": [(str(team.pk), team) for team in Team.objects.filter(pk__in=request.user.team_ids)],
        "team_id": str(sheet.team_id),
        "leads": [(str(lead.pk), lead) for lead in offered],
        "lead_id": str(sheet.lead.pk) if sheet.lead else "",
        "placeholders": [(f"{{{{{name}}}}}", one.label) for name, one in placeholders.KNOWN.items()],
        "subject_max": str(SUBJECT_MAX_CHARS),
        "body_max": str(BODY_MAX_CHARS),
    }
    return render(request, "drafts/templates/form.html", context, status=status)


def _leads(user: User, language: str, wanted: str = "") -> Any:
    """Whom a template is shown on: one's own leads first, the hottest first."""
    rows = Lead.objects.visible_to(user).filter(language=language).select_related("company", "team")
    if (pk := whole(wanted)) is not None:
        return rows.filter(pk=pk)
    slim = rows.defer("search_grams", "search_text", "attributes", "company__attributes")
    return slim.filter(owner=user).order_by("-score__rank", "pk")


def _wording(sent: QueryDict) -> Wording:
    return Wording(
        name=sent.get("name", ""),
        language=sent.get("language", ""),
        purpose=sent.get("purpose", ""),
        subject=sent.get("subject", ""),
        body=sent.get("body", ""),
        personal=sent.get("personal") == "1",
    )


def _as_wording(template: MailTemplate) -> Wording:
    return Wording(
        template.name, template.language, template.purpose, template.subject, template.body,
        personal=template.is_personal,
    )  # fmt: skip


def _with(sheet: Sheet, **changes: Any) -> Sheet:
    return replace(sheet, **changes)


def _teams(user: User) -> list[int]:
    if user.has_perm("leads.view_all"):
        return list(Team.objects.values_list("pk", flat=True))
    return user.team_ids


def _number(text: str) -> int:
    if (number := whole(text)) is None:
        raise Http404
    return number
