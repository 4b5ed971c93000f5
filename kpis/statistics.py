"""Honest comparisons of two rates: every interval and test is named, peeking is allowed for.

Pure functions of counts. Sources: Newcombe 1998 (method 10); Robbins 1970 and Howard et
al. 2021 for the normal-mixture sequential test; Fleiss 1981 for the sample size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import Final

from salesdash.rates import ALPHA, Rate

# scipy and statsmodels are imported where they are used: together they take a second, which every
# process of the product would pay at its start
POWER: Final = 0.80
MINIMUM_PER_ARM: Final = 150
SRM_ALARM_P: Final = 0.001
# the sample size at which the sequential test is tightest
SEQUENTIAL_TUNING: Final = 5000
_NORMAL: Final = NormalDist()


class Method(StrEnum):
    POOLED_Z = "pooled_z"
    FISHER = "fisher_exact"


class Verdict(StrEnum):
    TOO_FEW = "too_few"
    OPEN = "open"
    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a` against `b`. `difference` and `interval` are a − b in shares of one."""

    a: Rate
    b: Rate
    difference: float
    interval: tuple[float, float]
    test: Method
    p: float
    # may be looked at as often as one likes; the verdict rests on it
    sequential_p: float
    # trials still missing per arm for 80 % power at the difference seen; None where there is none
    missing_per_arm: int | None
    verdict: Verdict

    @property
    def difference_points(self) -> float:
        return 100 * self.difference

    @property
    def interval_points(self) -> tuple[float, float]:
        return 100 * self.interval[0], 100 * self.interval[1]


def compare(a: Rate, b: Rate) -> Comparison | None:
    """None where one side has no trials at all."""
    if a.value is None or b.value is None:
        return None
    test, p = _test(a, b)
    sequential = sequential_p(a, b)
    needed = needed_per_arm(a.value, b.value)
    return Comparison(
        a=a,
        b=b,
        difference=a.value - b.value,
        interval=newcombe(a, b),
        test=test,
        p=p,
        sequential_p=sequential,
        missing_per_arm=None if needed is None else max(0, needed - min(a.trials, b.trials)),
        verdict=_verdict(a, b, sequential),
    )


def _verdict(a: Rate, b: Rate, sequential: float) -> Verdict:
    if min(a.trials, b.trials) < MINIMUM_PER_ARM:
        return Verdict.TOO_FEW
    if sequential >= ALPHA:
        return Verdict.OPEN
    return Verdict.HIGHER if a.hits * b.trials > b.hits * a.trials else Verdict.LOWER


def newcombe(a: Rate, b: Rate) -> tuple[float, float]:
    """95 % interval of the difference; defined for 0/10 against 0/20 too."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        a.hits, a.trials, b.hits, b.trials, method="newcomb", compare="diff", alpha=ALPHA
    )
    return float(low), float(high)


def pooled_z(a: Rate, b: Rate) -> tuple[float, float]:
    """(z, two-sided p); (0, 1) where both rates are 0 or both are 1."""
    share = (a.hits + b.hits) / (a.trials + b.trials)
    error = math.sqrt(share * (1 - share) * (1 / a.trials + 1 / b.trials))
    if error == 0:
        return 0.0, 1.0
    z = (a.hits / a.trials - b.hits / b.trials) / error
    return z, 2 * _NORMAL.cdf(-abs(z))


def _test(a: Rate, b: Rate) -> tuple[Method, float]:
    """Fisher's exact test where a cell of the table expects fewer than five, else the pooled z-test."""
    share = (a.hits + b.hits) / (a.trials + b.trials)
    if min(a.trials, b.trials) * min(share, 1 - share) < 5:
        from scipy import stats

        table = [[a.hits, a.trials - a.hits], [b.hits, b.trials - b.hits]]
        return Method.FISHER, float(stats.fisher_exact(table)[1])
    return Method.POOLED_Z, pooled_z(a, b)[1]


def sequential_p(a: Rate, b: Rate) -> float:
    """Always-valid p by a normal mixture, tuned to be tightest at SEQUENTIAL_TUNING trials."""
    z, _p = pooled_z(a, b)
    count = a.trials + b.trials
    log_alpha = -2 * math.log(ALPHA)
    spread = count * (log_alpha + math.log(log_alpha + 1)) / SEQUENTIAL_TUNING
    log_ratio = -0.5 * math.log1p(spread) + spread * z * z / (2 * (1 + spread))
    return min(1.0, math.exp(-log_ratio))


def needed_per_arm(first: float, second: float) -> int | None:
    """Trials per arm that find this difference with 80 % power (two-sided, 5 %); None if there is none."""
    gap = abs(first - second)
    if gap == 0:
        return None
    middle = (first + second) / 2
    z_alpha, z_power = _NORMAL.inv_cdf(1 - ALPHA / 2), _NORMAL.inv_cdf(POWER)
    root = z_alpha * math.sqrt(2 * middle * (1 - middle)) + z_power * math.sqrt(
        first * (1 - first) + second * (1 - second)
    )
    return math.ceil((root / gap) ** 2)


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """Chi-square p that these counts came from these shares; below SRM_ALARM_P assignment is broken."""
    total = sum(counts)
    if not total:
        return None
    from scipy import stats

    scale = sum(shares)
    return float(stats.chisquare(counts, [total * share / scale for share in shares]).pvalue)
