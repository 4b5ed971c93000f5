"""The mathematics of temperature. Pure: no database, no clock.

Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward decay", ICDE 2009): with half-life h and a
landmark L, an activity at t adds u = round(2^16 · 2^((t−L)/h)) to its lead's accumulator of its type, once.

    rank           = fit_factor · Σ weight·acc                  stored; its order holds at every instant
    heat(now)      = rank · 2^−16 · 2^(−(now−L)/h)              fit included
    temperature    = 100 · (1 − 2^(−heat/s))                    s heat units show as 50
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from leads.models.score import Band

UNIT_BITS: Final = 16
HYSTERESIS_POINTS: Final = 3.0
NO_HEAT: Final = -math.inf
# (t−L)/h: the landmark moves at the first, activities are refused at the second. 16 + 40 bits leave room for
# 2^7 activities of one instant at the very end, and for 2^26 at the first.
MOVE_LANDMARK_HALF_LIVES: Final = 20.0
MAX_HALF_LIVES: Final = 40.0


@dataclass(frozen=True)
class Scale:
    """Turns ranks into temperatures. `bands` maps each band above cold to its threshold, ascending."""

    landmark: datetime
    half_life_seconds: float
    scale_heat: float
    bands: Mapping[Band, float]
    epoch: int

    def half_lives(self, now: datetime) -> float:
        """Half-lives between the landmark and `now`."""
        return (now - self.landmark).total_seconds() / self.half_life_seconds

    def heat(self, rank: float, now: datetime) -> float:
        """Heat units, fit included; 0 for no heat, negative for a negative fit_factor · Σ weight·acc."""
        if rank == NO_HEAT or rank == 0:
            return 0.0
        return _scaled(rank, -UNIT_BITS - self.half_lives(now))

    def temperature(self, rank: float, now: datetime) -> float:
        """0..100, exact; rounding is the screen's business."""
        return heat_to_temperature(self.heat(rank, now), self.scale_heat)

    def rank_for(self, temperature: float, now: datetime) -> float:
        """The lowest rank that shows at least `temperature` at `now`."""
        if temperature <= 0:
            return NO_HEAT
        heat = temperature_to_heat(temperature, self.scale_heat)
        return _scaled(heat, UNIT_BITS + self.half_lives(now))

    def band(self, temperature: float) -> Band:
        return max((band for band, at in self.bands.items() if temperature >= at), default=Band.COLD)

    def settle(self, announced: Band, temperature: float) -> Band:
        """Up at a threshold, down only `HYSTERESIS_POINTS` below it."""
        kept = [b for b, at in self.bands.items() if b <= announced and temperature >= at - HYSTERESIS_POINTS]
        return max([self.band(temperature), *kept])

    def rising_ranks(self, now: datetime) -> list[float]:
        """For cool, mild, warm, hot: the rank from which a lead is in that band."""
        return [self.rank_for(self.bands[band], now) for band in sorted(self.bands)]

    def falling_ranks(self, now: datetime) -> list[float]:
        """For cool, mild, warm, hot: the rank below which a lead that was in that band has left it."""
        return [self.rank_for(self.bands[band] - HYSTERESIS_POINTS, now) for band in sorted(self.bands)]

    def reaches(self, rank: float, temperature: float, now: datetime) -> datetime | None:
        """When a lead left alone cools to `temperature`; None if it is not warmer now."""
        heat = self.heat(rank, now)
        target = temperature_to_heat(temperature, self.scale_heat)
        if target <= 0 or heat <= target or math.isinf(target):
            return None
        return now + timedelta(seconds=self.half_life_seconds * math.log2(heat / target))


def heat_to_temperature(heat: float, scale_heat: float) -> float:
    if heat <= 0:
        return 0.0
    return -100.0 * math.expm1(-math.log(2) * heat / scale_heat)


def temperature_to_heat(temperature: float, scale_heat: float) -> float:
    if temperature >= 100:
        return math.inf
    return -scale_heat * math.log1p(-temperature / 100.0) / math.log(2)


def adjustment_heat(
    *, temperature: float, points: float, fit_factor: float, scale_heat: float, heat: float | None = None
) -> float:
    """Heat units, before fit, that move `temperature` by `points` now, kept within 1..99.

    `heat`: the heat behind `temperature`, fit included, which at 0 (it may be negative) and near 100 the
    temperature does not tell.
    """
    target = min(max(temperature + points, 1.0), 99.0)
    before = temperature_to_heat(min(temperature, 99.999_999), scale_heat) if heat is None else heat
    return (temperature_to_heat(target, scale_heat) - before) / fit_factor


def points_at_fifty(weight: float, scale_heat: float) -> float:
    """What `weight` heat units more, now, are worth to a lead at 50: 50 · (1 − 2^(−weight/s)), above −50."""
    return heat_to_temperature(scale_heat + weight, scale_heat) - 50.0


def fit_factor(fit: int) -> float:
    """0..100 → 0.5..2, and 50 → 1."""
    return float(2.0 ** ((fit - 50) / 50))


def grade(fit: int) -> str:
    """A (75 and above) to D (below 25)."""
    return "A" if fit >= 75 else "B" if fit >= 50 else "C" if fit >= 25 else "D"


def _scaled(value: float, exponent: float) -> float:
    """value · 2^exponent, over- and underflowing quietly."""
    whole = math.floor(exponent)
    try:
        return math.ldexp(value * 2.0 ** (exponent - whole), whole)
    except OverflowError:
        return math.copysign(math.inf, value)
