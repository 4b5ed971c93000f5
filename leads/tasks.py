"""Scheduled work of the leads."""

from __future__ import annotations

from celery import shared_task

from leads import adjusting, cooling, rebuilding


@shared_task(name="leads.announce_cooling")
def announce_cooling() -> int:
    return cooling.announce_cooling()


@shared_task(name="leads.keep_landmark")
def keep_landmark() -> None:
    """Safe to run twice: the second finds the landmark moved."""
    rebuilding.keep_landmark()


@shared_task(name="leads.expire_adjustments")
def expire_adjustments() -> int:
    """Safe to run twice: each adjustment is ended by a conditional UPDATE."""
    return adjusting.expire_due()
