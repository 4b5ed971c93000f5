"""Imports in the background: `run` is safe to call twice, the sweep brings back what a dead worker left."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from leads.importing import running
from leads.importing.refusals import Refusal


@shared_task(name="leads.run_import", acks_late=True, soft_time_limit=7000, time_limit=7200)
def run_import(job_id: int) -> None:
    try:
        running.run(job_id=job_id)
    except OperationalError:
        # the database is away: the sweep comes back to it
        raise
    except Exception:
        running.fail(job_id, Refusal.INTERNAL.value)
        raise


@shared_task(name="leads.sweep_imports")
def sweep_imports() -> None:
    for job_id in running.sweep():
        run_import.delay(job_id)
