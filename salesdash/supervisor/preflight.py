"""What must hold before anything is started; each refusal is one line that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from salesdash.embedded.errors import explain

OLDEST_PYTHON: Final = (3, 11)
FREE_BYTES_NEEDED: Final = 600_000_000  # the seeded database, its write-ahead log, logs


class Refusal(Exception):
    """The demo cannot start; the message is one line."""


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    if version < OLDEST_PYTHON:
        needed, found = (".".join(map(str, numbers)) for numbers in (OLDEST_PYTHON, version))
        raise Refusal(f"Python {needed} or newer is needed; this is Python {found}.")


def read_port(environment: Mapping[str, str]) -> int:
    given = environment.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise Refusal(f"PORT must be a number from 1 to 65535, not '{given}'.")
    return int(given)


def check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            what = "is taken by another program" if taken else f"cannot be used on {host} ({error.strerror})"
            other = 8001 if port == 8000 else 8000
            raise Refusal(f"Port {port} {what}: choose another, as in `make demo PORT={other}`.") from error


def check_folder(folder: Path) -> None:
    """Make it if need be, write to it for real, and see that there is room."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"\0" * 4096)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal(explain(error, folder)) from error
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES_NEEDED:
        raise Refusal(
            f"The disk of {folder} is nearly full: {free / 1e6:.0f} MB are free, "
            f"{FREE_BYTES_NEEDED / 1e6:.0f} MB are needed."
        )


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """All different: each is held until the last is found."""
    with ExitStack() as held:
        listeners = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
