"""What the KPI pages show, read from the roll-up and, for the day that still runs, from its sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Sum

from drafts.models import Origin
from kpis.models import DailyFigure
from kpis.statistics import Comparison, compare
from salesdash.models import Team, User
from salesdash.rates import Rate

# rates that are compared between generated and hand-written mail
COMPARED: Final = ("reply", "meeting", "conversion", "open")


@dataclass(frozen=True, slots=True)
class Amount:
    """A numerator over a denominator: a rate, a mean, or a plain sum where the denominator counts rows."""

    numerator: float = 0.0
    denominator: float = 0.0

    @property
    def ratio(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Period:
    """first ≤ day ≤ last."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The span of equal length that ends where this one starts."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


Totals = dict[tuple[str, str], Amount]


def visible_teams(user: User) -> list[Team]:
    teams = Team.objects.all() if user.has_perm("leads.view_all") else user.teams.all()
    return list(teams.order_by("name"))


def totals(teams: Iterable[Team], period: Period) -> Totals:
    """(metric, segment) → sums over the period. One query."""
    rows = (
        DailyFigure.objects.filter(
            team__in=[team.pk for team in teams], day__range=(period.first, period.last)
        )
        .values_list("metric", "segment")
        .annotate(Sum("numerator"), Sum("denominator"))
    )
    return {(metric, segment): Amount(top, bottom) for metric, segment, top, bottom in rows}


def daily(teams: Iterable[Team], period: Period, metrics: Iterable[str]) -> dict[str, dict[date, Amount]]:
    """metric → day → sums over the teams, whole segment only. One query."""
    rows = (
        DailyFigure.objects.filter(
            team__in=[team.pk for team in teams],
            day__range=(period.first, period.last),
            metric__in=list(metrics),
            segment="",
        )
        .values_list("metric", "day")
        .annotate(Sum("numerator"), Sum("denominator"))
        .order_by("day")
    )
    found: dict[str, dict[date, Amount]] = defaultdict(dict)
    for metric, day, top, bottom in rows:
        found[metric][day] = Amount(top, bottom)
    return found


def rate(sums: Totals, metric: str, segment: str = "") -> Rate:
    amount = sums.get((metric, segment), Amount())
    return Rate(round(amount.numerator), round(amount.denominator))


def comparisons(sums: Totals) -> dict[str, Comparison | None]:
    """Generated against hand-written mail, per metric; None where one side has no mail at all."""
    return {
        metric: compare(rate(sums, metric, Origin.GENERATED), rate(sums, metric, Origin.MANUAL))
        for metric in COMPARED
    }
