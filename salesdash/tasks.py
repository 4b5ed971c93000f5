"""Housekeeping tasks of the project itself."""

from __future__ import annotations

from celery import shared_task

from salesdash import health, latency


@shared_task(name="salesdash.heartbeat")
def heartbeat() -> None:
    health.beat()


@shared_task(name="salesdash.flush_latency")
def flush_latency() -> None:
    latency.flush()
