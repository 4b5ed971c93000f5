"""Edits in the background: `run` is safe to call twice, the sweep brings back what a dead worker left."""

from __future__ import annotations

from celery import shared_task

from leads import dealing
from leads.editing import running, undoing


@shared_task(name="leads.run_edit", acks_late=True, soft_time_limit=3500, time_limit=3600)
def run_edit(edit_id: int) -> None:
    running.run(edit_id=edit_id)


@shared_task(name="leads.sweep_edits")
def sweep_edits() -> None:
    for edit_id in running.sweep():
        run_edit.delay(edit_id)


@shared_task(name="leads.forget_edits")
def forget_edits() -> int:
    return undoing.forget() + dealing.forget()
