"""What people type about leads. Widths are tidied (６０ → 60, ｱｵﾊﾞ → アオバ); letter forms of names stay."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Field
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.adjusting import HOW_MANY_POINTS, LONGEST_REASON, MOST_POINTS
from leads.calls import Outcome
from leads.models import Industry, Lead
from leads.models.lead import ConsentBasis
from leads.models.notification import Kind
from salesdash.models import Team, User

# compatibility ideographs such as 﨑 or 神: NFKC would put another character into somebody's name
_LETTER_FORMS: Final = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_KATAKANA: Final = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_KANA: Final = r"^[ァ-ヺー・ヽヾ\s\-'.,A-Za-zÀ-ɏ]*$"


def tidy(text: str) -> str:
    """NFKC, single spaces, nothing invisible at the ends; compatibility ideographs are kept."""
    parts = _LETTER_FORMS.split(text.replace("\x00", ""))
    normal = "".join(
        part if index % 2 else unicodedata.normalize("NFKC", part) for index, part in enumerate(parts)
    )
    return " ".join(normal.split())


class TidyField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(value) if isinstance(value, str) else value) or ""


class KanaField(TidyField):
    default_validators = [RegexValidator(_KANA, gettext_lazy("Please write the reading in kana."))]

    def to_python(self, value: Any) -> str:
        return super().to_python(value).translate(_KATAKANA)


class TidyEmailField(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(value) if isinstance(value, str) else value) or ""


def _label(name: str) -> Any:
    return cast("Field[Any, Any]", Lead._meta.get_field(name)).verbose_name


class NewLeadForm(forms.Form):
    """For one of the user's teams; the field `team` is there only if there is a choice."""

    error_css_class = "is-invalid"

    family_name = TidyField(label=_label("family_name"), max_length=80, required=False)
    given_name = TidyField(label=_label("given_name"), max_length=80, required=False)
    family_kana = KanaField(label=_label("family_kana"), max_length=80, required=False)
    given_kana = KanaField(label=_label("given_kana"), max_length=80, required=False)
    company_name = TidyField(
        label=gettext_lazy("company name"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "companies", "autocomplete": "off"}),
    )
    industry = forms.ChoiceField(
        label=gettext_lazy("industry"),
        required=False,
        choices=[("", gettext_lazy("As known for the company")), *Industry.choices],
    )
    department = TidyField(label=_label("department"), max_length=120, required=False)
    title = TidyField(label=_label("title"), max_length=80, required=False)
    email = TidyEmailField(
        label=_label("email"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = TidyField(
        label=_label("phone"),
        max_length=40,
        required=False,
        validators=[
            RegexValidator(r"^[\d+()\-.\s#x*]+$", gettext_lazy("Please use digits and + ( ) - only."))
        ],
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        teams = list(Team.objects.filter(pk__in=user.team_ids).order_by("name"))
        if len(teams) != 1:
            choices = [("", gettext_lazy("Please choose")), *((team.pk, str(team)) for team in teams)]
            self.fields["team"] = forms.ChoiceField(label=gettext_lazy("team"), choices=choices)
            self.order_fields(["team"])
        self._teams = {str(team.pk): team for team in teams}
        for name in ("family_name", "given_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def team(self) -> Team | None:
        """The chosen team, or the only one."""
        if "team" in self.fields:
            return self._teams.get(str(self.cleaned_data.get("team", "")))
        return next(iter(self._teams.values()))

    def values(self) -> dict[str, Any]:
        """What `saving.create_lead` takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "team"}
        return values | {"team": self.team}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("family_name", "given_name", "email")) and not self.errors:
            self.add_error("family_name", _("Please enter a name or an e-mail address."))
        if data.get("email") and self.team:
            self._refuse_duplicate(data["email"], self.team)
        return data

    def _refuse_duplicate(self, email: str, team: Team) -> None:
        twin = Lead.objects.visible_to(self._user).filter(team=team, email__iexact=email).first()
        if twin:
            self.add_error("email", already_there(twin))


def already_there(lead: Lead) -> SafeString:
    """Names the lead that has this address, with the way to it."""
    return format_html(
        '{} <a href="{}">{}</a>',
        _("A lead with this address exists already:"),
        reverse("leads:detail", args=[lead.pk]),
        lead,
    )


class NoteForm(forms.Form):
    body = forms.CharField(max_length=4000, error_messages={"required": gettext_lazy("The note is empty.")})


class ConsentForm(forms.Form):
    consent_basis = forms.ChoiceField(choices=ConsentBasis.choices)
    consent_note = TidyField(max_length=200, required=False)
    # the basis that the person saw
    seen = forms.ChoiceField(choices=ConsentBasis.choices)


class NextActionForm(forms.Form):
    next_action = TidyField(label=_label("next_action"), max_length=200, required=False)
    due_at = forms.DateTimeField(label=_label("next_action_due_at"), required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("due_at") and not data.get("next_action") and not self.errors:
            self.add_error("next_action", _("Please say what is to be done by then."))
        return data


class CallForm(forms.Form):
    """A proposed time alone means a call back; the other outcomes have no time."""

    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    note = forms.CharField(max_length=1000, required=False)
    recall_at = forms.DateTimeField(required=False)
    # the same for both clicks of a double click
    request_id = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        data["outcome"] = data["outcome"] or (Outcome.CALL_BACK.value if data["recall_at"] else "")
        if data["outcome"] != Outcome.CALL_BACK:
            data["recall_at"] = None
            if not data["outcome"]:
                self.add_error("outcome", _("Please say how the call went."))
        elif data["recall_at"] is None:
            self.add_error("recall_at", _("Please choose when to call back."))
        elif data["recall_at"] < timezone.now():
            self.add_error("recall_at", _("The time to call back lies in the past."))
        return data


class AdjustForm(forms.Form):
    """`points` with a sign, or without one beside a direction."""

    # days; without a number it only cools
    LASTING: Final = (
        ("7", gettext_lazy("1 week")),
        ("14", gettext_lazy("2 weeks")),
        ("30", gettext_lazy("1 month")),
        ("", gettext_lazy("no end, only cooling")),
    )
    direction = forms.ChoiceField(choices=[("up", "+"), ("down", "−")], required=False)
    points = forms.IntegerField(
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), HOW_MANY_POINTS),
    )
    reason = TidyField(
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Please say why: others will read it.")},
    )
    lasts = forms.ChoiceField(choices=LASTING, required=False)
    # the same for both clicks of a double click
    request_id = forms.UUIDField(required=False)

    def values(self) -> dict[str, Any]:
        """What `adjusting.adjust` takes, beside lead and user."""
        data = self.cleaned_data
        points = -abs(data["points"]) if data["direction"] == "down" else data["points"]
        ends = timezone.now() + timedelta(days=int(data["lasts"])) if data["lasts"] else None
        return {
            "points": points,
            "reason": data["reason"],
            "expires_at": ends,
            "request_id": data["request_id"],
        }


class NotificationForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("tell me when"),
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    on_desktop = forms.BooleanField(label=gettext_lazy("Also as a message of this browser"), required=False)
