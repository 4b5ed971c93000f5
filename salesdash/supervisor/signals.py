"""Ctrl-C, once and twice."""

from __future__ import annotations

import signal
from types import FrameType


class Stop:
    """Filled by SIGINT, SIGTERM and SIGHUP; a second one means hurry. Handlers only append to lists."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.hurry: list[bool] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        (self.hurry if self.asked else self.asked).append(True)
