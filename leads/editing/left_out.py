"""Which leads an edit, or its undo, left as they are, and why: by name, as far as its author sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse

from leads.editing.chunks import Reason
from leads.models import EditedLead, Lead, LeadEdit
from salesdash.formatting import names

MOST: Final = 20
State = EditedLead.State


@dataclass(frozen=True, slots=True)
class LeftOut:
    name: str
    company: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """`rest` counts those beyond MOST, and those that the author sees no more."""

    leads: list[LeftOut]
    rest: int

    @property
    def count(self) -> int:
        return len(self.leads) + self.rest


def report(edit: LeadEdit) -> Report | None:
    """One statement; None, without one, where every lead was changed."""
    number = edit.kept if edit.undoing else edit.skipped
    if not number:
        return None
    # what needs somebody's attention before what is as it should be
    last = Case(When(reason=Reason.SAME, then=Value(1)), default=Value(0), output_field=IntegerField())
    left = edit.leads.filter(
        state=State.KEPT if edit.undoing else State.SKIPPED, lead__in=Lead.objects.visible_to(edit.author)
    )
    found = left.select_related("lead__company").order_by(last, "lead_id")[:MOST]
    leads = [_left_out(one) for one in found]
    return Report(leads, max(0, number - len(leads)))


def _left_out(one: EditedLead) -> LeftOut:
    """Named as the row of the table names it."""
    lead = one.lead
    return LeftOut(
        names.full_name(lead.family_name, lead.given_name) or lead.full_name,
        lead.company.name,
        reverse("leads:detail", args=[lead.pk]),
        str(Reason(one.reason).label),
    )
