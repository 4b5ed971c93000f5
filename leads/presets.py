"""The views every person has: mine, the hot ones that nobody has touched, the whole team."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.filters import LeadFilter
from leads.models import Stage
from leads.models.score import Band
from leads.temperature import Scale


@dataclass(frozen=True, slots=True)
class Preset:
    key: str
    label: str | Promise
    filter: LeadFilter


def presets(scale: Scale) -> list[Preset]:
    """Hot is what the published rules call hot. Untouched: still in the first stage."""
    untouched = LeadFilter(stages=(Stage.NEW.value,), min_t=round(scale.bands[Band.HOT]))
    return [
        Preset("mine", _("My leads"), LeadFilter(owner="me")),
        Preset("hot", _("Hot, untouched"), untouched),
        Preset("all", _("Whole team"), LeadFilter()),
    ]
