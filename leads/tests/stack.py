"""The live channel's real processes, each of which a test may kill: a Redis of its own, daphne, the pump.

They serve the tests' database. What a test writes goes through `do`: a thread of its own, because a browser runs in
this one, and with the stack's Redis.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.db import connection
from django.test import override_settings

from leads.tests.threads import in_threads
from salesdash import redis_client
from salesdash.embedded import binaries

ROOT = Path(__file__).parents[2]
UP_WITHIN_S = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Stack:
    """`redis`, `web` and `pump` are processes or None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "stack.log").open("w")
        self._redis_port, self._web_port = _free_port(), _free_port()
        self.redis: subprocess.Popen[bytes] | None = None
        self.web: subprocess.Popen[bytes] | None = None
        self.pump: subprocess.Popen[bytes] | None = None
        self._redis_url = f"redis://127.0.0.1:{self._redis_port}/0"
        name = connection.settings_dict["NAME"]
        database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "salesdash.settings",
            "DATABASE_URL": database,
            "REDIS_URL": self._redis_url,
            "SECRET_KEY": settings.SECRET_KEY,
            "SALESDASH_DEMO": "1",
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self._web_port}"

    def start(self) -> None:
        self.start_redis()
        self.start_web()
        self.start_pump()

    def start_redis(self) -> None:
        program = str(binaries.find().redis_server)
        options = ["--port", str(self._redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.redis = self._run([program, *options], cwd=self._folder)
        client = redis.Redis.from_url(self._redis_url)
        _until(lambda: _answers(client))

    def start_web(self) -> None:
        daphne = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(self._web_port), "--verbosity", "0"]
        self.web = self._run([sys.executable, *daphne, "salesdash.asgi:application"])
        _until(self._is_up)

    def start_pump(self) -> None:
        self.pump = self._run([sys.executable, "manage.py", "live_pump"])

    def kill(self, name: str) -> None:
        """As a crash does it."""
        process: subprocess.Popen[bytes] = getattr(self, name)
        process.send_signal(signal.SIGKILL)
        process.wait()
        setattr(self, name, None)

    def stop(self) -> None:
        for process in filter(None, (self.pump, self.web, self.redis)):
            process.kill()
            process.wait()
        self._log.close()

    def do(self, act: Callable[[], Any]) -> Any:
        """Run it as a process of the installation would."""

        layer = settings.CHANNEL_LAYERS["default"]
        config = layer["CONFIG"] | {"hosts": [self._redis_url]}
        here = {"REDIS_URL": self._redis_url, "CHANNEL_LAYERS": {"default": layer | {"CONFIG": config}}}

        def with_this_redis() -> Any:
            redis_client._clients.clear()
            with override_settings(**here):
                try:
                    return act()
                finally:
                    redis_client._clients.clear()

        return in_threads(with_this_redis)[0]

    def _run(self, command: list[str], cwd: Path = ROOT) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=cwd, env=self._environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def _is_up(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._web_port), 1):
            return True
        return False


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + UP_WITHIN_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("a process of the stack did not start")
        time.sleep(0.1)
