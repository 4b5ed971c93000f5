"""The help page: the guide of a role, and temperature in plain words with the rules in force.

It stands here and not in salesdash, because only this app knows the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from leads import rules
from leads.models.score import Band
from leads.rule_changes import figure
from leads.temperature import HYSTERESIS_POINTS, Scale
from salesdash import guide, roles, tour
from salesdash.htmx import HtmxRequest
from salesdash.roles import Role

ROLES: Final = tuple(guide.GUIDE)


@dataclass(frozen=True)
class BandLine:
    key: str
    label: str
    reach: str


@require_GET
@login_required
def index(request: HtmxRequest) -> HttpResponse:
    asked = request.GET.get("role", "")
    role = Role(asked) if asked in ROLES else roles.guide_of(request.user)
    scale = rules.current().scale
    context = {
        "nav": "help",
        "roles": [(one.value, one.label, one is role) for one in ROLES],
        "tasks": guide.for_role(role, request.user),
        "minutes": guide.MINUTES,
        "steps": tour.for_role(role, request.user),
        "bands": band_lines(scale),
        "half_life": span(scale.half_life_seconds / 3600),
        "two_half_lives": span(scale.half_life_seconds / 1800),
        "hysteresis": figure(HYSTERESIS_POINTS),
    }
    return render(request, "leads/help.html", context)


def band_lines(scale: Scale) -> list[BandLine]:
    """Hottest first: 80 or more, 60 or more, …, below 20."""
    rising = sorted(scale.bands, reverse=True)
    lines = [
        BandLine(band.key, str(band.label), _("%(n)s or more") % {"n": figure(scale.bands[band])})
        for band in rising
    ]
    lowest = _("below %(n)s") % {"n": figure(scale.bands[rising[-1]])}
    return [*lines, BandLine(Band.COLD.key, str(Band.COLD.label), lowest)]


def span(hours: float) -> str:
    """7 days; 36 hours, where days would not come out even."""
    days, rest = divmod(hours, 24)
    if not rest:
        return ngettext("%(n)s day", "%(n)s days", int(days)) % {"n": figure(days)}
    return ngettext("%(n)s hour", "%(n)s hours", int(hours)) % {"n": figure(hours)}
