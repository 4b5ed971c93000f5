"""Jobs that one worker at a time holds, and gives up by silence: imports, edits of many leads, files.

A job has a `status`, among others "queued" and "running", the `attempt_token` of the worker that holds it,
and `attempt_at`, its last sign of life. A worker writes through `held`, and stops where that finds nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone

QUEUED: Final = "queued"
RUNNING: Final = "running"


class TakenOver(Exception):
    """Another worker holds the job now: stop without a trace."""


def claim(jobs: QuerySet[Any], pk: Any, lease: timedelta, **values: Any) -> uuid.UUID | None:
    """A token for a queued job, or for one whose worker is silent; None for any other. Sets `values`, too."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(status=QUEUED) | Q(status=RUNNING, attempt_at__lt=now - lease)
    claimed = jobs.filter(free, pk=pk).update(status=RUNNING, attempt_token=token, attempt_at=now, **values)
    return token if claimed else None


def held(jobs: QuerySet[Any], pk: Any, token: uuid.UUID) -> QuerySet[Any]:
    """The job as long as this worker holds it, else nothing."""
    return jobs.filter(pk=pk, status=RUNNING, attempt_token=token)


def renew(ours: QuerySet[Any], **values: Any) -> None:
    """A sign of life. Raises TakenOver."""
    if not ours.update(attempt_at=timezone.now(), **values):
        raise TakenOver


@contextmanager
def working(fail: Callable[[], object]) -> Iterator[None]:
    """What a worker does with the job that it holds; ends early and quietly where another has taken it over.

    An error ends the job by `fail` and goes on to the log, but for a database that is away: then the sweep
    comes back to the job.
    """
    try:
        yield
    except TakenOver:
        return
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        fail()
        raise


def unfinished(jobs: QuerySet[Any]) -> QuerySet[Any]:
    return jobs.filter(status__in=(QUEUED, RUNNING))


def sweep(
    jobs: QuerySet[Any], *, lease: timedelta, resumed_for: timedelta, fail: Callable[[Any], object]
) -> list[Any]:
    """Ids of the jobs that need a worker; `fail` ends those that none could finish."""
    now = timezone.now()
    silent = unfinished(jobs).filter(attempt_at__lt=now - lease)
    for pk in silent.filter(created_at__lt=now - resumed_for).values_list("pk", flat=True):
        fail(pk)
    ids = list(silent.values_list("pk", flat=True))
    # a queue that is long is not made longer by each sweep
    jobs.filter(pk__in=ids, status=QUEUED).update(attempt_at=now)
    return ids
