"""What the results of a run add up to: scores, passes, and how far two judgements of one text agree.

Pure functions. Sources: Wilson 1927 for rates, Student's t for means, Cohen 1960 for κ with the
large-sample interval of Fleiss, Cohen and Everitt 1969.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from drafts.safety.judge import PASS_SCORE
from salesdash.rates import ALPHA, Rate

Interval = tuple[float, float]
_ROUNDING: Final = 1e-12


class Judged(Protocol):
    """What is read of a result; without scores it is an error."""

    score_1: int | None
    score_2: int | None
    missing: list[str]
    codes: list[str]


@dataclass(frozen=True)
class Summary:
    """Of the texts that were judged; scores from 0 to 100, the mean of both judgements counts.

    `gap` is the mean absolute difference of the two, in points. κ compares their verdicts (80 or more passes)
    and is None where both judgements passed, or failed, every text: there is nothing to agree on by chance.
    """

    judged: int
    errors: int
    score: float | None
    score_interval: Interval | None
    passed: Rate
    mentioned: Rate
    clean: Rate
    gap: float | None
    gap_interval: Interval | None
    same_verdict: Rate
    kappa: float | None
    kappa_interval: Interval | None

    @property
    def is_good(self) -> bool | None:
        """The mean reaches 80; None where nothing was judged."""
        return None if self.score is None else self.score >= PASS_SCORE


def passes(result: Judged) -> bool:
    """As for drafts: the lower of the two judgements counts."""
    return result.score_1 is not None and result.score_2 is not None and lowest(result) >= PASS_SCORE


def lowest(result: Judged) -> int:
    return min(result.score_1 or 0, result.score_2 or 0)


def summary(results: Iterable[Judged]) -> Summary:
    found = list(results)
    judged = [one for one in found if one.score_1 is not None and one.score_2 is not None]
    pairs = [(one.score_1 or 0, one.score_2 or 0) for one in judged]
    score, score_interval = mean([(a + b) / 2 for a, b in pairs], 0, 100)
    gap, gap_interval = mean([abs(a - b) for a, b in pairs], 0, 100)
    verdicts = [(a >= PASS_SCORE, b >= PASS_SCORE) for a, b in pairs]
    agreement, agreement_interval = kappa(verdicts)
    return Summary(
        judged=len(judged),
        errors=len(found) - len(judged),
        score=score,
        score_interval=score_interval,
        passed=Rate(sum(map(passes, judged)), len(judged)),
        mentioned=Rate(sum(not one.missing for one in judged), len(judged)),
        clean=Rate(sum(not one.codes for one in judged), len(judged)),
        gap=gap,
        gap_interval=gap_interval,
        same_verdict=Rate(sum(a == b for a, b in verdicts), len(verdicts)),
        kappa=agreement,
        kappa_interval=agreement_interval,
    )


def mean(values: Sequence[float], least: float, most: float) -> tuple[float | None, Interval | None]:
    """The mean with Student's interval of 95 %, cut off at the ends of the scale; no interval below two."""
    if not values:
        return None, None
    middle = statistics.fmean(values)
    if len(values) < 2:
        return middle, None
    # imported here: it takes a second, which every process of the product would pay at its start
    from scipy.stats import t

    half = float(t.ppf(1 - ALPHA / 2, len(values) - 1)) * statistics.stdev(values) / math.sqrt(len(values))
    return middle, (max(least, middle - half), min(most, middle + half))


def kappa(verdicts: Sequence[tuple[bool, bool]]) -> tuple[float | None, Interval | None]:
    """No interval where all verdicts agree: the large-sample one has no width there."""
    total = len(verdicts)
    shares = {
        (a, b): sum(pair == (a, b) for pair in verdicts) / total if total else 0.0
        for a in (True, False)
        for b in (True, False)
    }
    first = {a: shares[a, True] + shares[a, False] for a in (True, False)}
    second = {b: shares[True, b] + shares[False, b] for b in (True, False)}
    by_chance = sum(first[verdict] * second[verdict] for verdict in (True, False))
    # one verdict only on both sides: chance alone agrees always
    if not total or by_chance == 1:
        return None, None
    agreed = shares[True, True] + shares[False, False]
    value = (agreed - by_chance) / (1 - by_chance)
    spread = 0.0
    for (a, b), share in shares.items():
        if a == b:
            spread += share * (1 - (first[a] + second[a]) * (1 - value)) ** 2
        else:
            spread += (1 - value) ** 2 * share * (second[a] + first[b]) ** 2
    spread -= (value - by_chance * (1 - value)) ** 2
    if spread <= _ROUNDING:
        return value, None
    half = statistics.NormalDist().inv_cdf(1 - ALPHA / 2) * math.sqrt(spread / total) / (1 - by_chance)
    return value, (max(-1.0, value - half), min(1.0, value + half))
