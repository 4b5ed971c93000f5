"""The editor of a draft version: settings, weights, bands, and the lists of exclusions."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import exclusions
from leads.exclusions import Exclusions
from leads.forms import TidyField, tidy
from leads.models import ActivityType, RuleSet
from leads.models.score import Band
from leads.rule_checks import MAX_HALF_LIFE_HOURS, MAX_SCALE_HEAT, MAX_WEIGHT, MIN_HALF_LIFE_HOURS

# what one can weigh: adjustments by hand always weigh 1
WEIGHED: Final = tuple(kind for kind in ActivityType if kind is not ActivityType.MANUAL)
BANDS: Final = tuple(band for band in reversed(Band) if band is not Band.COLD)


class Figure(forms.FloatField):
    """A finite number; full-width digits are understood. `refusal` says what is accepted."""

    def __init__(self, *, refusal: Any, **options: Any) -> None:
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), refusal)
        super().__init__(error_messages=messages, **options)

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", value) if isinstance(value, str) else value
        return super().to_python(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"step": "any", "inputmode": "decimal"}

    def prepare_value(self, value: Any) -> Any:
        return whole(value) if isinstance(value, float) else value


class RuleSetForm(forms.Form):
    """`rule_set` is the draft; the weights stand in fields `weight_…`, the thresholds in `band_…`."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = TidyField(
        label=gettext_lazy("What this version changes"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("One sentence; it is shown in the history."),
    )
    half_life_hours = Figure(
        label=gettext_lazy("Half-life in hours"),
        min_value=MIN_HALF_LIFE_HOURS,
        max_value=MAX_HALF_LIFE_HOURS,
        refusal=gettext_lazy("A number of hours from 1 to 87,600 (ten years)."),
    )
    scale_heat = Figure(
        label=gettext_lazy("Heat that shows as 50"),
        min_value=0,
        max_value=MAX_SCALE_HEAT,
        refusal=gettext_lazy("A number greater than 0, at most 1,000,000."),
    )
    competitors = forms.CharField(
        label=gettext_lazy("Competitors"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A domain (rival.co.jp) or a part of the company's name on each line. A domain is looked for "
            "at the company and in the e-mail address."
        ),
    )
    blocked_domains = forms.CharField(
        label=gettext_lazy("Domains that must not be contacted"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The part of e-mail addresses after the @, one on each line."),
    )

    def __init__(self, rule_set: RuleSet, data: Any = None) -> None:
        self.rule_set = rule_set
        self.excluded = Exclusions.of(rule_set.exclude_rules)
        super().__init__(data, initial=self._stored(), label_suffix="")
        for kind in WEIGHED:
            self.fields[f"weight_{kind.key}"] = Figure(
                label=kind.label,
                min_value=-MAX_WEIGHT,
                max_value=MAX_WEIGHT,
                refusal=gettext_lazy("A number from −1,000 to 1,000."),
            )
        for band in BANDS:
            self.fields[f"band_{band.key}"] = Figure(
                label=band.label,
                min_value=1,
                max_value=99,
                refusal=gettext_lazy("A temperature from 1 to 99."),
            )

    def _stored(self) -> dict[str, Any]:
        stored: RuleSet = self.rule_set
        return {
            "revision": stored.revision,
            "note": stored.note,
            "half_life_hours": stored.half_life_hours,
            "scale_heat": stored.scale_heat,
            "competitors": "\n".join(self.excluded.competitors),
            "blocked_domains": "\n".join(self.excluded.blocked_domains),
            **{f"weight_{kind.key}": stored.weights.get(kind.key, 0) for kind in WEIGHED},
            **{f"band_{band.key}": stored.bands.get(band.key) for band in BANDS},
        }

    def clean_scale_heat(self) -> float:
        value: float = self.cleaned_data["scale_heat"]
        if value <= 0:
            raise ValidationError(self.fields["scale_heat"].error_messages["min_value"])
        return value

    def clean_blocked_domains(self) -> list[str]:
        words = items(self.cleaned_data["blocked_domains"])
        for word in words:
            if exclusions.domain(word) is None:
                raise ValidationError(_("“%(text)s” is not a domain.") % {"text": word})
        return list(dict.fromkeys(exclusions.domain(word) or "" for word in words))

    def clean(self) -> dict[str, Any]:
        """Each threshold lies below the one before it: else a band would be empty."""
        for upper, lower in pairwise(BANDS):
            high = self.cleaned_data.get(f"band_{upper.key}")
            low = self.cleaned_data.get(f"band_{lower.key}")
            if high is not None and low is not None and low >= high:
                words = {"upper": upper.label, "lower": lower.label, "n": whole(high)}
                told = _("Must be below %(n)s, where “%(upper)s” begins: else “%(lower)s” would be empty.")
                self.add_error(f"band_{lower.key}", told % words)
        return self.cleaned_data

    def content(self, fit_rules: list[dict[str, Any]], excluding: list[dict[str, Any]]) -> dict[str, Any]:
        """The columns of the rule set. `excluding`: the exclude rules that are no plain lists."""
        given = self.cleaned_data
        domains, names = exclusions.sort_competitors(items(given["competitors"]))
        lists = Exclusions(domains, names, given["blocked_domains"], excluding)
        weights = {kind.key: whole(given[f"weight_{kind.key}"]) for kind in WEIGHED}
        known = self.rule_set.weights
        return {
            "note": given["note"],
            "half_life_hours": given["half_life_hours"],
            "scale_heat": given["scale_heat"],
            "weights": {key: weight for key, weight in weights.items() if weight or key in known},
            "bands": {band.key: whole(given[f"band_{band.key}"]) for band in BANDS},
            "fit_rules": fit_rules,
            "exclude_rules": lists.rules(),
        }


def whole(value: float) -> float | int:
    """168.0 → 168: as a person would write it."""
    return int(value) if value == int(value) else value


def items(text: str) -> list[str]:
    """What stands between commas and line ends, tidied, each once."""
    parts = (tidy(part) for part in re.split(r"[\n,、，]", text))
    return list(dict.fromkeys(part for part in parts if part))
