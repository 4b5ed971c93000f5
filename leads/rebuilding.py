"""Rebuilds from beginning to end in this process, as the command does them; and the move of the landmark."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from leads import building, publishing, rules, score_jobs
from leads.models import ScoreJob
from leads.side_by_side import Watch
from leads.temperature import MOVE_LANDMARK_HALF_LIVES
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User


def rebuild(*, landmark: datetime | None = None, user: User | None = None) -> ScoreJob:
    """Recompute every score row; with `landmark`, for that landmark. Raises DomainError."""
    return finish(publishing.request_rebuild(user=user, landmark=landmark))


def publish(*, rule_set_id: int, user: User | None = None) -> ScoreJob:
    """Raises DomainError."""
    return finish(publishing.request(rule_set_id=rule_set_id, user=user))


def finish(job: ScoreJob, watch: Watch | None = None) -> ScoreJob:
    """Run it here. Raises DomainError with the reason why it did not come to its end."""
    done = building.run(job_id=job.pk, watch=watch)
    job.refresh_from_db()
    if not done and job.is_open:
        raise ConflictError("score_job_taken", _("Another process works on this rebuild."))
    if job.state != ScoreJob.State.DONE:
        raise DomainError(job.error_code or job.state, score_jobs.reason(job) or str(job.get_state_display()))
    return job


def keep_landmark() -> ScoreJob | None:
    """Ask for the landmark to be moved to now before the accumulators run out of bits.

    Half-lives are an hour or more, so that a look each hour is soon enough; while another rebuild is under
    way, the next look asks again.
    """
    now = timezone.now()
    if rules.reload().scale.half_lives(now) < MOVE_LANDMARK_HALF_LIVES:
        return None
    try:
        return publishing.request_rebuild(user=None, landmark=now)
    except ConflictError:
        return None
