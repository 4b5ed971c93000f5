"""Does a higher score go with winning? Area under the ROC curve and lift. Pure: numbers in, numbers out.

AUC is the chance that a random won lead scored higher than a random lost one, ties counting half
(Mann-Whitney). Its variance, and that of the difference of two AUCs over the same leads, is DeLong's:
DeLong, DeLong, Clarke-Pearson: "Comparing the areas under two or more correlated receiver operating
characteristic curves", Biometrics 44 (1988). Placements by sorting: O(n log n).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, median, variance
from typing import Final

# below this number of won or of lost leads nothing is said
ENOUGH: Final = 20
Z_95: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Estimate:
    """With the ends of a 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Placements:
    """For each won lead the share of lost ones below it; for each lost one the share of won above it."""

    won: list[float]
    lost: list[float]

    @classmethod
    def of(cls, won: Sequence[float], lost: Sequence[float]) -> Placements:
        ordered_won, ordered_lost = sorted(won), sorted(lost)
        return cls(
            [_below(score, ordered_lost) for score in won],
            [1.0 - _below(score, ordered_won) for score in lost],
        )


def auc(placed: Placements) -> Estimate:
    """0.5 is chance, 1 is perfect. Needs two won and two lost leads."""
    value = fmean(placed.won)
    spread = Z_95 * math.sqrt(_variance(placed.won, placed.lost))
    return Estimate(value, max(value - spread, 0.0), min(value + spread, 1.0))


def difference(after: Placements, before: Placements) -> Estimate:
    """AUC after − AUC before, over the same leads in the same order."""
    won = [a - b for a, b in zip(after.won, before.won, strict=True)]
    lost = [a - b for a, b in zip(after.lost, before.lost, strict=True)]
    value = fmean(won)
    spread = Z_95 * math.sqrt(_variance(won, lost))
    return Estimate(value, value - spread, value + spread)


def lift(won: Sequence[float], lost: Sequence[float], share: float) -> float:
    """The win rate among the `share` of leads with the highest scores, over that of all.

    Leads that tie at the edge are counted in part, as if drawn at random.
    """
    everybody = sorted([*won, *lost], reverse=True)
    size = math.ceil(share * len(everybody))
    edge = everybody[size - 1]
    above = sum(score > edge for score in everybody)
    tied = sum(score == edge for score in everybody)
    hits = sum(score > edge for score in won)
    hits_at_edge = sum(score == edge for score in won)
    expected = hits + hits_at_edge * (size - above) / tied
    return (expected / size) / (len(won) / len(everybody))


def middle(scores: Sequence[float]) -> float:
    return float(median(scores))


def _below(score: float, ordered: Sequence[float]) -> float:
    """The share of `ordered` below the score, ties counting half."""
    return (bisect_left(ordered, score) + bisect_right(ordered, score)) / (2 * len(ordered))


def _variance(won: Sequence[float], lost: Sequence[float]) -> float:
    return variance(won) / len(won) + variance(lost) / len(lost)
