"""`make bench`: every bench_*.py, or one; a JSON line per figure. Exit 0 whether the targets are met or not.

Each benchmark gets a freshly migrated database `bench` on the server that DATABASE_URL names, and Redis keys
of its own; nothing else there is touched. A module `bench_x` offers
`run(size: str) -> Iterator[Figure | Fact]`, size quick or full.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Final
from urllib.parse import urlsplit

import psycopg

DATABASE: Final = "bench"
SIZES: Final = ("quick", "full")


def main() -> None:
    options = _options()
    server = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesdash.settings")
    os.environ["REDIS_PREFIX"] = "sdbench"
    os.environ["LOG_LEVEL"] = "WARNING"
    import django

    django.setup()
    for name in _names(options.only):
        _fresh_database(server)
        module = importlib.import_module(f"benchmarks.{name}")
        _run(name, module, options.size)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("--only", default=os.environ.get("ONLY", ""), help="the name of one benchmark")
    parser.add_argument("--size", default=os.environ.get("SIZE", ""), choices=["", *SIZES])
    options = parser.parse_args()
    options.size = options.size or SIZES[0]
    if not os.environ.get("DATABASE_URL"):
        parser.error("DATABASE_URL is not set: start this with `make bench`")
    return options


def _names(only: str) -> list[str]:
    known = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    if only and only not in known:
        sys.exit(f"There is no benchmark {only}. There are: {', '.join(known)}")
    return [only] if only else known


def _run(name: str, module: ModuleType, size: str) -> None:
    for figure in module.run(size):
        print(figure.line(name), flush=True)


def _fresh_database(server: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    if pool := getattr(connection, "close_pool", None):
        pool()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
    call_command("migrate", verbosity=0)
    _forget_redis()


def _forget_redis() -> None:
    """What the run before left: marks of leads that are no more, queues, counters."""
    from salesdash import redis_client

    store = redis_client.get()
    while keys := list(islice(store.scan_iter(match=redis_client.key("*"), count=1000), 1000)):
        store.unlink(*keys)


if __name__ == "__main__":
    main()
