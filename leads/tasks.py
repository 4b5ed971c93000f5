"""Scheduled work of the leads."""

from __future__ import annotations

import uuid

from celery import shared_task

from leads import (
    adjusting,
    attribute_indexes,
    building,
    cooling,
    due,
    export_jobs,
    news,
    next_table,
    rebuilding,
    score_jobs,
)


@shared_task(name="leads.announce_cooling")
def announce_cooling() -> int:
    return cooling.announce_cooling()


@shared_task(name="leads.keep_landmark")
def keep_landmark() -> None:
    """Safe to run twice: the second finds the first's job."""
    if job := rebuilding.keep_landmark():
        run_score_job.delay(job.pk)


@shared_task(name="leads.run_score_job", soft_time_limit=7000, time_limit=7200)
def run_score_job(job_id: int) -> None:
    """Safe to run twice: the job is claimed by a conditional UPDATE."""
    building.run(job_id=job_id)


@shared_task(name="leads.sweep_score_jobs")
def sweep_score_jobs() -> None:
    """Bring back what a dead worker left."""
    for job_id in score_jobs.sweep():
        run_score_job.delay(job_id)
    next_table.drop_abandoned()


@shared_task(name="leads.index_attribute", soft_time_limit=7000, time_limit=7200)
def index_attribute(attribute_id: int) -> None:
    """Safe to run twice: a lock lets in one worker, and what is done already is done again."""
    attribute_indexes.run(attribute_id=attribute_id)


@shared_task(name="leads.sweep_attribute_indexes")
def sweep_attribute_indexes() -> None:
    """Bring back what a dead worker or a lost message left."""
    for attribute_id in attribute_indexes.sweep():
        index_attribute.delay(attribute_id)


@shared_task(name="leads.run_export", acks_late=True, soft_time_limit=3500, time_limit=3600)
def run_export(export_id: str) -> None:
    """Safe to run twice: the export is claimed by a conditional UPDATE."""
    export_jobs.run(export_id=uuid.UUID(export_id))


@shared_task(name="leads.sweep_exports")
def sweep_exports() -> None:
    """Bring back what a dead worker left; delete what was kept long enough."""
    for export_id in export_jobs.sweep():
        run_export.delay(str(export_id))


@shared_task(name="leads.expire_adjustments")
def expire_adjustments() -> int:
    """Safe to run twice: each adjustment is ended by a conditional UPDATE."""
    return adjusting.expire_due()


@shared_task(name=news.TASK)
def tell_news() -> int:
    """Safe to run twice: each notification names its event."""
    return news.drain()


@shared_task(name="leads.tell_due")
def tell_due() -> int:
    """Safe to run twice: each notification names its event."""
    return due.tell_due()


@shared_task(name="leads.forget_notifications")
def forget_notifications() -> int:
    return due.forget()
