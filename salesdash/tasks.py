"""Housekeeping tasks of the project itself."""

from __future__ import annotations

from celery import shared_task

from salesdash import health, latency
from salesdash.api import idempotency


@shared_task(name="salesdash.heartbeat")
def heartbeat() -> None:
    health.beat()


@shared_task(name="salesdash.flush_latency")
def flush_latency() -> None:
    latency.flush()


@shared_task(name="salesdash.sweep_idempotency_keys")
def sweep_idempotency_keys() -> None:
    idempotency.sweep()
