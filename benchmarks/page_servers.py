"""Servers that the pages are measured under: the production layout, and one daphne alone.

The production layout is gunicorn for pages and daphne for WebSockets behind one port. What a proxy does there
stands here in its shortest form: the first line of a connection decides where it goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

# each answers one request at a time
WORKERS: Final = 2 * (os.cpu_count() or 1) + 1
HOST: Final = "127.0.0.1"
LINE_BYTES: Final = 65536
STOP_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Ports:
    """`pages` without the proxy before it, which is not what is measured; `site` is what a browser needs."""

    pages: int
    site: int


@contextlib.contextmanager
def production() -> Iterator[Ports]:
    """gunicorn, daphne and the pump."""
    pages, sockets = free_port(), free_port()
    with (
        _running(_gunicorn(pages), _daphne(sockets), ["manage.py", "live_pump"]),
        _split(pages, sockets) as site,
    ):
        until_up(pages)
        until_up(sockets)
        yield Ports(pages, site)


@contextlib.contextmanager
def pages_alone(variables: Mapping[str, str]) -> Iterator[int]:
    """The port of gunicorn, with these variables besides."""
    port = free_port()
    with _running(_gunicorn(port), variables=variables):
        until_up(port)
        yield port


@contextlib.contextmanager
def one_daphne() -> Iterator[int]:
    """Its port; it answers pages too, as in the demo."""
    port = free_port()
    with _running(_daphne(port)):
        until_up(port)
        yield port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def until_up(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def _gunicorn(port: int) -> list[str]:
    workers = ["-w", str(WORKERS), "--log-level", "warning"]
    return ["-m", "gunicorn", "-b", f"{HOST}:{port}", *workers, "salesdash.wsgi"]


def _daphne(port: int) -> list[str]:
    return ["-m", "daphne", "-b", HOST, "-p", str(port), "--verbosity", "0", "salesdash.asgi:application"]


@contextlib.contextmanager
def _running(*commands: list[str], variables: Mapping[str, str] | None = None) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as static_files:
        environment = os.environ | {
            "SALESDASH_PRODUCTION": "1",
            # sessions that this process makes are valid there
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "SECURE_SSL_REDIRECT": "0",
            "STATIC_ROOT": static_files,
            **(variables or {}),
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, env=environment, check=True)
        programs = [subprocess.Popen([sys.executable, *command], env=environment) for command in commands]
        try:
            yield
        finally:
            for program in programs:
                program.terminate()
            for program in programs:
                try:
                    program.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    program.kill()


@contextlib.contextmanager
def _split(pages: int, sockets: int) -> Iterator[int]:
    port, stop = free_port(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with await asyncio.start_server(connected, HOST, port, limit=LINE_BYTES):
            await stop.wait()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ValueError):
            line = await reader.readline()
            there = await asyncio.open_connection(HOST, sockets if b" /ws/" in line else pages)
            there[1].write(line)
            await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        until_up(port)
        yield port
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await source.read(65536):
            sink.write(part)
            await sink.drain()
    with contextlib.suppress(OSError):
        sink.close()
