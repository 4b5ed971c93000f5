"""The one moment of a rebuild in which readers and writers wait: the new score table takes its place."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import Final

import psycopg
from django.db import OperationalError, transaction
from django.utils import timezone

from leads import catching_up, next_table, rules, score_jobs, sql
from leads.build_plan import Plan
from leads.models import RuleSet, ScoreJob, ScoreState
from leads.score_jobs import Attempt, Phase
from leads.side_by_side import BEAT_SECONDS, Watch

# Longer than PostgreSQL takes to call off an autovacuum that is in the way (deadlock_timeout, 1 s). While the
# lock is waited for, everybody who comes later waits behind it.
LOCK_SECONDS: Final = 2
PATIENCE: Final = timedelta(minutes=15)
LONGEST_PAUSE_SECONDS: Final = 30.0


class StartOver(Exception):
    """The present table, or the rules, are not those that the new table was begun from."""


def swap(attempt: Attempt, plan: Plan, watch: Watch) -> None:
    """Gives way to whoever reads for long, and tries again after a while. Raises StartOver, DomainError."""
    until, pause = timezone.now() + PATIENCE, 0.5
    while not _swapped(attempt, plan):
        if timezone.now() > until:
            raise score_jobs.refuse("score_table_busy")
        _pause(attempt, pause * random.uniform(1, 2), watch)  # noqa: S311
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        catching_up.in_passes(attempt, plan, watch)


def _pause(attempt: Attempt, seconds: float, watch: Watch) -> None:
    """Longer and longer ones: the others shall have most of the time."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, BEAT_SECONDS))
        attempt.move()
        watch()


def _swapped(attempt: Attempt, plan: Plan) -> bool:
    try:
        with transaction.atomic():
            _swap(attempt, plan)
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            return False
        raise
    return True


def _swap(attempt: Attempt, plan: Plan) -> None:
    # taken first and at once in full: whoever raises a lock that others share may wait in a circle
    sql.run(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    sql.run(f"LOCK TABLE {next_table.TABLE} IN ACCESS EXCLUSIVE MODE")
    state = ScoreState.objects.select_for_update(of=("self",)).select_related("rules").get()
    if Plan.of(attempt.job(), state).basis != plan.basis:
        raise StartOver
    catching_up.take_changes(attempt, plan, phase=Phase.SWAPPING)
    if not next_table.settle_leads(plan.job_id):
        raise score_jobs.refuse("score_rows_missing")
    next_table.put_in_place(plan.job_id)
    _bring_into_force(attempt.job(), plan, state)
    attempt.finish()
    transaction.on_commit(rules.forget)


def _bring_into_force(job: ScoreJob, plan: Plan, state: ScoreState) -> None:
    state.rules, state.landmark, state.epoch = plan.rule_set, plan.landmark, state.epoch + 1
    state.save(update_fields=["rules", "landmark", "epoch", "built_at"])
    if job.kind != ScoreJob.Kind.PUBLISH:
        return
    status = RuleSet.Status
    RuleSet.objects.filter(status=status.PUBLISHED).update(status=status.RETIRED)
    RuleSet.objects.filter(pk=plan.rule_set.pk).update(
        status=status.PUBLISHED, published_at=timezone.now(), published_by_name=job.asked_by_name
    )
