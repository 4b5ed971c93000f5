"""The row of a rebuild while a worker holds it: claimed, moved on, ended, brought back by the sweep."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import ScoreJob
from salesdash import audit
from salesdash.errors import DomainError

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

State, Phase = ScoreJob.State, ScoreJob.Phase

# whoever runs a job is heard of each second; silent for this long, it is dead
lease: Final = timedelta(seconds=30)
# a job that no worker could bring to an end in as many attempts
MAX_ATTEMPTS: Final = 20


# by error code; the text of any other code is kept in the job's row
REASONS: Final[dict[str, StrPromise]] = {
    "worker_lost": _("No worker could bring it to its end; the log says more."),
    "internal": _("An internal error; the log says more."),
    "temperature_overflow": _("The activities do not fit into the accumulators."),
    "score_table_busy": _("The temperatures were in use all the time. Please try again later."),
    "score_rows_missing": _("The new table lacked leads."),
}


class TakenOver(Exception):
    """The job was cancelled, or another worker holds it: stop without a trace."""


@dataclass(frozen=True)
class Attempt:
    """One worker's hold on a job."""

    job_id: int
    token: uuid.UUID

    def job(self) -> ScoreJob:
        return ScoreJob.objects.select_related("rule_set", "asked_by").get(pk=self.job_id)

    def move(self, **fields: Any) -> None:
        """Write to the job's row; the last thing in each step's transaction. Raises TakenOver."""
        if not self._ours().update(attempt_at=timezone.now(), **fields):
            raise TakenOver

    def fail(self, code: str, text: str = "") -> bool:
        """False if the job is not ours any more."""
        return _end(self._ours(), State.FAILED, error_code=code, error_text=text[:400])

    def finish(self) -> None:
        """To be called in the transaction that puts the table in place. Raises TakenOver."""
        if not _end(self._ours(), State.DONE):
            raise TakenOver

    def release(self) -> None:
        """Let the next worker go on at once."""
        self._ours().update(attempt_at=timezone.now() - 2 * lease)

    def _ours(self) -> QuerySet[ScoreJob]:
        return ScoreJob.objects.filter(pk=self.job_id, state=State.RUNNING, attempt_token=self.token)


def reason(job: ScoreJob) -> str:
    """Why it failed, in the reader's language where the code is known."""
    return str(REASONS.get(job.error_code, job.error_text))


def refuse(code: str) -> DomainError:
    return DomainError(code, str(REASONS[code]))


def claim(job_id: int) -> Attempt | None:
    """None where there is nothing to do: it ended, or somebody works on it."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, attempt_at__lt=now - lease)
    claimed = ScoreJob.objects.filter(free, pk=job_id).update(
        state=State.RUNNING, attempt_token=token, attempt_at=now, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    ScoreJob.objects.filter(pk=job_id, started_at=None).update(started_at=now)
    return Attempt(job_id, token)


def sweep() -> list[int]:
    """Ids of the jobs that need a worker; ends one that none could finish."""
    before = timezone.now() - lease
    waiting = Q(state=State.QUEUED, created_at__lt=before) | Q(state=State.RUNNING, attempt_at__lt=before)
    silent = ScoreJob.objects.filter(waiting)
    _end(silent.filter(attempts__gte=MAX_ATTEMPTS), State.FAILED, error_code="worker_lost")
    return list(silent.values_list("pk", flat=True))


def _end(jobs: QuerySet[ScoreJob], state: ScoreJob.State, **fields: Any) -> bool:
    """At most one job is open, so at most one ends."""
    with transaction.atomic():
        job = jobs.select_for_update(of=("self",)).select_related("asked_by").first()
        if job is None:
            return False
        job.state, job.finished_at, job.attempt_token = state, timezone.now(), None
        for name, value in fields.items():
            setattr(job, name, value)
        job.save(update_fields=["state", "finished_at", "attempt_token", *fields])
        details = {"kind": job.kind, "leads": job.done, "caught_up": job.written}
        if job.version:
            details["version"] = job.version
        if job.error_code:
            details["error"] = job.error_code
        audit.record(actor=job.asked_by, action=f"temperature.{state}", target=job, details=details)
    return True
