"""The way a temperature came: its curve, with jumps where activities were, and the activities on it. Pure.

What lies between two edges is one step: drawn from its first to its last activity, exact at both ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from leads.forecast import Point, fine_samples
from leads.models.activity import ActivityType
from leads.temperature import NO_HEAT, Scale

# 30 days in stretches of 2 hours, 90 days in stretches of 6
MOST_STEPS: Final = 360
# what lies closer together than this part of the picture is one mark
MARKS_ACROSS: Final = 80
# they say nothing about a person
NOT_DRAWN: Final = frozenset(
    {ActivityType.EMAIL_OPEN_MACHINE, ActivityType.EMAIL_CLICK_MACHINE, ActivityType.TASK_DONE}
)


@dataclass(frozen=True)
class Bucket:
    """The activities of one type between two edges. `heat`: weight · Σu; `count` < 0: adjustments ended."""

    type: ActivityType
    count: int
    heat: float
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Mark:
    """Activities that lie close together: the temperature after them, and by how much they moved it."""

    first: datetime
    last: datetime
    temperature: float
    change: float
    # the heaviest first
    kinds: list[tuple[ActivityType, int]]


@dataclass
class _Group:
    """Steps that become one mark, and the heat before and after them."""

    before: float
    after: float = 0.0
    buckets: list[Bucket] = field(default_factory=list)


def edges(now: datetime, zone: ZoneInfo, days: int) -> list[datetime]:
    """Cuts through `days` local days, the last one today; `[0]` is the beginning of the first."""
    hours = max(1, -(-24 * days // MOST_STEPS))
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    moments = {
        datetime.combine(first + timedelta(days=day), time(hour), zone).astimezone(now.tzinfo)
        for day in range(days)
        for hour in range(0, 24, hours)
    }
    return sorted(moments)


class Course:
    """One walk over the steps, oldest first. `buckets` may also hold what lies before `edges[0]`."""

    def __init__(
        self,
        buckets: Iterable[Bucket],
        scale: Scale,
        fit_factor: float,
        edges: Sequence[datetime],
        now: datetime,
    ) -> None:
        self._scale, self._fit_factor, self._now = scale, fit_factor, now
        self._start = edges[0]
        ordered = sorted(buckets, key=lambda bucket: bucket.last)
        self._before = sum(bucket.heat for bucket in ordered if bucket.last < self._start)
        inside = [bucket for bucket in ordered if bucket.last >= self._start]
        spans = [at for at in edges if at <= now]
        self._steps = [list(group) for _n, group in groupby(inside, key=lambda one: _place(spans, one.last))]

    def days(self, days: int, zone: ZoneInfo) -> list[tuple[date, float]]:
        """At the end of each local day, the last one now."""
        today = self._now.astimezone(zone).date()
        steps, heat, found = list(reversed(self._steps)), self._before, []
        for back in range(days - 1, -1, -1):
            day = today - timedelta(days=back)
            end = min(datetime.combine(day + timedelta(days=1), time.min, zone), self._now)
            while steps and (steps[-1][0].first < end or back == 0):
                heat += sum(bucket.heat for bucket in steps.pop())
            found.append((day, self._temperature(heat, end)))
        return found

    def curve(self) -> list[Point]:
        """Samples between the jumps, two points at each jump."""
        heat, at = self._before, self._start
        points = [Point(at, self._temperature(heat, at))]
        for step in self._steps:
            first, last = min(bucket.first for bucket in step), max(bucket.last for bucket in step)
            points += self._between(heat, at, first)
            points.append(Point(first, self._temperature(heat, first)))
            heat, at = heat + sum(bucket.heat for bucket in step), last
            points.append(Point(at, self._temperature(heat, at)))
        points += self._between(heat, at, self._now)
        return [*points, Point(self._now, self._temperature(heat, self._now))]

    def marks(self) -> list[Mark]:
        apart = (self._now - self._start) / MARKS_ACROSS
        heat = self._before
        groups: list[_Group] = []
        for step in self._steps:
            before, heat = heat, heat + sum(bucket.heat for bucket in step)
            seen = [bucket for bucket in step if bucket.type not in NOT_DRAWN and bucket.count]
            if not seen:
                continue
            if not groups or seen[-1].last - groups[-1].buckets[0].first > apart:
                groups.append(_Group(before))
            groups[-1].after = heat
            groups[-1].buckets += seen
        return [self._mark(group) for group in groups]

    def _mark(self, group: _Group) -> Mark:
        last = max(bucket.last for bucket in group.buckets)
        before, after = self._temperature(group.before, last), self._temperature(group.after, last)
        counts: dict[ActivityType, int] = {}
        heats: dict[ActivityType, float] = {}
        for bucket in group.buckets:
            counts[bucket.type] = counts.get(bucket.type, 0) + bucket.count
            heats[bucket.type] = heats.get(bucket.type, 0.0) + abs(bucket.heat)
        kinds = [(kind, counts[kind]) for kind in sorted(counts, key=lambda kind: -heats[kind])]
        first = min(bucket.first for bucket in group.buckets)
        return Mark(first, last, after, after - before, kinds)

    def _between(self, heat: float, start: datetime, end: datetime) -> list[Point]:
        """Samples of the cooling; none where there is nothing to cool."""
        if heat <= 0:
            return []
        day = timedelta(days=1)
        moments = [start + day * n for n in range(1, int((end - start) / day) + 1)]
        moments += fine_samples(self._scale, start)
        return [Point(at, self._temperature(heat, at)) for at in sorted(moments) if at < end]

    def _temperature(self, heat: float, at: datetime) -> float:
        rank = self._fit_factor * heat
        return self._scale.temperature(rank if rank > 0 else NO_HEAT, at)


def _place(spans: Sequence[datetime], at: datetime) -> int:
    """The stretch in which a moment lies: that of the statement's width_bucket."""
    return bisect_right(spans, at)
