"""Runs a rebuild: a new score table is built beside the present one, catches up, and takes its place.

Readers and writers go on meanwhile; only the last step holds them, for a moment. Each step is one
transaction that ends by writing to the job's row, so a killed worker leaves whole steps and the next one
goes on after them. Nothing is fetched: the memory of this process does not grow with the number of leads.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final

from django.db import DataError, InterfaceError, OperationalError, transaction
from django.db.models import F, Func, Value

from leads import catching_up, next_table, score_jobs, sql, swapping
from leads.build_plan import Plan
from leads.models import ScoreState
from leads.next_table import Index
from leads.score_jobs import Attempt, Phase, TakenOver
from leads.side_by_side import Watch, all_at_once
from leads.swapping import StartOver
from salesdash import telemetry
from salesdash.errors import DomainError

# a step of two seconds where every activity is read; smaller ones read all companies more often
CHUNK_LEADS: Final = 50_000


def run(*, job_id: int, watch: Watch | None = None) -> bool:
    """Bring a job to its end, or go on where a worker died. False if there was nothing to do.

    `watch` is called about once a second.
    """
    attempt = score_jobs.claim(job_id)
    if attempt is None:
        return False
    with telemetry.span("leads.score_job", job=job_id):
        try:
            _build(attempt, watch or (lambda: None))
        except TakenOver:
            next_table.drop_abandoned()
            return False
        except DomainError as error:
            _fail(attempt, error.code, error.message)
        except DataError:
            _fail(attempt, "temperature_overflow")
        except (OperationalError, InterfaceError):
            # the database is away: the sweep comes back to this job
            raise
        except KeyboardInterrupt:
            attempt.release()
            raise
        except Exception:
            # the worker's boundary: who asked learns of it, the error goes on to the log
            if not _fail(attempt, "internal"):
                return False
            raise
    return True


def _fail(attempt: Attempt, code: str, text: str = "") -> bool:
    failed = attempt.fail(code, text)
    next_table.drop_abandoned()
    return failed


def _build(attempt: Attempt, watch: Watch) -> None:
    while True:
        plan = _prepare(attempt)
        try:
            _copy(attempt, plan, watch)
            _index(attempt, plan, watch)
            catching_up.in_passes(attempt, plan, watch)
            swapping.swap(attempt, plan, watch)
            return
        except StartOver:
            continue


def _prepare(attempt: Attempt) -> Plan:
    """An empty table, or the one that a dead worker left, if it still rests on what holds now."""
    with transaction.atomic():
        job = attempt.job()
        plan = Plan.of(job, ScoreState.objects.select_related("rules").get())
        if job.basis == plan.basis and next_table.exists(job.pk):
            attempt.move()
            return plan
        next_table.create(job.pk)
        bounds, total = _bounds()
        attempt.move(
            basis=plan.basis,
            # a publish may get it here; from now on it stays
            landmark=plan.landmark,
            bounds=bounds,
            chunks=[],
            total=total,
            done=0,
            written=0,
            seen_xid=catching_up.oldest_running(),
            phase=Phase.COPYING,
        )
    return plan


def _bounds() -> tuple[list[int], int]:
    """Lead ids that cut the leads into chunks, and how many leads there are."""
    rows = sql.rows(sql.load("lead_bounds"), {"size": CHUNK_LEADS})
    # the first chunk begins below the first lead
    return [row[0] for row in rows[1:]], rows[0][1] if rows else 0


def _copy(attempt: Attempt, plan: Plan, watch: Watch) -> None:
    job = attempt.job()
    chunks = [
        (number, *edges)
        for number, edges in enumerate(pairwise([None, *job.bounds, None]))
        if number not in job.chunks
    ]
    all_at_once(attempt, [partial(_copy_chunk, attempt, plan, *chunk) for chunk in chunks], watch)


def _copy_chunk(attempt: Attempt, plan: Plan, number: int, low: int | None, high: int | None) -> None:
    with transaction.atomic():
        rows = plan.copy(low, high)
        copied = Func(F("chunks"), Value(number), function="array_append")
        attempt.move(chunks=copied, done=F("done") + rows)


def _index(attempt: Attempt, plan: Plan, watch: Watch) -> None:
    attempt.move(phase=Phase.INDEXING)
    missing = next_table.missing_indexes(plan.job_id)
    all_at_once(attempt, [partial(_create_index, attempt, plan, index) for index in missing], watch)
    with transaction.atomic():
        next_table.analyze(plan.job_id)
        attempt.move()


def _create_index(attempt: Attempt, plan: Plan, index: Index) -> None:
    with transaction.atomic():
        next_table.create_index(index, plan.job_id)
        attempt.move()
