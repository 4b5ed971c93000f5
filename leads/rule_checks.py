"""What is wrong with a set of rules, in words: before it is saved, and again before it is published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from leads.fit import FitRule
from leads.models.activity import ActivityType
from leads.models.score import Band, RuleSet
from salesdash.errors import DomainError

MAX_WEIGHT: Final = 1000.0
MIN_HALF_LIFE_HOURS: Final = 1.0
MAX_HALF_LIFE_HOURS: Final = 10 * 365 * 24.0
MAX_SCALE_HEAT: Final = 1_000_000.0
MAX_RULES: Final = 200

Problem = tuple[str, str]


def problems(rule_set: RuleSet) -> list[Problem]:
    """(field of the rule set, sentence), in the order of the form; none for rules that may be published."""
    return [
        *_half_life(rule_set.half_life_hours),
        *_scale(rule_set.scale_heat),
        *_weights(rule_set.weights),
        *_bands(rule_set.bands),
        *_rules("fit_rules", rule_set.fit_rules),
        *_rules("exclude_rules", rule_set.exclude_rules),
    ]


def _half_life(hours: object) -> Iterator[Problem]:
    number = _number(hours)
    if number is None or not MIN_HALF_LIFE_HOURS <= number <= MAX_HALF_LIFE_HOURS:
        yield (
            "half_life_hours",
            _("The half-life is from one hour to ten years (%(hours)s hours).")
            % {"hours": f"{MAX_HALF_LIFE_HOURS:,.0f}"},
        )


def _scale(heat: object) -> Iterator[Problem]:
    number = _number(heat)
    if number is None or not 0 < number <= MAX_SCALE_HEAT:
        yield (
            "scale_heat",
            _("The heat that shows as 50 is a number above 0, at most %(most)s.")
            % {"most": f"{MAX_SCALE_HEAT:,.0f}"},
        )


def _weights(weights: object) -> Iterator[Problem]:
    if not isinstance(weights, Mapping):
        yield "weights", _("The weights are a number for each kind of activity.")
        return
    for key, weight in weights.items():
        if not _is_weighable(key):
            yield "weights", _("There is no kind of activity “%(kind)s” that can be weighed.") % {"kind": key}
            continue
        number = _number(weight)
        if number is None or abs(number) > MAX_WEIGHT:
            yield (
                "weights",
                _("The weight of “%(kind)s” is a number from −%(most)s to %(most)s.")
                % {"kind": ActivityType.from_key(key).label, "most": f"{MAX_WEIGHT:,.0f}"},
            )


def _is_weighable(key: object) -> bool:
    """An adjustment by hand always weighs 1."""
    return isinstance(key, str) and key in {kind.key for kind in ActivityType} - {ActivityType.MANUAL.key}


def _bands(bands: object) -> Iterator[Problem]:
    """From hot down to cool; cold is what remains."""
    named = [band for band in reversed(Band) if band is not Band.COLD]
    if not isinstance(bands, Mapping) or set(bands) != {band.key for band in named}:
        yield (
            "bands",
            _("Each band needs its threshold: %(bands)s.")
            % {"bands": ", ".join(str(band.label) for band in named)},
        )
        return
    numbers = [_number(bands[band.key]) for band in named]
    if any(number is None or not 1 <= number <= 99 for number in numbers):
        yield "bands", _("The thresholds of the bands are numbers from 1 to 99.")
        return
    for upper, lower in pairwise(named):
        if not bands[upper.key] > bands[lower.key]:
            yield (
                "bands",
                _("The band “%(lower)s” would be empty: “%(upper)s” must begin above it.")
                % {"lower": lower.label, "upper": upper.label},
            )


def _rules(field: str, raw: object) -> Iterator[Problem]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        yield field, _("The rules are a list.")
        return
    if len(raw) > MAX_RULES:
        yield field, _("At most %(most)s rules.") % {"most": MAX_RULES}
    for number, rule in enumerate(raw, 1):
        if message := _rule_fault(rule):
            yield field, _("Rule %(number)s: %(message)s") % {"number": number, "message": message}


def _rule_fault(rule: object) -> str:
    if not isinstance(rule, Mapping):
        return _("A rule has a field, a comparison and a value.")
    try:
        FitRule.parse(rule)
    except DomainError as error:
        return error.message
    return ""


def _number(value: Any) -> float | None:
    """None for what is no finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
