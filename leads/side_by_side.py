"""Several statements of a rebuild at once, while the job's row says that its worker is alive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Final

from django.db import connection

from leads.score_jobs import Attempt

# the server's other cores are for those who work meanwhile
WORKERS: Final = 2
BEAT_SECONDS: Final = 1.0

Watch = Callable[[], None]
Job = Callable[[], None]


def all_at_once(attempt: Attempt, jobs: Sequence[Job], watch: Watch) -> None:
    """Each on its own connection. The first failure is raised when the others have stopped.

    Within a transaction of the caller all run here, for no other connection sees what it wrote.
    """
    if connection.in_atomic_block or len(jobs) < 2:
        for job in jobs:
            job()
            watch()
        return
    pool = ThreadPoolExecutor(WORKERS)
    waiting = {pool.submit(_on_own_connection, job) for job in jobs}
    try:
        while waiting:
            done, waiting = wait(waiting, timeout=BEAT_SECONDS, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            attempt.move()
            watch()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _on_own_connection(job: Job) -> None:
    try:
        job()
    finally:
        connection.close()
