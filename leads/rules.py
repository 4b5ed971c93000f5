"""The published rules, as every reader and writer of temperatures needs them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from leads import fit
from leads.models.activity import ACC_SLOTS, ActivityType
from leads.models.score import Band, RuleSet, ScoreState
from leads.temperature import Scale

# how long a reader may show temperatures by rules that were just replaced
CACHE_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Rules:
    """One published version. `weights[slot − 1]` belongs to `LeadScore.acc[slot]`."""

    id: int
    version: int
    weights: tuple[float, ...]
    fit_rules: tuple[fit.FitRule, ...]
    exclude_rules: tuple[fit.FitRule, ...]
    scale: Scale

    @property
    def epoch(self) -> int:
        return self.scale.epoch

    def weight(self, activity_type: int) -> float:
        return self.weights[activity_type - 1]

    def parameters(self) -> dict[str, Any]:
        """What the statements in leads/sql bind."""
        return {
            "weights": list(self.weights),
            "landmark": self.scale.landmark,
            "half_life": self.scale.half_life_seconds,
        }


_cached: tuple[float, Rules] | None = None


def current() -> Rules:
    """At most `CACHE_SECONDS` old; one query when cold."""
    if _cached is not None and time.monotonic() - _cached[0] < CACHE_SECONDS:
        return _cached[1]
    return reload()


def at_epoch(epoch: int) -> Rules:
    """For a writer that holds the score table: exactly the rules of `epoch`."""
    if _cached is not None and _cached[1].epoch == epoch:
        return _cached[1]
    return reload()


def reload() -> Rules:
    global _cached
    rules = of(ScoreState.objects.select_related("rules").get())
    _cached = (time.monotonic(), rules)
    return rules


def forget() -> None:
    """The next reader asks the database."""
    global _cached
    _cached = None


def of(state: ScoreState) -> Rules:
    return build(state.rules, landmark=state.landmark, epoch=state.epoch)


def build(rule_set: RuleSet, *, landmark: datetime, epoch: int) -> Rules:
    """Any version, whether or not the score table follows it. DomainError for a rule that cannot be read."""
    return Rules(
        id=rule_set.pk,
        version=rule_set.version,
        weights=weight_slots(rule_set.weights),
        fit_rules=fit.parse(rule_set.fit_rules),
        exclude_rules=fit.parse(rule_set.exclude_rules),
        scale=Scale(
            landmark=landmark,
            half_life_seconds=rule_set.half_life_hours * 3600,
            scale_heat=rule_set.scale_heat,
            bands={band: float(rule_set.bands[band.key]) for band in Band if band is not Band.COLD},
            epoch=epoch,
        ),
    )


def weight_slots(weights: Mapping[str, float]) -> tuple[float, ...]:
    """By slot; a type that is absent weighs nothing, an adjustment by hand always 1."""
    slots = [0.0] * ACC_SLOTS
    for key, weight in weights.items():
        slots[ActivityType.from_key(key) - 1] = float(weight)
    slots[ActivityType.MANUAL - 1] = 1.0
    return tuple(slots)
