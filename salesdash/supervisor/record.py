"""Which processes run for this checkout: so that a dead supervisor's children can be found and ended.

var/supervisor.lock is held for as long as a supervisor lives. var/supervisor.json names it and its children
by pid and start time; each child also carries the record's mark in its environment, and so do its children.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil

from salesdash.embedded import identity, locks
from salesdash.embedded.errors import explained
from salesdash.supervisor.preflight import Refusal

MARK_VARIABLE: Final = "SALESDASH_SUPERVISOR"
PATIENCE_S: Final = 5.0


@dataclass
class Record:
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    pid: int = field(default_factory=os.getpid)
    address: str = ""
    children: dict[str, list[float]] = field(default_factory=dict)  # name → [pid, birth]


class Register:
    """Taken by the one live supervisor of this checkout."""

    def __init__(self, folder: Path, address: str) -> None:
        self._path = folder / "supervisor.json"
        self._descriptor = locks.open_file(folder / "supervisor.lock")
        self.record = Record(address=address)
        if not locks.try_lock(self._descriptor):
            os.close(self._descriptor)
            old = self._read()
            who = f" (process {old.pid}, {old.address})" if old else ""
            raise Refusal(f"The demo of this checkout already runs{who}: stop it with Ctrl-C there first.")

    def take_over(self) -> int:
        """End what a dead supervisor left, then write our own record; how many processes that were."""
        old = self._read()
        found = leftovers(old) if old else []
        for process in found:
            _send(process, signal.SIGTERM)
        for process in _living(found, PATIENCE_S):
            _send(process, signal.SIGKILL)
        _living(found, PATIENCE_S)
        self._write()
        return len(found)

    def note(self, name: str, pid: int) -> None:
        self.record.children[name] = [pid, identity.birth(pid) or 0.0]
        self._write()

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _read(self) -> Record | None:
        try:
            return Record(**json.loads(self._path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _write(self) -> None:
        new = self._path.with_suffix(".json.new")
        with explained(self._path.parent):
            new.write_text(json.dumps(asdict(self.record), indent=1))
            new.replace(self._path)


def leftovers(old: Record) -> list[psutil.Process]:
    """Recorded children that still are the same process, and whatever else carries the mark."""
    recorded = {int(pid) for pid, born in old.children.values() if identity.is_same(int(pid), born)}
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and (process.pid in recorded or carries(process, old.mark))
    ]


def carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK_VARIABLE) == mark
    except (psutil.Error, OSError):
        return False


def _living(processes: list[psutil.Process], patience_s: float) -> list[psutil.Process]:
    """Those that are left when none is, or patience ends. A corpse that init has not fetched is not alive."""
    deadline = time.monotonic() + patience_s
    while True:
        living = [process for process in processes if identity.birth(process.pid) and process.is_running()]
        if not living or time.monotonic() > deadline:
            return living
        time.sleep(0.05)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return
