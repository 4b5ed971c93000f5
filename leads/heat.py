"""An explanation of a temperature in words and figures, as the lead page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import rule_words
from leads.explain import Contribution, Cooling, Explanation
from leads.fit import FitRule, Op
from salesdash.formatting import numbers, times

# a smaller change is noise
TOLD_POINTS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Reason:
    label: str
    points: float
    shown: str


def whole(temperature: float) -> int:
    """Whole points reached, as everywhere on the screens."""
    return int(temperature + 1e-6)


def heat_context(why: Explanation, now: datetime) -> dict[str, Any]:
    shown = whole(why.temperature)
    moved = shown - whole(why.moved.before)
    reasons = [_reason(contribution) for contribution in why.contributions]
    return {
        "why": why,
        "excluded_by": rule_words.reason_word(why.excluded_by),
        "shown": str(shown),
        "moved": moved,
        "moved_points": str(abs(moved)),
        "reasons": [reason for reason in reasons if abs(reason.points) >= 0.5],
        "largest": max((abs(reason.points) for reason in reasons), default=0),
        "fit_reasons": [_fit_reason(rule) for rule in why.fit_rules],
        "movements": _movements(why),
        "cooling": _cooling(why, now),
        "spark_values": [value for _day, value in why.history],
        "spark_label": _spark_label(why),
    }


def _reason(contribution: Contribution) -> Reason:
    label = str(contribution.type.label)
    if contribution.count > 1:
        label = ngettext("%(what)s, %(n)s time", "%(what)s, %(n)s times", contribution.count) % {
            "what": label,
            "n": numbers.number(contribution.count),
        }
    return Reason(label, contribution.points, numbers.signed(contribution.points))


def _movements(why: Explanation) -> list[str]:
    """`料金ページ +5`, `冷却 −2`: what brought today's change, without the crumbs."""
    parts = [(str(kind.label), points) for kind, points in why.moved.by]
    parts.append((_("cooling"), why.moved.cooling))
    return [f"{label} {numbers.signed(points)}" for label, points in parts if abs(points) >= TOLD_POINTS]


def _cooling(why: Explanation, now: datetime) -> str:
    if whole(why.temperature) == 0:
        return ""
    if (fall := why.leaves_band) and fall.at < why.cools_to.at:
        return _told(fall, now)
    return _told(why.cools_to, now)


def _told(cooling: Cooling, now: datetime) -> str:
    return _("If nothing happens, cools to %(t)s by %(time)s.") % {
        "t": whole(cooling.temperature),
        "time": times.day_time(cooling.at, now),
    }


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
