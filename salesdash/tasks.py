"""Housekeeping tasks of the project itself."""

from __future__ import annotations

from celery import shared_task

from salesdash import health, latency
from salesdash.api import idempotency
from salesdash.sending_domains import proving, signals


@shared_task(name="salesdash.heartbeat")
def heartbeat() -> None:
    health.beat()


@shared_task(name="salesdash.flush_latency")
def flush_latency() -> None:
    latency.flush()


@shared_task(name="salesdash.sweep_idempotency_keys")
def sweep_idempotency_keys() -> None:
    idempotency.sweep()


@shared_task(name=signals.TASK)
def check_sending_domains() -> int:
    """Safe to run twice: each domain is claimed by a conditional UPDATE."""
    return proving.check_due()
