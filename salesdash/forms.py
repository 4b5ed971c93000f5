from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from salesdash.models import User

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
