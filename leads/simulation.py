"""A plausible stream of what leads do, for the demo. Pure: a random generator in, activities out.

Most of it is small (visits, opens, most of them by machines, calls that nobody takes) and falls on those who
are interested already, but changes their temperatures little: a week's interest comes in a week. Now and then
one lead makes up its mind within a minute, and turns hot before one's eyes. The more leads are hot, the rarer
that is: they cool by half in a week, and days of simulation must not end with everybody at 100.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, NamedTuple, Self

from leads.models import ActivityType as Kind
from leads.models.score import Band
from leads.rules import Rules
from leads.temperature import temperature_to_heat

_SOURCES: Final = {Kind.WEBINAR: "webinar", Kind.CALL_CONNECTED: "phone", Kind.CALL_ABSENT: "phone"}
_WEB: Final = (Kind.PAGE_VIEW, Kind.PRICING_VIEW, Kind.DOCUMENT_REQUEST, Kind.FORM_SUBMIT)
_MIX: Final = {
    Kind.EMAIL_OPEN_MACHINE: 28, Kind.CALL_ABSENT: 6, Kind.PAGE_VIEW: 34, Kind.EMAIL_CLICK_MACHINE: 10,
    Kind.EMAIL_OPEN: 16, Kind.EMAIL_CLICK: 3, Kind.PRICING_VIEW: 1.4, Kind.CALL_CONNECTED: 0.7,
    Kind.DOCUMENT_REQUEST: 0.4, Kind.WEBINAR: 0.25, Kind.FORM_SUBMIT: 0.25,
}  # fmt: skip
# of those at the end of the scale, and the more often of all others, the more are hot
_QUIET_MIX: Final = {
    Kind.EMAIL_OPEN_MACHINE: 62, Kind.EMAIL_CLICK_MACHINE: 26, Kind.CALL_ABSENT: 8, Kind.EMAIL_OPEN: 2,
    Kind.PAGE_VIEW: 2,
}  # fmt: skip
# (seconds after the first step, jittered; kind): one compares prices, one reads, one is on the phone
DECISIONS: Final = (
    ((0, Kind.EMAIL_CLICK), (6, Kind.PAGE_VIEW), (16, Kind.PRICING_VIEW), (52, Kind.FORM_SUBMIT)),
    ((0, Kind.EMAIL_OPEN), (8, Kind.PAGE_VIEW), (22, Kind.DOCUMENT_REQUEST), (48, Kind.PRICING_VIEW)),
    ((0, Kind.CALL_CONNECTED), (20, Kind.PAGE_VIEW), (48, Kind.DOCUMENT_REQUEST)),
    ((0, Kind.PAGE_VIEW), (9, Kind.PAGE_VIEW), (21, Kind.PRICING_VIEW), (40, Kind.EMAIL_REPLY)),
)
_PATHS: Final = ("/features/", "/cases/manufacturing/", "/cases/logistics/", "/security/", "/company/")
_DOCUMENTS: Final = ("サービス紹介資料", "導入事例集", "料金表", "セキュリティ白書")
_WEBINARS: Final = ("見積業務の標準化", "請求の電子化 入門", "現場で使える業務改善")

SECONDS_BETWEEN_DECISIONS: Final = 15.0
# degrees; where the scale ends leads look alike
NEAR_END, HIGHEST = 93.0, 97.0
# shares of hot leads: with each more of the first, decisions come half as often; from the second on everybody
# does only small things, from the third on nobody decides any more
HALF_AT_HOT_SHARE: Final = 0.01
CALM_HOT_SHARE: Final = 0.04
ENOUGH_HOT_SHARE: Final = 0.045
# the first lead acts twice as often as the one so many places behind
_LIKELY_PLACES: Final = 40


class Interest(NamedTuple):
    """`heat`: heat units now, fit included."""

    lead_id: int
    heat: float
    fit_factor: float


@dataclass(frozen=True, slots=True)
class Audience:
    """Lead ids, the warmest first, of which `hot` are hot; any decision makes those `undecided` hot."""

    leads: Sequence[int]
    hot: int
    undecided: Sequence[int]
    # of the hot, how many stand near the end of the scale
    hottest: int = 0

    @classmethod
    def of(cls, leads: Sequence[Interest], rules: Rules) -> Self:
        """`leads`: the warmest first. Undecided: cool to warm, and no decision lifts them above `HIGHEST`."""
        scale = rules.scale
        cool, hot, near_end, highest = (
            temperature_to_heat(degrees, scale.scale_heat)
            for degrees in (scale.bands[Band.COOL], scale.bands[Band.HOT], NEAR_END, HIGHEST)
        )
        brings = [sum(rules.weight(kind) for _after, kind in steps) for steps in DECISIONS]
        least, most = min(brings), max(brings)
        undecided = [
            lead_id
            for lead_id, heat, fit_factor in leads
            if cool <= heat < hot <= heat + fit_factor * least and heat + fit_factor * most <= highest
        ]
        above = {limit: sum(lead.heat >= limit for lead in leads) for limit in (hot, near_end)}
        return cls([lead.lead_id for lead in leads], above[hot], undecided, above[near_end])

    @property
    def hot_share(self) -> float:
        return self.hot / max(1, len(self.leads))

    @property
    def calm(self) -> float:
        """0 where nobody is hot, 1 where many are."""
        return min(1.0, self.hot_share / CALM_HOT_SHARE)

    @property
    def seconds_between_decisions(self) -> float:
        if self.hot_share >= ENOUGH_HOT_SHARE or not self.undecided:
            return math.inf
        return SECONDS_BETWEEN_DECISIONS * math.exp2(self.hot_share / HALF_AT_HOT_SHARE)


@dataclass(frozen=True, slots=True)
class Deed:
    lead_id: int
    kind: Kind
    source: str
    properties: Mapping[str, Any]


class Stream:
    def __init__(self, rng: Random, *, per_second: float) -> None:
        self._rng = rng
        self._per_second = per_second
        # decisions under way: (seconds from the beginning, number, lead, kind)
        self._planned: list[tuple[float, int, int, Kind]] = []
        self._count = 0
        self._clock = 0.0
        self._decided_at = 0.0

    def run(self, audience: Audience, seconds: float) -> Iterator[tuple[float, Deed]]:
        """(seconds to wait, deed) for the next `seconds`."""
        until = self._clock + seconds
        places = range(len(audience.leads))
        cumulated = list(itertools.accumulate(1 / (place + _LIKELY_PLACES) for place in places))
        while audience.leads:
            wait = self._rng.expovariate(self._per_second)
            while self._planned and self._planned[0][0] <= self._clock + wait:
                at, _number, lead_id, kind = heapq.heappop(self._planned)
                yield max(0.0, at - self._clock), self._deed(lead_id, kind)
                wait -= max(0.0, at - self._clock)
                self._clock = max(self._clock, at)
            if self._clock + wait > until:
                self._clock = until
                return
            self._clock += wait
            [place] = self._rng.choices(places, cum_weights=cumulated)
            is_quiet = place < audience.hottest or self._rng.random() < audience.calm
            yield wait, self._deed(audience.leads[place], self._kind(_QUIET_MIX if is_quiet else _MIX))
            self._decide(audience)

    def _kind(self, mix: Mapping[Kind, float]) -> Kind:
        return self._rng.choices(list(mix), list(mix.values()))[0]

    def _decide(self, audience: Audience) -> None:
        pause = audience.seconds_between_decisions * self._rng.uniform(0.5, 1.5)
        if self._clock - self._decided_at <= pause:
            return
        self._decided_at = self._clock
        lead_id = self._rng.choice(audience.undecided)
        for after, kind in self._rng.choice(DECISIONS):
            self._count += 1
            at = self._clock + after * self._rng.uniform(0.8, 1.2)
            heapq.heappush(self._planned, (at, self._count, lead_id, kind))

    def _deed(self, lead_id: int, kind: Kind) -> Deed:
        source = "web" if kind in _WEB else _SOURCES.get(kind, "mail")
        return Deed(lead_id, kind, source, self._properties(kind))

    def _properties(self, kind: Kind) -> dict[str, Any]:
        if kind == Kind.PAGE_VIEW:
            return {"path": self._rng.choice(_PATHS)}
        if kind == Kind.DOCUMENT_REQUEST:
            return {"document": self._rng.choice(_DOCUMENTS)}
        if kind == Kind.WEBINAR:
            return {"title": self._rng.choice(_WEBINARS)}
        return {}
