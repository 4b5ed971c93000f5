"""One server process: start it, recognise it, end it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Final

from salesdash.embedded import identity, locks
from salesdash.embedded.accounts import Account
from salesdash.embedded.binaries import Binaries
from salesdash.embedded.errors import EmbeddedError, explained
from salesdash.embedded.layout import Layout, State
from salesdash.embedded.probe import Health

START_TIMEOUT_S: Final = 120.0
RECOVERY_TIMEOUT_S: Final = 1800.0
UNREACHABLE_S: Final = 10.0  # alive, yet nobody listens: its socket is gone (a cleaned temporary folder)
NOTICE_EVERY_S: Final = 10.0
LOG_LIMIT_BYTES: Final = 20_000_000
POLL_S: Final = 0.02
FAILURE: Final = re.compile(
    r"FATAL(?!:  the database system is)|PANIC|Fatal|[Cc]an't|[Cc]ould not|Bad file format"
)


class Server(ABC):
    name: ClassVar[str]
    # signals in rising order of force, with the seconds that each is given
    endings: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, layout: Layout, state: State, account: Account) -> None:
        self.layout = layout
        self.state = state
        self.account = account
        self.child: subprocess.Popen[bytes] | None = None
        self.log_offset = 0

    @abstractmethod
    def probe(self) -> Health: ...

    @abstractmethod
    def prepare(self, programs: Binaries, *, durable: bool) -> list[str]:
        """Make the data folder and the configuration, clear what a dead server left; the command to run."""

    @property
    def lock(self) -> Path:
        return self.layout.file(f"{self.name}.lock")

    def alive(self) -> bool:
        """Whether any process of it lives, reachable or not."""
        if self.child is not None:
            self.child.poll()  # a dead child that nobody waited for would still count
        return locks.is_held(self.lock) or self._main_pid() is not None

    def ensure(self, programs: Binaries, *, durable: bool) -> None:
        """Return when it serves: attach, wait for a recovery, or start it."""
        began = time.monotonic()
        told = began
        while (health := self.probe()) is not Health.READY:
            waited = time.monotonic() - began
            if not self.alive():
                if self.child is not None:
                    raise EmbeddedError(self._why_it_died())
                self._launch(self.prepare(programs, durable=durable))
                began = told = time.monotonic()
            elif health is Health.ABSENT and self.child is None and waited > UNREACHABLE_S:
                self.end()
            elif waited > (START_TIMEOUT_S if health is Health.ABSENT else RECOVERY_TIMEOUT_S):
                raise EmbeddedError(
                    f"{self.name} does not serve after {waited:.0f} s: see {self.layout.log(self.name)}."
                )
            elif time.monotonic() - told > NOTICE_EVERY_S:
                told = time.monotonic()
                print(
                    f"{self.name} is still starting or recovering ({waited:.0f} s) …",
                    file=sys.stderr,
                    flush=True,
                )
            time.sleep(POLL_S)

    def end(self) -> None:
        """End every process of it, by its gentlest means first."""
        for number, patience_s in self.endings:
            if not self.alive():
                return
            pid = self._main_pid()
            for target in [pid] if pid else self._stray_pids():
                _signal(target, number)
            deadline = time.monotonic() + patience_s
            while self.alive() and time.monotonic() < deadline:
                time.sleep(POLL_S)
        if self.alive():
            raise EmbeddedError(f"{self.name} does not stop: see {self.layout.log(self.name)}.")

    def _launch(self, command: list[str]) -> None:
        log = self.layout.log(self.name)
        with explained(self.layout.data_root):
            if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
                log.replace(log.with_suffix(".log.1"))
            descriptor = locks.open_file(self.lock, self.account)
            try:
                if not locks.try_lock(descriptor):
                    return  # one of its processes is on its way out: look again
                self.log_offset = log.stat().st_size if log.exists() else 0
                with log.open("ab") as output:
                    self.account.own(log)
                    self.child = subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        cwd=self.state.home,
                        env=_environment(),
                        pass_fds=[descriptor],
                        start_new_session=True,  # out of reach of the terminal's Ctrl-C
                        **self.account.popen_options(),
                    )
            finally:
                os.close(descriptor)
        self.state.processes[self.name] = [self.child.pid, identity.birth(self.child.pid) or 0.0]
        self.layout.write(self.state, self.account)

    def _main_pid(self) -> int | None:
        """The process recorded at its start, if it is still the same one: pids are used again."""
        pid, born = self.state.processes.get(self.name, [0, 0.0])
        return int(pid) if pid and identity.is_same(int(pid), born) else None

    def _stray_pids(self) -> list[int]:
        """Processes that outlived their main one, known by their title."""
        import psutil

        return [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if any(self.state.tag in part for part in process.info["cmdline"] or [])
            and process.pid != os.getpid()
            and self.name in " ".join(process.info["cmdline"])
        ]

    def _why_it_died(self) -> str:
        log = self.layout.log(self.name)
        with log.open("rb") as content:
            content.seek(self.log_offset)
            lines = content.read()[-20_000:].decode(errors="replace").splitlines()
        return reason(self.name, lines, log)


def reason(name: str, lines: list[str], log: Path) -> str:
    """One line from what a server or initdb wrote."""
    if any("No space left on device" in line for line in lines):
        return f"The disk is full, so {name} cannot start: free some space and start again ({log})."
    told = [line for line in lines if FAILURE.search(line)] or [line for line in lines if line.strip()]
    return f"{name} did not start: {told[-1].strip() if told else 'it wrote nothing'} (more in {log})."


def _environment() -> dict[str, str]:
    """Nothing of ours: no PG* variable, no locale, no key of a vendor."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise EmbeddedError(f"Process {pid} of the embedded servers belongs to another user.") from error
