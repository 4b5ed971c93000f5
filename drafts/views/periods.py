"""Which teams and how many days a page of figures is about, as its address says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone
from django.utils.translation import ngettext

from salesdash import audit
from salesdash.htmx import HtmxRequest
from salesdash.models import Team, User

SPANS: Final = (7, 28, 90)
DEFAULT_DAYS: Final = 28


@dataclass(frozen=True)
class Period:
    """first ≤ day ≤ last, of these teams; `visible` are those that one may choose from."""

    visible: list[Team]
    teams: list[Team]
    days: int
    first: date
    last: date

    def context(self) -> dict[str, Any]:
        """What `drafts/_figures.html` needs."""
        return {
            "nav": "kpis",
            "teams": self.visible,
            "team": self.teams[0] if len(self.teams) == 1 else None,
            "spans": [(n, ngettext("%(days)s day", "%(days)s days", n) % {"days": n}) for n in SPANS],
            "days": self.days,
            "first": self.first,
            "last": self.last,
        }

    def record_export(self, action: str, user: User) -> None:
        audit.record(
            actor=user, action=action, details={"teams": [team.pk for team in self.teams], "days": self.days}
        )


def read(request: HtmxRequest) -> Period:
    """All visible teams, or the one asked for; another team's number is a page that does not exist.

    The last day is today in the zone of the first team.
    """
    user = request.user
    rows = Team.objects.all() if user.has_perm("leads.view_all") else user.teams.all()
    visible = list(rows.order_by("name"))
    wanted, asked = request.GET.get("team", ""), request.GET.get("days", "")
    teams = [team for team in visible if not wanted or str(team.pk) == wanted]
    if wanted and not teams:
        raise Http404
    days = int(asked) if asked in map(str, SPANS) else DEFAULT_DAYS
    last = timezone.now().astimezone(ZoneInfo(teams[0].time_zone if teams else Team().time_zone)).date()
    return Period(visible, teams, days, last - timedelta(days=days - 1), last)
