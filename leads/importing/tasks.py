"""Imports in the background: `run` is safe to call twice, the sweep brings back what a dead worker left."""

from __future__ import annotations

from celery import shared_task

from leads.importing import running


@shared_task(name="leads.run_import", acks_late=True, soft_time_limit=7000, time_limit=7200)
def run_import(job_id: int) -> None:
    running.run(job_id=job_id)


@shared_task(name="leads.sweep_imports")
def sweep_imports() -> None:
    for job_id in running.sweep():
        run_import.delay(job_id)
