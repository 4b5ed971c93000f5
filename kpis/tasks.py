from __future__ import annotations

from celery import shared_task

from kpis import rollup


@shared_task(name="kpis.roll_up_recent")
def roll_up_recent() -> None:
    rollup.roll_up_recent()
