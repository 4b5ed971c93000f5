"""What a person does on the lead page: each a POST, answered by the lead page (or its inside, for htmx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from leads import adjusting, calls, finishing, notes, saving
from leads.editing import editor, single, values, words
from leads.editing.forms import FORMS
from leads.editing.values import Field
from leads.forms import AdjustForm, CallForm, ConsentForm, NoteForm
from leads.models import Lead
from leads.models.lead import ConsentBasis
from leads.views.lead import PANEL, render_lead, visible_lead
from salesdash.errors import ConflictError, DomainError
from salesdash.formatting import numbers
from salesdash.htmx import HtmxRequest, aims_at, wants_partial

# does the thing and says so in the person's language, if need be with an address that takes it back
Action = Callable[..., str | tuple[str, str]]


def action(act: Action) -> Callable[..., HttpResponse]:
    """The lead is fetched through `visible_to`; a DomainError becomes a message and loses nothing typed.

    Where somebody else was faster, the form comes back with both values, to be sent again or left.
    """

    @require_POST
    @login_required
    @permission_required("leads.change_lead", raise_exception=True)
    @wraps(act)
    def view(request: HtmxRequest, pk: int, **which: Any) -> HttpResponse:
        try:
            done = act(request, visible_lead(request.user, pk), **which)
        except ConflictError as conflict:
            if "both" not in conflict.extra:
                raise
            lead = visible_lead(request.user, pk)
            return render_lead(request, lead, conflict=conflict.extra["both"], status=409)
        said, undo = done if isinstance(done, tuple) else (done, "")
        if not wants_partial(request):
            messages.success(request, said)
            return redirect("leads:detail", pk=pk)
        response = render_lead(request, visible_lead(request.user, pk))
        if aims_at(request, PANEL):
            trigger_client_event(response, "sd:rows", {"ids": [pk]})
        # what else is on the page about this lead (its draft) may depend on what has changed
        trigger_client_event(response, "sd:lead", {"id": pk})
        toast = {"text": said, "undo": undo} if undo else {"text": said}
        return trigger_client_event(response, "sd:toast", toast)

    return view


# which field of a form it is about what a service refuses
_FIELDS: Final = {
    "adjustment_points": "points",
    "adjustment_idle": "points",
    "adjustment_reason": "reason",
    "adjustment_expiry": "lasts",
}


def valid(form: Form) -> Form:
    if form.is_valid():
        return form
    words = {name: str(errors[0]) for name, errors in form.errors.items()}
    raise DomainError("invalid", next(iter(words.values())), {"fields": words})


@action
def add_note(request: HtmxRequest, lead: Lead) -> str:
    form = valid(NoteForm(request.POST))
    notes.add_note(lead=lead, user=request.user, body=form.cleaned_data["body"])
    return _("The note is saved.")


@action
def change_stage(request: HtmxRequest, lead: Lead) -> str | tuple[str, str]:
    return _edit(request, lead, Field.STAGE)


@action
def mark_no_contact(request: HtmxRequest, lead: Lead) -> str | tuple[str, str]:
    return _edit(request, lead, Field.NO_CONTACT)


@action
def record_consent(request: HtmxRequest, lead: Lead) -> str:
    data = valid(ConsentForm(request.POST)).cleaned_data
    basis, note = data["consent_basis"], data["consent_note"]
    try:
        if lead.consent_basis != data["seen"]:
            raise ConflictError("changed_meanwhile", _("Somebody else changed this meanwhile."))
        saving.record_consent(
            lead_id=lead.pk, user=request.user, basis=basis, note=note, version=lead.version
        )
    except ConflictError as conflict:
        lead.refresh_from_db(fields=["consent_basis"])
        both = {"theirs": lead.get_consent_basis_display(), "mine": ConsentBasis(basis).label}
        extra = {"both": {"field": "consent", "sent": {"consent_note": note}, **both}}
        raise ConflictError(conflict.code, conflict.message, extra) from None
    return _("The basis for mail is recorded.")


@action
def set_next_action(request: HtmxRequest, lead: Lead) -> str | tuple[str, str]:
    if "done" not in request.POST:
        return _edit(request, lead, Field.NEXT_ACTION)
    seen = valid(FORMS[Field.NEXT_ACTION](request.POST)).cleaned_data["seen"]
    with _both(Field.NEXT_ACTION, values.next_action("", None)):
        step = finishing.finish(lead_id=lead.pk, user=request.user, seen=seen)
    said = _("Done. It is in the history now; what comes next?")
    return said, reverse("leads:done_undo", args=[lead.pk, step.pk])


@require_POST
@login_required
@permission_required("leads.change_lead", raise_exception=True)
def undo_done(request: HtmxRequest, pk: int, edit: int) -> HttpResponse:
    """The button of the toast, and the key U."""
    visible_lead(request.user, pk)
    finishing.take_back(edit_id=edit, user=request.user)
    response = HttpResponse()
    # the row in the table, and the lead where it is open, are drawn anew
    trigger_client_event(response, "sd:rows", {"ids": [pk]})
    trigger_client_event(response, "sd:lead", {"id": pk})
    return trigger_client_event(response, "sd:toast", {"text": _("Undone.")})


@contextmanager
def _both(field: Field, mine: Any) -> Iterator[None]:
    """Where somebody else was faster, the conflict comes with both values."""
    try:
        yield
    except ConflictError as conflict:
        both = {"field": str(field), **editor.conflict(field, mine, conflict.extra["now"])}
        raise ConflictError(conflict.code, conflict.message, {"both": both}) from None


def _edit(request: HtmxRequest, lead: Lead, field: Field) -> str | tuple[str, str]:
    """As in the table: a change of another field is no conflict, and the toast takes it back."""
    form = FORMS[field](request.POST)
    valid(form)
    value, seen = form.value(), form.cleaned_data["seen"]
    with _both(field, value):
        step = single.edit(lead_id=lead.pk, user=request.user, field=field, value=value, seen=seen)
    if step is None:
        return _("Nothing to change.")
    return words.said(lead, step), reverse("leads:edit_undo", args=[step.pk])


@action
def log_call(request: HtmxRequest, lead: Lead) -> str:
    data = valid(CallForm(request.POST)).cleaned_data
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
    valid(form)
    try:
        made = adjusting.adjust(lead_id=lead.pk, user=request.user, **form.values())
    except DomainError as error:
        if field := _FIELDS.get(error.code):
            error.extra["fields"] = {field: error.message}
        raise
    said = _("Adjusted by %(points)s points.") % {"points": numbers.signed(made.points)}
    return said, reverse("leads:adjust_undo", args=[lead.pk, made.pk])


@action
def undo_adjustment(request: HtmxRequest, lead: Lead, adjustment: int) -> str:
    adjusting.undo(adjustment_id=adjustment, lead_id=lead.pk, user=request.user)
    return _("The adjustment is taken back.")
