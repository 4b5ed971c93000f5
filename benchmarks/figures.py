"""What a benchmark yields, and how it takes the time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`reach` is the target of `ratio` where there is a baseline, else of `value`."""

    figure: str
    value: float
    unit: str
    reach: float | None = None
    at_least: bool = False  # else at most
    baseline: float | None = None
    # value ÷ baseline, or baseline ÷ value where more is better
    ratio: float | None = None

    @property
    def holds(self) -> bool | None:
        if self.reach is None:
            return None
        measured = self.value if self.ratio is None else self.ratio
        return measured >= self.reach if self.at_least else measured <= self.reach

    def line(self, bench: str) -> str:
        return json.dumps(
            {
                "bench": bench,
                "figure": self.figure,
                "value": _rounded(self.value),
                "unit": self.unit,
                "baseline": _rounded(self.baseline),
                "ratio": _rounded(self.ratio),
                "reach": self.reach,
                "at_least": self.at_least,
                "holds": self.holds,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True)
class Fact:
    """What has to be known about a run to understand its figures: the machine, a setting, the data."""

    fact: str
    text: str

    def line(self, bench: str) -> str:
        return json.dumps({"bench": bench, "fact": self.fact, "text": self.text}, ensure_ascii=False)


def faster(figure: str, seconds: float, baseline: float, reach: float) -> Figure:
    """How many times faster than the baseline, measured in the same run."""
    return Figure(figure, seconds, "s", reach, at_least=True, baseline=baseline, ratio=baseline / seconds)


def seconds(work: Callable[[], Any], *, best_of: int = 1) -> float:
    return min(_timed(work) for _ in range(best_of))


def p95_ms(jobs: Iterable[Callable[[], Any]]) -> float:
    """Of one run each, in milliseconds."""
    return p95(_timed(job) * 1000 for job in jobs)


def p95(values: Iterable[float]) -> float:
    """The smallest value that at least 95 % do not exceed."""
    ordered = sorted(values)
    return ordered[min(math.ceil(0.95 * len(ordered)), len(ordered)) - 1]


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
