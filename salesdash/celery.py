"""The Celery application. Queues: default, scoring, generation, mail, sync."""

from __future__ import annotations

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    import_modules,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesdash.settings")


@import_modules.connect
def leave_garbage(**_: Any) -> None:
    """A sixth of the start was spent looking for garbage among modules. Connected before those who import."""
    gc.disable()


app = Celery("salesdash")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def look_for_garbage(**_: Any) -> None:
    """From here on, before a pool forks, but never again among what was there by then."""
    gc.freeze()
    gc.enable()


@setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Somebody listens, so Celery leaves logging as Django's settings made it."""


@worker_process_init.connect
def start_telemetry(**_: Any) -> None:
    """Exporters hold threads, which do not survive the worker's fork: set them up in each child."""
    from salesdash import telemetry

    telemetry.configure()


@worker_ready.connect
def say_so(sender: Any, **_: Any) -> None:
    """Beat's first heartbeat comes ten seconds late, and /readyz waits for one. A pool runs this."""
    if "prefork" not in type(sender.pool).__module__:
        # threads: nothing is forked, so no child has set this up
        start_telemetry()
    app.send_task("salesdash.heartbeat", expires=20)


@beat_init.connect
def look_at_domains(**_: Any) -> None:
    """What fell due while nothing ran need not wait for the first minute."""
    app.send_task("salesdash.check_sending_domains", expires=600)
