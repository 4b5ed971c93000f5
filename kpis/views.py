"""The KPI page of managers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, cast

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from drafts.models import Origin
from kpis import evidence, figures, layers, machinery, rollup
from kpis.figures import Amount, Period
from salesdash.models import Team, User
from salesdash.numbers import whole

SPANS: Final = (7, 30, 90, 180)
DEFAULT_DAYS: Final = 90


@require_GET
@login_required
@permission_required("kpis.view_kpis", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    visible = figures.visible_teams(cast(User, request.user))
    teams = _chosen(request, visible)
    period = _period(request, teams)
    sources = layers.read(teams, period)
    context = {
        "nav": "kpis",
        "teams": visible,
        "team": teams[0] if len(teams) == 1 else None,
        "spans": [(days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in SPANS],
        "days": period.days,
        "period": period,
        "layers": layers.all_layers(sources),
        "evidence": evidence.rows(sources.sums),
        "balances": evidence.balances(teams),
        "chart": _chart(evidence.weekly(teams, period, "reply")),
        "updated_at": machinery.freshness(teams),
    }
    return render(request, "kpis/index.html", context)


def _chosen(request: HttpRequest, visible: list[Team]) -> list[Team]:
    """All visible teams, or the one asked for; another team's number is a page that does not exist."""
    wanted = request.GET.get("team", "")
    if not wanted:
        return visible
    found = [team for team in visible if str(team.pk) == wanted]
    if not found:
        raise Http404
    return found


def _period(request: HttpRequest, teams: list[Team]) -> Period:
    wanted = request.GET.get("days", "")
    days = asked if (asked := whole(wanted)) in SPANS else DEFAULT_DAYS
    last = rollup.today(teams[0]) if teams else rollup.today(Team())
    return Period(last - timedelta(days=days - 1), last)


def _chart(weekly: dict[str, Any]) -> dict[str, Any]:
    """For static/js/charts.js, and rows for the table behind the picture."""

    def shares(amounts: list[Amount]) -> list[float | None]:
        return [None if amount.ratio is None else round(100 * amount.ratio, 2) for amount in amounts]

    labels = [formats.date_format(week, "m/d") for week in weekly["weeks"]]
    generated, manual = weekly[Origin.GENERATED], weekly[Origin.MANUAL]
    return {
        "data": {
            "labels": labels,
            "unit": "%",
            "series": [
                {"label": _("Generated"), "values": shares(generated)},
                {"label": _("Written by hand"), "values": shares(manual)},
            ],
        },
        "rows": list(zip(weekly["weeks"], generated, manual, strict=True)),
    }
