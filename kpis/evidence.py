"""Generated against hand-written mail, in words that a manager may rely on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from drafts.models import Experiment, Origin
from kpis.figures import COMPARED, Amount, Period, Totals, comparisons, rate
from kpis.models import DailyFigure
from kpis.statistics import SRM_ALARM_P, Comparison, Method, Verdict, sample_ratio_p
from salesdash.formatting import numbers
from salesdash.models import Team
from salesdash.rates import Rate

# as many mails again, many times over: nobody waits for that
OUT_OF_REACH: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    metric: str
    label: str
    generated: Rate
    manual: Rate
    comparison: Comparison | None
    test: str
    verdict: str


def rows(sums: Totals) -> list[Row]:
    found = comparisons(sums)
    return [_row(metric, sums, found[metric]) for metric in COMPARED]


def _row(metric: str, sums: Totals, comparison: Comparison | None) -> Row:
    return Row(
        metric,
        _labels()[metric],
        rate(sums, metric, Origin.GENERATED),
        rate(sums, metric, Origin.MANUAL),
        comparison,
        _tests()[comparison.test] if comparison else "",
        verdict(comparison),
    )


def _labels() -> dict[str, str]:
    return {
        "reply": _("Reply rate"),
        "meeting": _("Meeting booked"),
        "conversion": _("Deal won"),
        "open": _("Opened by people"),
    }


def _tests() -> dict[Method, str]:
    return {
        Method.POOLED_Z: _("two-proportion z-test, pooled"),
        Method.FISHER: _("Fisher's exact test"),
    }


def verdict(comparison: Comparison | None) -> str:
    """One sentence; it rests on the sequential p, so it may be looked at every day."""
    if comparison is None:
        return _("No mail of one kind yet.")
    match comparison.verdict:
        case Verdict.HIGHER:
            return _("Generated mail does better.")
        case Verdict.LOWER:
            return _("Hand-written mail does better.")
    if comparison.missing_per_arm is None:
        return _("No difference so far.")
    if comparison.missing_per_arm == 0:
        return _("Not settled: the difference seen is not beyond chance.")
    if comparison.missing_per_arm > OUT_OF_REACH * min(comparison.a.trials, comparison.b.trials):
        return _("Not settled: the two are too close to be told apart by so few mails.")
    return _("Not settled: about %(count)s more mails of each kind at this difference.") % {
        "count": numbers.number(comparison.missing_per_arm)
    }


@dataclass(frozen=True, slots=True)
class Balance:
    """Did leads fall into the arms as the weights say? Below p 0.001 the assignment is broken."""

    name: str
    generated: int
    manual: int
    p: float | None

    @property
    def broken(self) -> bool:
        return self.p is not None and self.p < SRM_ALARM_P


def balances(teams: Sequence[Team]) -> list[Balance]:
    """One query for the experiments, one for each one's assignments."""
    found = []
    for experiment in Experiment.objects.filter(status=Experiment.Status.RUNNING).prefetch_related("arms"):
        arms = sorted(experiment.arms.all(), key=lambda arm: arm.pk)
        counts = dict.fromkeys((arm.pk for arm in arms), 0)
        assigned = experiment.assignments.filter(lead__team__in=teams).values_list("arm_id", flat=True)
        for arm_id in assigned:
            counts[arm_id] += 1
        holdout = sum(counts[arm.pk] for arm in arms if arm.prompt_version_id is None)
        p = sample_ratio_p([counts[arm.pk] for arm in arms], [arm.weight for arm in arms]) if arms else None
        found.append(Balance(experiment.name, sum(counts.values()) - holdout, holdout, p))
    return found


def weekly(teams: Sequence[Team], period: Period, metric: str) -> dict[str, Any]:
    """Rates per week and origin, for the chart and the table behind it: {"weeks", "generated", "manual"}."""
    found = (
        DailyFigure.objects.filter(
            team__in=teams, day__range=(period.first, period.last), metric=metric, segment__in=Origin.values
        )
        .annotate(week=TruncWeek("day"))
        .values_list("week", "segment")
        .annotate(Sum("numerator"), Sum("denominator"))
        .order_by("week")
    )
    table: dict[date, dict[str, Amount]] = {}
    for week, segment, top, bottom in found:
        table.setdefault(week, {})[segment] = Amount(top, bottom)
    return {
        "weeks": list(table),
        **{
            origin: [table[week].get(origin, Amount()) for week in table]
            for origin in (Origin.GENERATED, Origin.MANUAL)
        },
    }
