"""Leads that became hot, or that cool off: the same judgement as in leads/sql/day.sql, for a filter."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Greatest, Power
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from leads import rules
from leads.models import Activity, ActivityType
from leads.models.score import Band
from leads.movement import Threshold, cooling_since, working_day_before
from leads.rules import Rules


class _Seconds(Func):
    """Between two moments."""

    template = "date_part('epoch', %(expressions)s)"
    arg_joiner = " - "
    output_field = FloatField()


def risen(now: datetime, zone: tzinfo) -> Q:
    """Hot now, with news since the working day before, and without what was added since not yet hot then."""
    current, since = rules.current(), working_day_before(now, zone)
    scale, hot = current.scale, current.scale.bands[Band.HOT]
    before = F("score__rank") - F("score__fit_factor") * _gained(current, since)
    return (
        Q(score__rank__gte=scale.rank_for(hot, now))
        # points by hand are no activity of the lead
        & (Q(score__last_activity_at__gte=since) | Q(Exists(_by_hand(since))))
        & Q(LessThan(before, _float(scale.rank_for(hot, since))))
    )


def cooling(now: datetime) -> Q:
    """Was hot, or warm, when it last did something or three days ago, and is so no longer; points by hand
    since then moved the rank, so that it says nothing about the days before.
    """
    scale, since = rules.current().scale, cooling_since(now)
    quiet = _Seconds(Value(now), Greatest(F("score__last_activity_at"), Value(since)))
    # the threshold rises with time: so much lower it was then
    lower = Power(_float(2.0), quiet * _float(-1 / scale.half_life_seconds), output_field=FloatField())
    left = Q()
    for band in (Band.HOT, Band.WARM):
        at = Threshold.of(band, scale, now)
        left |= (
            Q(score__rank__gte=at.then)
            & Q(score__rank__lt=at.kept)
            & Q(GreaterThanOrEqual(F("score__rank"), _float(at.reached) * lower))
        )
    return left & ~Q(Exists(_by_hand(since)))


def _gained(current: Rules, since: datetime) -> Combinable:
    """What the activities since then add to a rank, before fit."""
    clock = (F("occurred_at"), Value(current.scale.landmark), _float(current.scale.half_life_seconds))
    weights = [
        When(type=kind, then=_float(current.weight(kind))) for kind in ActivityType if current.weight(kind)
    ]
    units = Func(*clock, function="leads_u", output_field=FloatField())
    weight = Case(*weights, default=_float(0.0), output_field=FloatField())
    happened = Activity.objects.standing().filter(occurred_at__gte=since).exclude(type=ActivityType.MANUAL)
    heat = Cast(KeyTextTransform("heat", "properties"), FloatField())
    by_hand = Func(heat, *clock, function="leads_u_of_heat", output_field=FloatField())
    return _sum(happened, weight * units) + _sum(_by_hand(since), by_hand)


def _by_hand(since: datetime) -> QuerySet[Activity]:
    return Activity.objects.filter(lead_id=OuterRef("pk"), type=ActivityType.MANUAL, received_at__gte=since)


def _sum(activities: QuerySet[Activity], units: Any) -> Coalesce:
    """Of one lead's activities."""
    found: Any = activities.filter(lead_id=OuterRef("pk")).order_by().values("lead_id")
    total = found.annotate(units=Sum(units)).values("units")
    return Coalesce(Subquery(total, output_field=FloatField()), _float(0.0))


def _float(value: float) -> Cast:
    """A literal would be a decimal: slower, and another result in the last digits."""
    return Cast(Value(value), FloatField())
