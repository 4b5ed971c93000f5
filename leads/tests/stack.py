"""The live channel's real processes, each of which a test may kill: a Redis of its own, daphne, the pump.

They serve the tests' database. Whatever happens there is done by processes too: a browser runs in the tests' own.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import redis
from django.conf import settings
from django.db import connection

from leads.tests.victims import ROOT, database_url
from salesdash.embedded import binaries

UP_WITHIN_S: Final = 60
RECORDER = """
import json, sys, threading, django
django.setup()
from django.utils import timezone
from leads import ingest
from leads.models import ActivityType

def record(leads, pause, over):
    number = 0
    while not over.is_set():
        # some of them more often, so that they overtake each other
        lead = leads[number * number % len(leads)]
        ingest.record([ingest.NewActivity(lead, ActivityType.PAGE_VIEW, timezone.now(), "stack")])
        number += 1
        over.wait(pause)

print("ready", flush=True)
for line in sys.stdin:
    over = threading.Event()
    thread = threading.Thread(target=record, args=(*json.loads(line), over))
    thread.start()
    sys.stdin.readline()
    over.set()
    thread.join()
    print("recorded", flush=True)
"""


class Stack:
    """Started and killed by the names "redis", "web" and "pump"."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "stack.log").open("w")
        self._ports = {name: _free_port() for name in ("redis", "web")}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        redis_url = f"redis://127.0.0.1:{self._ports['redis']}/0"
        self._store = redis.Redis.from_url(redis_url)
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "salesdash.settings",
            "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
            "REDIS_URL": redis_url,
            # a session signed in by the tests is one here
            "SECRET_KEY": settings.SECRET_KEY,
            "SALESDASH_DEMO": "1",
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self._ports['web']}"

    def start(self, *names: str) -> None:
        """Those that do not run; the web server answers when this returns."""
        for name in names:
            if name not in self._running:
                self._running[name] = self._run(self._command(name))
        if "recorder" not in self._running:
            self._running["recorder"] = self._run(
                [sys.executable, "-c", RECORDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._hear(b"ready\n")
        for name in names:
            _until(self._is_up[name], f"{name} did not start")

    def kill(self, name: str) -> None:
        """As a crash does it."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self._log.close()

    @contextmanager
    def recording(self, leads: list[Any], every_s: float = 0.1) -> Iterator[None]:
        """Meanwhile these leads look at pages, one after the other."""
        assert self._recorder.stdin
        self._recorder.stdin.write(json.dumps([[lead.pk for lead in leads], every_s]).encode() + b"\n")
        self._recorder.stdin.flush()
        try:
            yield
        finally:
            self._recorder.stdin.write(b"stop\n")
            self._recorder.stdin.flush()
            self._hear(b"recorded\n")

    @property
    def _recorder(self) -> subprocess.Popen[bytes]:
        return self._running["recorder"]

    def _hear(self, line: bytes) -> None:
        assert self._recorder.stdout
        assert self._recorder.stdout.readline() == line

    def python(self, code: str, *arguments: object) -> None:
        """Run to its end in a process of this installation."""
        command = [sys.executable, "-c", f"import sys, django\ndjango.setup()\n{code}", *map(str, arguments)]
        assert self._run(command).wait(UP_WITHIN_S) == 0

    def _command(self, name: str) -> list[str]:
        port = str(self._ports.get(name))
        return {
            "redis": [
                str(binaries.find().redis_server), "--bind", "127.0.0.1", "--port", port,
                "--dir", str(self._folder), "--save", "", "--appendonly", "no",
            ],
            "web": [
                sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", port, "--verbosity", "0",
                "salesdash.asgi:application",
            ],
            "pump": [sys.executable, "manage.py", "live_pump"],
        }[name]  # fmt: skip

    @property
    def _is_up(self) -> dict[str, Callable[[], bool]]:
        return {"redis": self._redis_answers, "web": self._web_listens, "pump": lambda: True}

    def _redis_answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self._store.ping())
        return False

    def _web_listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._ports["web"]), 1):
            return True
        return False

    def _run(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        streams = {"stdout": self._log, "stderr": self._log, **options}
        return subprocess.Popen(command, cwd=ROOT, env=self._environment, **streams)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _until(condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + UP_WITHIN_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(0.05)
