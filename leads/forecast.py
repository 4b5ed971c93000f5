"""Where a temperature goes if nothing happens: it cools, and adjustments by hand end. Pure: no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from leads.temperature import NO_HEAT, Scale

# samples of a curve after each of its jumps, in half-lives; a day or more apart is finer than a screen
CURVE_HALF_LIVES: Final = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8)
FINE_HALF_LIFE: Final = timedelta(days=3)


class Point(NamedTuple):
    at: datetime
    temperature: float


@dataclass(frozen=True)
class Forecast:
    """`units`: Σ weight·acc now, signed. `ends`: when adjustments end, ascending, and what units go then."""

    scale: Scale
    fit_factor: float
    units: float
    ends: Sequence[tuple[datetime, float]] = ()

    def temperature(self, at: datetime) -> float:
        return self.scale.temperature(self._rank(at), at)

    def falls_to(self, temperature: float, now: datetime) -> datetime | None:
        """When it first shows no more than `temperature`; None if it is not warmer now."""
        if self.temperature(now) <= temperature:
            return None
        starts = [now, *(at for at, _units in self.ends if at > now)]
        for start, until in pairwise([*starts, None]):
            if start is None or self.temperature(start) <= temperature:
                return start
            at = self.scale.reaches(self._rank(start), temperature, start)
            if at and (until is None or at < until):
                return at
        return None

    def curve(self, now: datetime, until: datetime, samples: int = 28) -> list[Point]:
        """From `now` to `until`; two points at a jump."""
        jumps = [at for at, _units in self.ends if now < at <= until]
        step = (until - now) / samples
        moments = {now + step * n for n in range(samples + 1)}
        for start in (now, *jumps):
            moments.update(at for at in fine_samples(self.scale, start) if at < until)
        points = [Point(at, self.temperature(at)) for at in moments]
        points += [Point(at, self.temperature(at - timedelta(microseconds=1))) for at in jumps]
        points += [Point(at, self.temperature(at)) for at in jumps if at not in moments]
        return sorted(points, key=lambda point: point.at)

    def _rank(self, at: datetime) -> float:
        gone = sum(units for end, units in self.ends if end <= at)
        rank = self.fit_factor * (self.units - gone)
        return rank if rank > 0 else NO_HEAT


def fine_samples(scale: Scale, start: datetime) -> list[datetime]:
    """Where a fast cooling bends after `start`; none where a day is a small part of the half-life."""
    half_life = timedelta(seconds=scale.half_life_seconds)
    if half_life > FINE_HALF_LIFE:
        return []
    return [start + half_life * part for part in CURVE_HALF_LIVES]
