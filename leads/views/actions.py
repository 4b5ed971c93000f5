"""What a person does on the lead page: each a POST, answered by the lead page (or its inside, for htmx)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from leads import adjusting, calls, notes, saving
from leads.forms import AdjustForm, CallForm, ConsentForm, NextActionForm, NoteForm, StageForm
from leads.models import Lead
from leads.views.lead import render_lead, visible_lead
from salesdash.errors import DomainError
from salesdash.formatting import numbers
from salesdash.htmx import HtmxRequest, wants_partial

# does the thing and says so in the person's language, if need be with an address that takes it back
Action = Callable[..., str | tuple[str, str]]


def action(act: Action) -> Callable[..., HttpResponse]:
    """The lead is fetched through `visible_to`; a DomainError becomes a message and loses nothing typed."""

    @require_POST
    @login_required
    @permission_required("leads.change_lead", raise_exception=True)
    @wraps(act)
    def view(request: HtmxRequest, pk: int, **which: int) -> HttpResponse:
        done = act(request, visible_lead(request.user, pk), **which)
        said, undo = done if isinstance(done, tuple) else (done, "")
        if not wants_partial(request):
            messages.success(request, said)
            return redirect("leads:detail", pk=pk)
        response = render_lead(request, visible_lead(request.user, pk))
        # what else is on the page about this lead (its draft) may depend on what has changed
        trigger_client_event(response, "sd:lead", {"id": pk})
        toast = {"text": said, "undo": undo} if undo else {"text": said}
        return trigger_client_event(response, "sd:toast", toast)

    return view


def _valid(form: Form) -> Form:
    if form.is_valid():
        return form
    first = next(iter(form.errors.values()))[0]
    raise DomainError("invalid", str(first), {"fields": sorted(form.errors)})


@action
def add_note(request: HtmxRequest, lead: Lead) -> str:
    form = _valid(NoteForm(request.POST))
    notes.add_note(lead=lead, user=request.user, body=form.cleaned_data["body"])
    return _("The note is saved.")


@action
def change_stage(request: HtmxRequest, lead: Lead) -> str:
    data = _valid(StageForm(request.POST)).cleaned_data
    saving.change_stage(lead_id=lead.pk, user=request.user, stage=data["stage"], version=data["version"])
    return _("The stage is changed.")


@action
def record_consent(request: HtmxRequest, lead: Lead) -> str:
    data = _valid(ConsentForm(request.POST)).cleaned_data
    saving.record_consent(
        lead_id=lead.pk,
        user=request.user,
        basis=data["consent_basis"],
        note=data["consent_note"],
        version=data["version"],
    )
    return _("The basis for mail is recorded.")


@action
def set_next_action(request: HtmxRequest, lead: Lead) -> str:
    data = _valid(NextActionForm(request.POST)).cleaned_data
    saving.set_next_action(
        lead_id=lead.pk,
        user=request.user,
        text=data["next_action"],
        due_at=data["due_at"],
        version=data["version"],
    )
    return _("The next action is saved.") if data["next_action"] else _("The next action is cleared.")


@action
def log_call(request: HtmxRequest, lead: Lead) -> str:
    data = _valid(CallForm(request.POST)).cleaned_data
    calls.log_call(
        lead=lead,
        user=request.user,
        outcome=data["outcome"],
        note=data["note"],
        recall_at=data["recall_at"],
        request_id=str(data["request_id"]) if data["request_id"] else None,
    )
    return _("The call is logged.")


@action
def adjust(request: HtmxRequest, lead: Lead) -> tuple[str, str]:
    form = AdjustForm(request.POST)
    _valid(form)
    made = adjusting.adjust(lead_id=lead.pk, user=request.user, **form.values())
    said = _("Adjusted by %(points)s points.") % {"points": numbers.signed(made.points)}
    return said, reverse("leads:adjust_undo", args=[lead.pk, made.pk])


@action
def undo_adjustment(request: HtmxRequest, lead: Lead, adjustment: int) -> str:
    adjusting.undo(adjustment_id=adjustment, lead_id=lead.pk, user=request.user)
    return _("The adjustment is taken back.")
