"""A rate with what is known of it: so many of so many, and an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# of every interval and test
ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `trials`, with a Wilson interval of 95 % (Wilson 1927)."""

    hits: int
    trials: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.trials:
            raise ValueError(f"{self.hits} of {self.trials} is no rate")

    @property
    def value(self) -> float | None:
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.trials:
            return None
        # imported here: it takes a second, which every process of the product would pay at its start
        from statsmodels.stats.proportion import proportion_confint

        low, high = proportion_confint(self.hits, self.trials, alpha=ALPHA, method="wilson")
        return float(low), float(high)
