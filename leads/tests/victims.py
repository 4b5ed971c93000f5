"""Workers that are stopped at a known point, to be killed there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parents[2]
GATE = 471_100
RUN = """
import sys, django
django.setup()
from leads import building
building.CHUNK_LEADS = 7
building.run(job_id=int(sys.argv[1]))
"""
# conditions on the job's row: the worker stops in the transaction that makes them true
POINTS = {
    "copying": "cardinality(NEW.chunks) = 3",
    "indexing": "NEW.phase = 'indexing' AND OLD.phase = 'indexing'",
    "catching up": "NEW.phase = 'catching_up' AND OLD.phase = 'catching_up'",
    "swapping": "NEW.state = 'done'",
}
_STOP = f"""
DROP FUNCTION IF EXISTS test_stop CASCADE;
CREATE FUNCTION test_stop() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NEW; END $$;
CREATE TRIGGER test_stop BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION test_stop();
SELECT pg_advisory_lock({GATE})
"""


def database_url(name: str) -> str:
    """The servers of the tests, this database."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "salesdash.settings"} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped_worker(url: str, job_id: int, point: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """A process that runs the rebuild and hangs at `point`; killed with the block at the latest."""
    return stopped(url, "leads_scorejob", POINTS[point], RUN, job_id)


@contextmanager
def stopped(url: str, table: str, condition: str, code: str, job_id: int) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `code` and hangs where it would make the condition true for a row of the table."""
    with psycopg.connect(url, autocommit=True) as own:
        own.execute(_STOP % (table, condition))
        with python(code, job_id, DATABASE_URL=url) as worker:
            try:
                until_waits(own, worker)
                yield worker
            finally:
                worker.kill()
        # unless the server was the victim
        with suppress(psycopg.OperationalError):
            own.execute(f"SELECT pg_advisory_unlock({GATE})")
            own.execute("DROP FUNCTION test_stop CASCADE")


def until_waits(own: psycopg.Connection, worker: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
    )
    while own.execute(waits).fetchone() == (0,):
        assert worker.poll() is None, worker.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.02)
