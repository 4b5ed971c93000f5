"""What a reader has to know to judge the figures: machine, server settings, shape of the data."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import connection

from benchmarks.figures import Fact
from leads import scale_data, sql

SETTINGS: Final = [
    "shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem", "max_wal_size",
    "max_parallel_workers_per_gather", "wal_level", "fsync", "synchronous_commit", "full_page_writes", "jit",
]  # fmt: skip


def statement(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def facts() -> Iterator[Fact]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield Fact(
        "machine", f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"
    )
    yield Fact("load average at the start", load())
    version = sql.rows("SHOW server_version", {})[0][0]
    found = sql.rows(
        "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%(names)s)", {"names": SETTINGS}
    )
    values = dict(found)
    shown = ", ".join(f"{name} = {values[name]}" for name in SETTINGS)
    yield Fact("server", f"PostgreSQL {version}: {shown}")


def data_facts() -> Iterator[Fact]:
    half, nine, top, most, leads = sql.rows(statement("shape"), {})[0]
    yield Fact(
        "data",
        f"{scale_data.DAYS} days; the number of activities falls off as a power of the lead's place (Zipf):"
        f" median {half:,}, 90 % at most {nine:,}, 99 % at most {top:,}, the busiest {most:,};"
        f" {leads:,} leads have any",
    )
    each = "; ".join(
        f"{table.name} {table.size / 1e6:,.0f} MB ({table.size / table.rows:,.0f} bytes a row)"
        for table in scale_data.sizes()
        if table.rows
    )
    yield Fact("tables with their indexes", each)


def one(name: str, parameters: dict[str, Any]) -> float:
    """The single number that a statement of this benchmark yields."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return float(cursor.fetchone()[0])
