"""Deals and outcomes on the lead page: each a POST, answered as those of actions.py."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from leads import dealing, outcomes
from leads.deal_forms import DealForm, OutcomeForm, said
from leads.deals import told
from leads.models import Deal, Lead
from leads.views.actions import action, valid
from salesdash.errors import ConflictError, DomainError
from salesdash.htmx import HtmxRequest

# which field of the form it is about what the service refuses
_FIELDS: Final = {
    "deal_name": "name",
    "deal_status": "status",
    "deal_amount": "amount_jpy",
    "deal_margin": "gross_margin_jpy",
    "deal_opened": "opened",
    "deal_closed": "closed",
}


@action
def add(request: HtmxRequest, lead: Lead) -> tuple[str, str]:
    form = DealForm(request.POST)
    valid(form)
    request_id = form.cleaned_data["request_id"]
    try:
        step = dealing.create(lead_id=lead.pk, user=request.user, values=form.values(), request_id=request_id)
    except DomainError as error:
        raise _about_a_field(error) from None
    return said(step.deal), reverse("leads:deal_undo", args=[lead.pk, step.pk])


@action
def change(request: HtmxRequest, lead: Lead, deal: int) -> str | tuple[str, str]:
    form = DealForm(request.POST)
    valid(form)
    values, version = form.values(), form.cleaned_data["version"] or 0
    try:
        step = dealing.change(
            deal_id=deal, user=request.user, version=version, values=values, lead_id=lead.pk
        )
    except ConflictError as conflict:
        raise _both(conflict, deal, values, form) from None
    except DomainError as error:
        raise _about_a_field(error) from None
    if step is None:
        return _("Nothing to change.")
    return said(step.deal), reverse("leads:deal_undo", args=[lead.pk, step.pk])


@action
def undo(request: HtmxRequest, lead: Lead, step: int) -> str:
    dealing.undo(step_id=step, user=request.user, lead_id=lead.pk)
    return _("Undone.")


@action
def record_outcome(request: HtmxRequest, lead: Lead) -> tuple[str, str]:
    form = OutcomeForm(request.POST)
    valid(form)
    outcome, request_id = form.cleaned_data["outcome"], form.cleaned_data["request_id"]
    outcomes.record(lead_id=lead.pk, user=request.user, outcome=outcome, request_id=request_id)
    words = _("In the history: %(outcome)s") % {"outcome": outcomes.Outcome(outcome).label}
    return words, reverse("leads:outcome_undo", args=[lead.pk, request_id])


@action
def undo_outcome(request: HtmxRequest, lead: Lead, request_id: UUID) -> str:
    outcomes.take_back(lead_id=lead.pk, user=request.user, request_id=request_id)
    return _("Undone.")


def _about_a_field(error: DomainError) -> DomainError:
    if field := _FIELDS.get(error.code):
        error.extra["fields"] = {field: error.message}
    return error


def _both(conflict: ConflictError, pk: int, mine: dict[str, Any], form: DealForm) -> ConflictError:
    """The form comes back with what was typed, beside what stands there now."""
    theirs = Deal.objects.get(pk=pk)
    own = Deal(**{name: getattr(theirs, name) for name in dealing.FIELDS} | mine)
    both = {
        "field": f"deal-{pk}",
        "theirs": told(theirs),
        "mine": told(own),
        "sent": {name: str(form.data.get(name, "")) for name in form.fields},
        "version": str(theirs.version),
    }
    return ConflictError(conflict.code, conflict.message, {"both": both})
