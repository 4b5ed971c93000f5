from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from salesdash.feedback import LONGEST_CHARS
from salesdash.models import Feedback, User

_COMMON = ("Asia/Tokyo", "UTC", "Asia/Singapore", "Europe/London", "America/New_York", "America/Los_Angeles")


class SettingsForm(forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", _("As the browser asks")), ("ja", "日本語"), ("en", "English")],
    )
    time_zone = forms.ChoiceField(
        label=_("time zone"),
        choices=[
            (_("Common"), [(zone, zone) for zone in _COMMON]),
            (_("All"), [(zone, zone) for zone in sorted(available_timezones()) if zone not in _COMMON]),
        ],
    )

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "density", "keyboard_shortcuts", "signature"]
        widgets = {"signature": forms.Textarea(attrs={"rows": 4})}


class LinesField(forms.CharField):
    """A line end counts as one character, as it does for the person and for the browser's own limit."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class FeedbackForm(forms.Form):
    """Everything that is stored stands in it, except who sends it."""

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=Feedback.Kind.choices,
        initial=Feedback.Kind.PROBLEM,
        widget=forms.RadioSelect,
    )
    message = LinesField(
        label=_("message"),
        max_length=LONGEST_CHARS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    page = forms.CharField(
        label=_("about the page"),
        required=False,
        max_length=300,
        help_text=_("Taken along so that we look at the same place. Change or empty it as you like."),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean_page(self) -> str:
        return page_path(self.cleaned_data["page"])


def page_path(address: str) -> str:
    """A path of ours, without a query; anything else is left out."""
    path = address.strip().partition("?")[0].partition("#")[0]
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path[:300] if ours else ""
