"""Which teams and how many days a page of figures is about, as its address says."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone
from django.utils.translation import ngettext

from salesdash.htmx import HtmxRequest
from salesdash.models import Team, User

SPANS: Final = (7, 28, 90)
DEFAULT_DAYS: Final = 28


def visible_teams(user: User) -> list[Team]:
    teams = Team.objects.all() if user.has_perm("leads.view_all") else user.teams.all()
    return list(teams.order_by("name"))


def chosen_teams(request: HtmxRequest, visible: list[Team]) -> list[Team]:
    """All visible teams, or the one asked for; another team's number is a page that does not exist."""
    wanted = request.GET.get("team", "")
    found = [team for team in visible if not wanted or str(team.pk) == wanted]
    if wanted and not found:
        raise Http404
    return found


def days(request: HtmxRequest) -> int:
    wanted = request.GET.get("days", "")
    return int(wanted) if wanted in map(str, SPANS) else DEFAULT_DAYS


def span_labels() -> list[tuple[int, str]]:
    return [(n, ngettext("%(days)s day", "%(days)s days", n) % {"days": n}) for n in SPANS]


def today(teams: list[Team]) -> date:
    """In the zone of the first team: the last day of the period."""
    zone = ZoneInfo(teams[0].time_zone if teams else Team().time_zone)
    return timezone.now().astimezone(zone).date()
