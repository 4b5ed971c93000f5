"""Deals as people type them: yen with commas or in 万円, days instead of moments."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.dealing import LONGEST_NAME, LONGEST_REASON, LONGEST_STAGE
from leads.forms import TidyField, tidy
from leads.models import Deal
from leads.outcomes import Outcome
from salesdash.formatting import numbers

_NOISE: Final = re.compile(r"[¥\\,、\s]|円$")


class YenField(forms.CharField):
    """`1,200,000`, `１２０万円`, `¥1.2M` → 1200000; empty is 0."""

    default_error_messages = {"yen": gettext_lazy("Please enter an amount in yen, such as 1,200,000.")}

    def clean(self, value: Any) -> Any:
        text = _NOISE.sub("", tidy(super().clean(value) or ""))
        if not text:
            return 0
        value = numbers.typed(text)
        if value is None or value != value.to_integral_value():
            raise forms.ValidationError(self.error_messages["yen"], code="yen")
        return int(value)


class DealForm(forms.Form):
    """`seen_opened` and `seen_closed` are the days that the form showed: who leaves them keeps the moment."""

    name = TidyField(
        max_length=LONGEST_NAME, error_messages={"required": gettext_lazy("Please name the deal.")}
    )
    status = forms.ChoiceField(choices=Deal.Status.choices, required=False)
    stage = TidyField(max_length=LONGEST_STAGE, required=False)
    amount_jpy = YenField(required=False)
    gross_margin_jpy = YenField(required=False)
    opened = forms.DateField(required=False)
    closed = forms.DateField(required=False)
    seen_opened = forms.DateField(required=False)
    seen_closed = forms.DateField(required=False)
    lost_reason = TidyField(max_length=LONGEST_REASON, required=False)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    request_id = forms.UUIDField(required=False)

    def values(self) -> dict[str, Any]:
        """What `dealing` takes."""
        data = self.cleaned_data
        named = ("name", "stage", "amount_jpy", "gross_margin_jpy", "lost_reason")
        values: dict[str, Any] = {name: data[name] for name in named}
        values["status"] = data["status"] or Deal.Status.OPEN
        if data["opened"] and data["opened"] != data["seen_opened"]:
            values["opened_at"] = _end_of(data["opened"])
        if values["status"] != Deal.Status.OPEN and data["closed"] and data["closed"] != data["seen_closed"]:
            values["closed_at"] = _end_of(data["closed"])
        return values


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=Outcome.choices, error_messages={"required": gettext_lazy("Please say what came of it.")}
    )
    request_id = forms.UUIDField()


def _end_of(day: date) -> datetime:
    """Now for today: a deal of the day of a mail belongs to that mail, at whatever hour it was sent."""
    now = timezone.now()
    end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return now if day == timezone.localdate(now) else end


def said(deal: Deal) -> str:
    """What a toast says of a deal."""
    return {
        Deal.Status.WON.value: _("The deal is won."),
        Deal.Status.LOST.value: _("The deal is lost."),
    }.get(deal.status, _("The deal is saved."))
