"""Edits of leads in the background."""

from __future__ import annotations

from celery import shared_task

from leads.editing import undoing


@shared_task(name="leads.forget_edits")
def forget_edits() -> int:
    return undoing.forget()
