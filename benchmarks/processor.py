"""Processor time by program: what a page costs, on however many cores."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

import psutil
from django.db import connection

PAGES: Final = "Python"
DATABASE: Final = "PostgreSQL"


def seconds() -> dict[str, float]:
    """Used until now by what this process started, and by the database's processes on this machine."""
    return {
        PAGES: sum(map(_used, psutil.Process().children(recursive=True))),
        DATABASE: sum(map(_used, _database())),
    }


def _used(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _database() -> Iterator[psutil.Process]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with contextlib.suppress(psutil.Error):
        server = psutil.Process(pid).parent()
        if server is not None and "postgres" in server.name():
            yield from server.children()
