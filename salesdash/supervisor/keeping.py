"""The embedded servers of a running demo: one that dies is started again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from salesdash import embedded
from salesdash.embedded.layout import CHECKOUT

LOOK_EVERY_S: Final = 1.0
PATIENCE_S: Final = 5.0


class Keeper:
    """Looks at PostgreSQL and Redis with each tick that is due; mends them in a process of its own, since a
    recovery may take minutes and a Ctrl-C must not wait for it."""

    def __init__(self, data_root: Path, say: Callable[[str], None]) -> None:
        self._root = data_root
        self._say = say
        self._mending: subprocess.Popen[bytes] | None = None
        self._due = time.monotonic() + LOOK_EVERY_S

    def tick(self) -> None:
        if time.monotonic() < self._due:
            return
        if self._mending is not None:
            self._finish(self._mending)
        elif embedded.running(self._root) is None:
            self._say("salesdash: PostgreSQL or Redis does not answer; starting it again")
            command = [sys.executable, "-m", "salesdash.embedded", "start", str(self._root)]
            self._mending = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, process_group=0
            )
        self._due = time.monotonic() + LOOK_EVERY_S

    def stop(self) -> None:
        """A start that is under way is broken off: the session's end then ends what it began."""
        if self._mending is not None:
            self._mending.terminate()
            try:
                self._mending.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._mending.kill()
                self._mending.wait()

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        code = process.poll()
        if code is None:
            return
        self._mending = None
        if code == 0:
            self._say("salesdash: PostgreSQL and Redis serve again")
