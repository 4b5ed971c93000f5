"""Rules are brought into force, and temperatures rebuilt, by a job that a worker runs (leads/building.py).

Whoever asks enqueues `leads.run_score_job` after the commit.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import rule_checks
from leads.models import RuleSet, ScoreJob
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User


def request(*, rule_set_id: int, user: User | None) -> ScoreJob:
    """Publish a draft, or roll back to a retired version. Raises DomainError, ConflictError."""
    with transaction.atomic():
        rule_set = RuleSet.objects.select_for_update().filter(pk=rule_set_id).first()
        if rule_set is None:
            raise DomainError("rules_unknown", _("There is no such version of the rules."), status=404)
        if rule_set.status == RuleSet.Status.PUBLISHED:
            raise ConflictError("rules_in_force", _("These rules are in force already."))
        for field, message in rule_checks.problems(rule_set):
            raise DomainError("rules_refused", message, {"field": field})
        return _open(ScoreJob(kind=ScoreJob.Kind.PUBLISH, rule_set=rule_set, version=rule_set.version), user)


def request_rebuild(*, user: User | None, landmark: datetime | None = None) -> ScoreJob:
    """Recompute everything from the activities; with `landmark`, for that landmark. Raises ConflictError."""
    kind = ScoreJob.Kind.LANDMARK if landmark else ScoreJob.Kind.REBUILD
    return _open(ScoreJob(kind=kind, landmark=landmark), user)


def cancel(*, job_id: int, user: User | None) -> None:
    """The present temperatures stay in force. The worker, if there is one, notices at its next step."""
    with transaction.atomic():
        job = ScoreJob.objects.select_for_update().open().filter(pk=job_id).first()
        if job is None:
            raise ConflictError("score_job_over", _("This rebuild has ended already."))
        job.state, job.finished_at, job.attempt_token = ScoreJob.State.CANCELLED, timezone.now(), None
        job.save(update_fields=["state", "finished_at", "attempt_token"])
        audit.record(actor=user, action="temperature.cancel", target=job, details=_details(job))


def _open(job: ScoreJob, user: User | None) -> ScoreJob:
    job.asked_by, job.asked_by_name = user, str(user) if user else "system"
    try:
        with transaction.atomic():
            job.save()
            audit.record(actor=user, action=f"temperature.{job.kind}", target=job, details=_details(job))
    except IntegrityError:
        # the constraint one_open_score_job: two who ask at once meet there
        raise ConflictError("score_job_open", _("A rebuild of the temperatures is under way.")) from None
    return job


def _details(job: ScoreJob) -> dict[str, str | int]:
    return {"kind": job.kind} | ({"version": job.version} if job.version else {})
