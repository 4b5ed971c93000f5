"""An explanation of a temperature in words and figures, as the lead page shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import adjustments, course_chart, rule_words
from leads.course import Mark
from leads.explain import Adjusted, Explanation
from leads.fit import FitRule, Op
from leads.models import ActivityType
from salesdash.formatting import numbers, times

# later, something will have happened
LEAVING_TOLD: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reason:
    label: str
    points: float
    shown: str


@dataclass(frozen=True, slots=True)
class Single:
    """One activity."""

    label: str
    at: datetime
    shown: str


@dataclass(frozen=True, slots=True)
class Stop:
    """What was done at about one time, and the temperature after it."""

    at: datetime
    label: str
    shown: str
    change: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """`now`: what the points have cooled to, '' where that is as much."""

    id: str
    shown: str
    now: str
    reason: str
    author: str
    at: datetime
    until: str


def whole(temperature: float) -> int:
    """Whole points reached, as everywhere on the screens."""
    return int(temperature + 1e-6)


def apportion(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to `total`, each less than 1 from its part (largest remainder; Hamilton).

    `total` must lie less than 1 from the sum of the parts.
    """
    lower = [math.floor(part) for part in parts]
    missing = total - sum(lower)
    first = sorted(range(len(parts)), key=lambda n: lower[n] - parts[n])[: max(missing, 0)]
    return [low + (n in first) for n, low in enumerate(lower)]


def heat_context(why: Explanation, now: datetime, zone: ZoneInfo | None = None) -> dict[str, Any]:
    shown = whole(why.temperature)
    moved = shown - whole(why.moved.before)
    reasons = _reasons(why, shown)
    stops = [_stop(mark) for mark in why.marks]
    label = ". ".join(filter(None, [_spark_label(why), _cooling(why, now).rstrip("。.")])) + "."
    titles = [f"{times.day_time(stop.at, now)} {stop.label} → {stop.shown} ({stop.change})" for stop in stops]
    return {
        "why": why,
        "excluded": rule_words.reason_word(why.excluded_by),
        "shown": numbers.NOTHING if why.excluded_by else str(shown),
        "moved": moved,
        "moved_points": str(abs(moved)),
        "reasons": reasons,
        "outweighed": _outweighed(why) if not reasons else "",
        "largest": max((abs(reason.points) for reason in reasons), default=0),
        "singles": [
            Single(str(one.type.label), one.occurred_at, numbers.signed(one.points, 1))
            for one in why.activities
            if abs(one.points) >= 0.05
        ],
        "by_hand": [_by_hand(adjusted) for adjusted in why.adjustments],
        "fit_reasons": [_fit_reason(rule) for rule in why.fit_rules],
        "fit_factor": f"{why.fit_factor:.2f}",
        "movements": _movements(why, moved),
        "cooling": _cooling(why, now),
        "leaving": _leaving(why, now),
        "spark_values": [value for _day, value in why.history],
        "spark_label": _spark_label(why),
        "course": course_chart.chart(why, zone or timezone.get_current_timezone(), label, titles),
        "course_key": course_chart.legend(why),
        "stops": stops[::-1],
    }


def _reasons(why: Explanation, shown: int) -> list[Reason]:
    """Whole points that add up to the temperature shown; what comes to none is left out."""
    points = apportion([part.points for part in why.contributions], shown)
    return [
        Reason(_counted(part.type, part.count), part.points, numbers.signed(whole_points))
        for part, whole_points in zip(why.contributions, points, strict=True)
        if whole_points
    ]


def _counted(kind: ActivityType, count: int) -> str:
    label = str(kind.label)
    if count < 2:
        return label if count >= 0 else _("Adjustment ended")
    return ngettext("%(what)s, %(n)s time", "%(what)s, %(n)s times", count) % {
        "what": label,
        "n": numbers.number(count),
    }


def _outweighed(why: Explanation) -> str:
    """Why a lead that did something is at 0."""
    against = [str(part.type.label) for part in why.contributions if part.heat < 0]
    if not against or why.excluded_by:
        return ""
    return _("What speaks against this lead outweighs the rest: %(what)s") % {"what": ", ".join(against)}


def _stop(mark: Mark) -> Stop:
    what = _("; ").join(_counted(kind, count) for kind, count in mark.kinds if count)
    label = what or _("Adjustment made and ended")
    change = whole(mark.temperature) - whole(mark.temperature - mark.change)
    return Stop(mark.last, label, str(whole(mark.temperature)), numbers.signed(change))


def _by_hand(adjusted: Adjusted) -> ByHand:
    line = adjusted.adjustment
    left = numbers.signed(adjusted.points)
    return ByHand(
        id=str(line.id),
        shown=line.signed,
        now="" if left == line.signed else left,
        reason=line.reason,
        author=line.author_name,
        at=line.at,
        until=adjustments.until(line),
    )


def _movements(why: Explanation, moved: int) -> list[str]:
    """`料金ページ +5`, `冷却 −2`: what brought the change since yesterday, adding up to `moved`."""
    parts = [(str(kind.label), points) for kind, points in why.moved.by]
    parts.append((_("cooling"), why.moved.cooling))
    points = apportion([part for _label, part in parts], moved)
    return [
        f"{label} {numbers.signed(number)}"
        for (label, _part), number in zip(parts, points, strict=True)
        if number
    ]


def _cooling(why: Explanation, now: datetime) -> str:
    """What it comes to by Friday's end of work."""
    shown, then = whole(why.temperature), whole(why.cools_to.temperature)
    if shown == 0 and then == 0:
        return ""
    values = {"t": then, "time": times.day_time(why.cools_to.at, now)}
    if then < shown:
        return _("If nothing happens, cools to %(t)s by %(time)s.") % values
    if then == shown:
        return _("If nothing happens, stays at %(t)s until %(time)s.") % values
    return _("If nothing happens, rises to %(t)s by %(time)s: points by hand end.") % values


def _leaving(why: Explanation, now: datetime) -> str:
    """When the word beside the number will be another one."""
    fall = why.leaves_band
    if fall is None or fall.at - now > LEAVING_TOLD:
        return ""
    values = {"band": why.band.label, "time": times.day_time(fall.at, now)}
    return _("No longer “%(band)s” from %(time)s.") % values


def _spark_label(why: Explanation) -> str:
    if not why.history:
        return ""
    first, last = whole(why.history[0][1]), whole(why.temperature)
    values = {"n": len(why.history), "first": first, "last": last}
    if last > first:
        return _("Rose from %(first)s to %(last)s in %(n)s days") % values
    if last < first:
        return _("Fell from %(first)s to %(last)s in %(n)s days") % values
    return _("At %(last)s, as %(n)s days ago") % values


def _fit_reason(rule: FitRule) -> Reason:
    name = rule_words.field_name(rule.field)
    return Reason(f"{name}: {_values(rule)}", rule.points, numbers.signed(rule.points))


def _values(rule: FitRule) -> str:
    if rule.op is Op.RANGE:
        low, high = ("" if bound is None else numbers.number(bound) for bound in rule.value)
        return f"{low}–{high}"
    if rule.op is Op.EXISTS:
        return _("filled in") if rule.value is not False else _("empty")
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    words = [rule_words.value_word(rule.field, value) for value in values]
    return ", ".join(words[:3]) + ("…" if len(words) > 3 else "")
