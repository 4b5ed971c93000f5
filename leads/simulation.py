"""A plausible stream of what leads do, for the demo. Pure: a random generator in, activities out.

Most of it is small (visits, opens, half of them by machines) and falls on those who are interested already.
Now and then one lead makes up its mind within a minute, and turns hot before one's eyes. Once many leads are
hot the rest calms down: days of simulation must not end with everybody at 100.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from leads.models import ActivityType as Kind

_SOURCES: Final = {Kind.WEBINAR: "webinar", Kind.CALL_CONNECTED: "phone", Kind.CALL_ABSENT: "phone"}
_WEB: Final = (Kind.PAGE_VIEW, Kind.PRICING_VIEW, Kind.DOCUMENT_REQUEST, Kind.FORM_SUBMIT)
_MIX: Final = {
    Kind.PAGE_VIEW: 34, Kind.EMAIL_OPEN: 22, Kind.EMAIL_OPEN_MACHINE: 16, Kind.EMAIL_CLICK: 8,
    Kind.EMAIL_CLICK_MACHINE: 6, Kind.PRICING_VIEW: 6, Kind.CALL_ABSENT: 4, Kind.DOCUMENT_REQUEST: 1.5,
    Kind.FORM_SUBMIT: 1, Kind.WEBINAR: 1, Kind.EMAIL_REPLY: 0.5,
}  # fmt: skip
_QUIET_MIX: Final = {
    Kind.EMAIL_OPEN_MACHINE: 60, Kind.EMAIL_CLICK_MACHINE: 20, Kind.CALL_ABSENT: 12, Kind.EMAIL_OPEN: 5,
    Kind.PAGE_VIEW: 3,
}  # fmt: skip
# seconds after the first step; jittered
_DECISION: Final = (
    (0, Kind.EMAIL_CLICK), (3, Kind.PAGE_VIEW), (9, Kind.PRICING_VIEW), (16, Kind.PRICING_VIEW),
    (24, Kind.DOCUMENT_REQUEST), (33, Kind.PRICING_VIEW), (45, Kind.FORM_SUBMIT), (60, Kind.EMAIL_REPLY),
)  # fmt: skip
_PATHS: Final = ("/features/", "/cases/manufacturing/", "/cases/logistics/", "/security/", "/company/")
_DOCUMENTS: Final = ("サービス紹介資料", "導入事例集", "料金表", "セキュリティ白書")
_WEBINARS: Final = ("見積業務の標準化", "請求の電子化 入門", "現場で使える業務改善")

SECONDS_BETWEEN_DECISIONS: Final = 75.0
QUIET_SECONDS_BETWEEN_DECISIONS: Final = 300.0
# shares of hot leads: above the first the stream calms down, above the second nobody decides any more
QUIET_FROM_HOT_SHARE: Final = 0.12
ENOUGH_HOT_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Audience:
    """Lead ids, the likeliest to act first; `undecided` are those whom a decision would make hot."""

    leads: Sequence[int]
    undecided: Sequence[int]
    hot_share: float

    @property
    def is_quiet(self) -> bool:
        return self.hot_share > QUIET_FROM_HOT_SHARE


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
        weights = [1 / (place + 50) for place in range(len(audience.leads))]
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
            [lead_id] = self._rng.choices(audience.leads, weights)
            yield wait, self._deed(lead_id, self._kind(audience))
            self._decide(audience)

    def _kind(self, audience: Audience) -> Kind:
        mix = _QUIET_MIX if audience.is_quiet else _MIX
        return self._rng.choices(list(mix), list(mix.values()))[0]

    def _decide(self, audience: Audience) -> None:
        pause = QUIET_SECONDS_BETWEEN_DECISIONS if audience.is_quiet else SECONDS_BETWEEN_DECISIONS
        due = self._clock - self._decided_at > pause * self._rng.uniform(0.5, 1.5)
        if not due or not audience.undecided or audience.hot_share > ENOUGH_HOT_SHARE:
            return
        self._decided_at = self._clock
        lead_id = self._rng.choice(audience.undecided)
        for after, kind in _DECISION:
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
