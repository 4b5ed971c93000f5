"""A set of child processes that is kept alive, and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from salesdash.supervisor.output import Output
from salesdash.supervisor.record import Register

FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0
HEALTHY_AFTER_S: Final = 30.0  # having run this long, the next death counts as the first again


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    early: bool = True  # False: only once the product serves, so that it starts faster


@dataclass
class Member:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default_factory=time.monotonic)


class Crew:
    def __init__(
        self,
        programs: Sequence[Program],
        *,
        folder: Path,
        environment: Mapping[str, str],
        register: Register,
        output: Output,
    ) -> None:
        self._members = [Member(program) for program in programs]
        self._folder = folder
        self._environment = dict(environment)
        self._register = register
        self._output = output

    def tick(self, *, late: bool) -> None:
        """Start what is due, notice what died. Call it a few times a second."""
        now = time.monotonic()
        for member in self._members:
            if member.process is None:
                if now >= member.due and (late or member.program.early):
                    self._start(member)
            elif member.process.poll() is not None:
                self._bury(member, now)

    def stop(self, *, patience_s: float, hurry: Sequence[bool] = ()) -> None:
        """Ask all at once, then kill with everything that they started. `hurry` cuts the patience short."""
        living = [member.process for member in self._members if member.process is not None]
        for process in living:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + patience_s
        while any(process.poll() is None for process in living) and time.monotonic() < deadline and not hurry:
            time.sleep(0.05)
        for process in living:
            _kill_group(process)
            process.wait()
        self._output.drain()

    def _start(self, member: Member) -> None:
        name = member.program.name
        try:
            member.process = subprocess.Popen(
                list(member.program.command),
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                process_group=0,  # a Ctrl-C in the terminal reaches the supervisor alone
            )
        except OSError as error:
            self._delay(member, f"cannot be started ({error.strerror})")
            return
        member.started = time.monotonic()
        if member.process.stdout is not None:
            self._output.follow(name, member.process.stdout)
        self._register.note(name, member.process.pid)

    def _bury(self, member: Member, now: float) -> None:
        process, member.process = member.process, None
        if process is None:
            return
        _kill_group(process)
        if now - member.started > HEALTHY_AFTER_S:
            member.deaths = 0
        code = process.returncode
        self._delay(member, f"ended ({f'signal {-code}' if code < 0 else f'exit code {code}'})")

    def _delay(self, member: Member, what: str) -> None:
        delay = min(FIRST_DELAY_S * 2**member.deaths, LONGEST_DELAY_S)
        member.deaths += 1
        member.due = time.monotonic() + delay
        self._output.say(f"salesdash: {member.program.name} {what}; starting it again in {delay:g} s")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Whatever is left of it: a worker's pool outlives a worker that was killed."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # macOS answers "not permitted" for a group of the dead
