"""What children say: to the terminal with their name in front, and to var/log/<name>.log."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import IO, Final

LIMIT_BYTES: Final = 20_000_000


class Output:
    """Line by line, from any thread."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._width = max(map(len, names), default=0)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def say(self, line: str) -> None:
        """A line of the supervisor's own."""
        with self._lock:
            self._print(line)
            self._keep("supervisor", line)

    def follow(self, name: str, stream: IO[bytes]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._copy, args=(name, stream), daemon=True, name=f"output-{name}")
        thread.start()
        self._threads.append(thread)

    def drain(self) -> None:
        """Let the last words of the dead be written."""
        for thread in self._threads:
            thread.join(timeout=1.0)

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        for raw in stream:
            line = raw.decode(errors="replace").rstrip("\r\n")
            with self._lock:
                self._print(f"{name:<{self._width}} | {line}")
                self._keep(name, line)

    def _print(self, text: str) -> None:
        try:
            print(text, flush=True)
        except (OSError, ValueError):
            sys.stdout = None  # type: ignore[assignment]  # the terminal is gone; print() then does nothing

    def _keep(self, name: str, line: str) -> None:
        path = self._folder / f"{name}.log"
        try:
            if path.exists() and path.stat().st_size > LIMIT_BYTES:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            return  # a full disk must not stop the demo from being told to end
