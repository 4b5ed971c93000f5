"""The other end of a browser's socket, in the hands of a test: it drops, doubles and reorders at will."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from leads import rules
from leads.live import changes, frames
from leads.live.frames import LeadsFrame
from leads.models import LeadScore


class Line:
    """`truth` is the temperature of each lead as the server has it; a resync tells all of it."""

    team = 1

    def __init__(self, page: Any, *, beat: float = 5.0) -> None:
        self._page = page
        self._beat = beat
        # now: what the browser calls later runs in a context where a query would take another connection
        self._scale = rules.current().scale
        self.epoch = 1
        self.seq = 0
        self.at = self._now()
        self.truth: dict[int, float | None] = {}
        self.heard: list[dict[str, Any]] = []
        self.sockets: list[Any] = []
        self.answers = True
        page.route_web_socket("**/ws/live/", self._open)

    @staticmethod
    def _now() -> int:
        return int(timezone.now().timestamp() * 1000)

    def _open(self, socket: Any) -> None:
        socket.on_message(lambda text: self._hear(socket, json.loads(text)))
        self.sockets.append(socket)
        scale = self._scale
        hello = frames.message(
            "hello", epoch=self.epoch, rules=scale.epoch, at=self._now(), seq=[[self.team, self.seq]],
            landmark=int(scale.landmark.timestamp() * 1000), half_life=scale.half_life_seconds,
            scale_heat=scale.scale_heat, bands={band.key: at for band, at in scale.bands.items()},
            beat=self._beat, pumping=True, acknowledge_every=0, sample=0,
        )  # fmt: skip
        socket.send(hello)

    def _hear(self, socket: Any, message: dict[str, Any]) -> None:
        self.heard.append(message)
        if "resync" in message and self.answers:
            ids, levels = frames.columns(sorted((lead, self._level(t)) for lead, t in self.truth.items()))
            answer = {"epoch": self.epoch, "at": self._tick(), "seq": [[self.team, self.seq]]}
            socket.send(frames.message("resync", reload=False, ids=ids, levels=levels, **answer))

    def _tick(self) -> int:
        self.at = max(self.at + 1, self._now())
        return self.at

    def _level(self, temperature: float | None) -> int:
        """The middle of the number shown: a moment of cooling does not change it. None: left out by a rule."""
        if temperature is None:
            return frames.EXCLUDED
        scale, now = self._scale, timezone.now()
        return changes.level(scale, scale.rank_for(temperature + 0.5, now), now)

    def frame(self, values: dict[int, int | None], *, traced: bool = False) -> bytes:
        """The next frame, which becomes the truth; whether to send it is the test's business."""
        self.truth |= values
        self.seq += 1
        leads = sorted((lead, self._level(t)) for lead, t in values.items())
        trace = "ab" * 16 if traced else ""
        return frames.encode(LeadsFrame(self.epoch, self.team, self.seq, self._tick(), leads, trace))

    def send(self, data: bytes) -> None:
        self.sockets[-1].send(data)

    def beat(self) -> None:
        seq = [[self.team, self.seq]]
        self.send(frames.message("beat", epoch=self.epoch, at=self._tick(), seq=seq))

    def asked(self) -> int:
        return sum("resync" in message for message in self.heard)

    def shown(self) -> dict[int, int]:
        cells = (
            "rows => rows.map(row => [Number(row.dataset.id), Number(row.querySelector('.v').textContent)])"
        )
        return dict(self._page.eval_on_selector_all("#tb tr", cells))

    def until(self, condition: Callable[[], bool], within_s: float = 5) -> bool:
        """Waits in the browser's time, so that its events are heard meanwhile."""
        end = time.monotonic() + within_s
        while not condition() and time.monotonic() < end:
            self._page.wait_for_timeout(20)
        return condition()


def warm(lead: Any, temperature: float) -> None:
    scale = rules.current().scale
    rank = scale.rank_for(temperature + 0.5, timezone.now())
    LeadScore.objects.filter(pk=lead.pk).update(rank=rank)
