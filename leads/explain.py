"""Why a lead is as hot as it is, what moved it and where it is going: from its activities, in one pass.

Every share is of heat and every point of temperature: a type that brought 40 % of the heat of a lead at 70
stands for 28 points. History is computed, not stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from leads import adjustments, course, fit, sql, temperature
from leads import rules as rule_sets
from leads.adjustments import AdjustmentLine
from leads.course import Bucket, Course, Mark
from leads.fit import FitRule
from leads.forecast import Forecast, Point
from leads.models.activity import ActivityType
from leads.models.lead import Lead
from leads.models.score import Band
from leads.rules import Rules
from leads.temperature import NO_HEAT, Scale

HISTORY_DAYS: Final = 30
# of the picture: what is certain enough to be drawn
AHEAD_DAYS: Final = 7
TOP_ACTIVITIES: Final = 5
FRIDAY: Final = 4
END_OF_WORK: Final = time(18)


@dataclass(frozen=True)
class Contribution:
    """`share` of the heat, 1 = all of it; `points` of the temperature; `heat` in heat units, before fit.

    Each may be negative. Points add up to the temperature; where that is 0, they are 0 too.
    """

    type: ActivityType
    count: int
    points: float
    share: float
    heat: float


@dataclass(frozen=True)
class TopActivity:
    type: ActivityType
    occurred_at: datetime
    points: float


@dataclass(frozen=True)
class Movement:
    """`delta` = `cooling` + the points that each type brought since."""

    since: datetime
    before: float
    delta: float
    cooling: float
    by: list[tuple[ActivityType, float]]


@dataclass(frozen=True)
class Adjusted:
    """An adjustment that has not ended. `points`: what it makes out of the present temperature."""

    adjustment: AdjustmentLine
    points: float


@dataclass(frozen=True)
class Cooling:
    temperature: float
    at: datetime


@dataclass(frozen=True)
class Explanation:
    """Of a lead that a rule excludes everything but `excluded_by`, fit and activities is cold."""

    temperature: float
    band: Band
    fit: int
    grade: str
    fit_factor: float
    contributions: list[Contribution]
    activities: list[TopActivity]
    adjustments: list[Adjusted]
    fit_rules: list[FitRule]
    excluded_by: str
    moved: Movement
    # by the end of Friday's work, if nothing happens
    cools_to: Cooling
    # the next lower band's threshold, and when it is reached; None for a cold lead
    leaves_band: Cooling | None
    # the end of each local day, the last one now
    history: list[tuple[date, float]]
    # the same as a picture: what was, what was done, what comes if nothing happens
    curve: list[Point]
    marks: list[Mark]
    ahead: list[Point]
    # temperature from which each band above cold begins
    bands: dict[Band, float]


def explain(
    lead: Lead, now: datetime | None = None, rules: Rules | None = None, *, days: int = HISTORY_DAYS
) -> Explanation:
    """Four queries, however many activities there are, beside those that load team and score."""
    now = now or timezone.now()
    rules = rules or rule_sets.current()
    scale, score = rules.scale, lead.score
    zone = ZoneInfo(lead.team.time_zone)
    edges = course.edges(now, zone, days)
    buckets = _buckets(lead, rules, now, edges)
    shown = scale.temperature(score.rank, now)
    # what one unit of weight · Σu stands for, in points
    units = sum(bucket.heat for bucket in buckets)
    point = shown / units if units > 0 else 0.0
    standing = adjustments.standing(lead)
    forecast = Forecast(scale, score.fit_factor, units, _ends(standing, scale, now))
    way = Course(buckets, scale, score.fit_factor, edges, now)
    matched, excluded_by = _matched(lead, rules)
    return Explanation(
        temperature=shown,
        band=scale.band(shown),
        fit=score.fit,
        grade=temperature.grade(score.fit),
        fit_factor=score.fit_factor,
        contributions=_contributions(buckets, scale, now, units, point),
        activities=_top_activities(lead, rules, now, point),
        adjustments=[Adjusted(one, _points_of(one, lead, scale, now, shown)) for one in standing],
        fit_rules=matched,
        excluded_by=excluded_by,
        moved=_movement(buckets, scale, score.fit_factor, now, shown),
        cools_to=_friday(forecast, now, zone),
        leaves_band=_leaves_band(forecast, now, shown),
        history=way.days(days, zone),
        curve=way.curve(),
        marks=way.marks(),
        ahead=forecast.curve(now, now + timedelta(days=AHEAD_DAYS)),
        bands=dict(scale.bands),
    )


def _buckets(lead: Lead, rules: Rules, now: datetime, edges: list[datetime]) -> list[Bucket]:
    """By type and stretch; this time yesterday is an edge too."""
    cuts = sorted({*edges, now - timedelta(days=1)})
    parameters = {"lead_id": lead.pk, "now": now, "edges": cuts, **rules.parameters()}
    return [
        Bucket(ActivityType(kind), number, rules.weight(kind) * units, first, last)
        for kind, number, units, first, last in sql.rows(sql.load("explain_steps"), parameters)
    ]


def _top_activities(lead: Lead, rules: Rules, now: datetime, point: float) -> list[TopActivity]:
    parameters = {"lead_id": lead.pk, "now": now, "limit": TOP_ACTIVITIES, **rules.parameters()}
    return [
        TopActivity(ActivityType(kind), occurred_at, contribution * point)
        for kind, occurred_at, _units, contribution in sql.rows(sql.load("explain_activities"), parameters)
    ]


def _units(adjustment: AdjustmentLine, scale: Scale) -> float:
    return float(adjustment.heat * 2.0 ** (temperature.UNIT_BITS + scale.half_lives(adjustment.at)))


def _ends(standing: Iterable[AdjustmentLine], scale: Scale, now: datetime) -> list[tuple[datetime, float]]:
    """What is overdue ends any moment."""
    soon = now + timedelta(minutes=1)
    return sorted(
        (max(one.expires_at, soon), _units(one, scale)) for one in standing if one.expires_at is not None
    )


def _points_of(adjustment: AdjustmentLine, lead: Lead, scale: Scale, now: datetime, shown: float) -> float:
    """The temperature with it, less the temperature without it."""
    if shown <= 0:
        return 0.0
    rank = lead.score.rank - lead.score.fit_factor * _units(adjustment, scale)
    return shown - scale.temperature(rank if rank > 0 else NO_HEAT, now)


def _contributions(
    buckets: Iterable[Bucket], scale: Scale, now: datetime, units: float, point: float
) -> list[Contribution]:
    by_type = groupby(sorted(buckets, key=lambda bucket: bucket.type), key=lambda bucket: bucket.type)
    found = []
    for kind, group in by_type:
        members = list(group)
        own = sum(bucket.heat for bucket in members)
        if own:
            number = sum(bucket.count for bucket in members)
            share = own / units if units > 0 else 0.0
            found.append(Contribution(kind, number, own * point, share, scale.heat(own, now)))
    return sorted(found, key=lambda contribution: -abs(contribution.heat))


def _rank(buckets: Iterable[Bucket], fit_factor: float) -> float:
    rank = fit_factor * sum(bucket.heat for bucket in buckets)
    return rank if rank > 0 else NO_HEAT


def _movement(
    buckets: list[Bucket], scale: Scale, fit_factor: float, now: datetime, shown: float
) -> Movement:
    """Since this time yesterday, by the rules and the fit of today."""
    since = now - timedelta(days=1)
    old_rank = _rank((bucket for bucket in buckets if bucket.first < since), fit_factor)
    before, cooled = scale.temperature(old_rank, since), scale.temperature(old_rank, now)
    recent = [bucket for bucket in buckets if bucket.first >= since and bucket.heat]
    units = sum(bucket.heat for bucket in recent)
    brought = shown - cooled
    by = {bucket.type: 0.0 for bucket in recent}
    for bucket in recent:
        by[bucket.type] += brought * bucket.heat / units if units else 0.0
    ordered = sorted(by.items(), key=lambda item: -abs(item[1]))
    return Movement(since, before, shown - before, cooled - before, ordered)


def _friday(forecast: Forecast, now: datetime, zone: ZoneInfo) -> Cooling:
    local = now.astimezone(zone)
    friday = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
    at = datetime.combine(friday, END_OF_WORK, zone)
    if at <= now:
        at = datetime.combine(friday + timedelta(days=7), END_OF_WORK, zone)
    return Cooling(forecast.temperature(at), at)


def _leaves_band(forecast: Forecast, now: datetime, shown: float) -> Cooling | None:
    band = forecast.scale.band(shown)
    if band is Band.COLD:
        return None
    threshold = forecast.scale.bands[band]
    at = forecast.falls_to(threshold, now)
    return Cooling(threshold, at) if at else None


def _matched(lead: Lead, rules: Rules) -> tuple[list[FitRule], str]:
    """The fit rules that hold, and the reason of the first exclude rule that does, or ''."""
    everything = [*rules.fit_rules, *rules.exclude_rules]
    if not everything:
        return [], ""
    condition, values = fit.matches_expression(everything).named("rule_")
    statement = sql.load("match_rules").replace("{matches}", condition)
    ((answers,),) = sql.rows(statement, values | {"lead_id": lead.pk})
    holding = [rule for rule, holds in zip(everything, answers, strict=True) if holds]
    matched = [rule for rule in holding if rule.points]
    return matched, next((rule.reason or rule.field for rule in holding if not rule.points), "")
