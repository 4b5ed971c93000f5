"""Why a lead is as hot as it is, what moved it and where it is going: from its activities, in one pass.

Every share is of heat and every point of temperature: a type that brought 40 % of the heat of a lead at 70
stands for 28 points. History is computed, not stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from leads import fit, sql, temperature
from leads import rules as rule_sets
from leads.fit import FitRule
from leads.models.activity import ActivityType
from leads.models.lead import Lead
from leads.models.score import Band
from leads.rules import Rules
from leads.temperature import NO_HEAT, Scale

HISTORY_DAYS: Final = 30
TOP_ACTIVITIES: Final = 5
FRIDAY: Final = 4
END_OF_WORK: Final = time(18)


@dataclass(frozen=True)
class Contribution:
    """`share` of the heat, 1 = all of it; `points` of the temperature. Both may be negative."""

    type: ActivityType
    count: int
    points: float
    share: float


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
class Cooling:
    temperature: float
    at: datetime


@dataclass(frozen=True)
class Explanation:
    temperature: float
    band: Band
    fit: int
    grade: str
    contributions: list[Contribution]
    activities: list[TopActivity]
    fit_rules: list[FitRule]
    excluded_by: str
    moved: Movement
    # by the end of Friday's work, if nothing happens
    cools_to: Cooling
    # the next lower band's threshold, and when it is reached; None for a cold lead
    leaves_band: Cooling | None
    # the end of each local day, the last one now
    history: list[tuple[date, float]]


@dataclass(frozen=True)
class _Bucket:
    """The activities of one type on one day, before or after this time yesterday. `heat`: weight · Σu."""

    type: ActivityType
    day: date
    recent: bool
    count: int
    heat: float


def explain(
    lead: Lead, now: datetime | None = None, rules: Rules | None = None, *, days: int = HISTORY_DAYS
) -> Explanation:
    """Three queries, however many activities there are, beside those that load team and score."""
    now = now or timezone.now()
    rules = rules or rule_sets.current()
    scale, score = rules.scale, lead.score
    zone = ZoneInfo(lead.team.time_zone)
    today = now.astimezone(zone).date()
    buckets = _buckets(lead, rules, now, zone, today - timedelta(days=days))
    shown = scale.temperature(score.rank, now)
    # what one unit of weight · Σu stands for, in points
    heat = sum(bucket.heat for bucket in buckets)
    point = shown / heat if heat > 0 else 0.0
    matched, excluded_by = _matched(lead, rules)
    return Explanation(
        temperature=shown,
        band=scale.band(shown),
        fit=score.fit,
        grade=temperature.grade(score.fit),
        contributions=_contributions(buckets, heat, point),
        activities=_top_activities(lead, rules, now, point),
        fit_rules=matched,
        excluded_by=excluded_by,
        moved=_movement(buckets, scale, score.fit_factor, now, shown),
        cools_to=_friday(scale, score.rank, now, zone),
        leaves_band=_leaves_band(scale, score.rank, now, shown),
        history=_history(buckets, scale, score.fit_factor, now, zone, days),
    )


def _buckets(lead: Lead, rules: Rules, now: datetime, zone: ZoneInfo, before_window: date) -> list[_Bucket]:
    parameters = {
        "lead_id": lead.pk,
        "now": now,
        "yesterday": now - timedelta(days=1),
        "zone": zone.key,
        "before_window": before_window,
    }
    return [
        _Bucket(ActivityType(kind), day, recent, number, rules.weight(kind) * units)
        for kind, day, recent, number, units in _rows("explain_days", parameters | rules.parameters())
    ]


def _top_activities(lead: Lead, rules: Rules, now: datetime, point: float) -> list[TopActivity]:
    parameters = {"lead_id": lead.pk, "now": now, "limit": TOP_ACTIVITIES} | rules.parameters()
    return [
        TopActivity(ActivityType(kind), occurred_at, contribution * point)
        for kind, occurred_at, _units, contribution in _rows("explain_activities", parameters)
    ]


def _rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    units = sql.load("activity_units").replace("{which}", "lead_id = %(lead_id)s")
    return sql.rows(sql.load(name).replace("{activity_units}", units), parameters)


def _contributions(buckets: Iterable[_Bucket], heat: float, point: float) -> list[Contribution]:
    by_type = groupby(sorted(buckets, key=lambda bucket: bucket.type), key=lambda bucket: bucket.type)
    found = []
    for kind, group in by_type:
        members = list(group)
        units = sum(bucket.heat for bucket in members)
        if units:
            number = sum(bucket.count for bucket in members)
            found.append(Contribution(kind, number, units * point, units / heat if heat > 0 else 0.0))
    return sorted(found, key=lambda contribution: -abs(contribution.points))


def _rank(buckets: Iterable[_Bucket], fit_factor: float) -> float:
    rank = fit_factor * sum(bucket.heat for bucket in buckets)
    return rank if rank > 0 else NO_HEAT


def _movement(
    buckets: list[_Bucket], scale: Scale, fit_factor: float, now: datetime, shown: float
) -> Movement:
    """Since this time yesterday, by the rules and the fit of today."""
    since = now - timedelta(days=1)
    old_rank = _rank((bucket for bucket in buckets if not bucket.recent), fit_factor)
    before, cooled = scale.temperature(old_rank, since), scale.temperature(old_rank, now)
    recent = [bucket for bucket in buckets if bucket.recent and bucket.heat]
    units = sum(bucket.heat for bucket in recent)
    brought = shown - cooled
    by = {bucket.type: 0.0 for bucket in recent}
    for bucket in recent:
        by[bucket.type] += brought * bucket.heat / units if units else 0.0
    ordered = sorted(by.items(), key=lambda item: -abs(item[1]))
    return Movement(since, before, shown - before, cooled - before, ordered)


def _friday(scale: Scale, rank: float, now: datetime, zone: ZoneInfo) -> Cooling:
    local = now.astimezone(zone)
    friday = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
    at = datetime.combine(friday, END_OF_WORK, zone)
    if at <= now:
        at = datetime.combine(friday + timedelta(days=7), END_OF_WORK, zone)
    return Cooling(scale.temperature(rank, at), at)


def _leaves_band(scale: Scale, rank: float, now: datetime, shown: float) -> Cooling | None:
    band = scale.band(shown)
    if band is Band.COLD:
        return None
    at = scale.reaches(rank, scale.bands[band], now)
    return Cooling(scale.bands[band], at) if at else None


def _history(
    buckets: list[_Bucket], scale: Scale, fit_factor: float, now: datetime, zone: ZoneInfo, days: int
) -> list[tuple[date, float]]:
    today = now.astimezone(zone).date()
    points = []
    for back in range(days - 1, -1, -1):
        day = today - timedelta(days=back)
        end = min(datetime.combine(day + timedelta(days=1), time.min, zone), now)
        rank = _rank((bucket for bucket in buckets if bucket.day <= day), fit_factor)
        points.append((day, scale.temperature(rank, end)))
    return points


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
