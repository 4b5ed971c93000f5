"""So that nothing waits for ever: a lost message, a killed worker, changed rules, forgotten drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from drafts import workflow
from drafts.llm import ledger
from drafts.mail import delivering
from drafts.models import Draft, State
from drafts.workflow import Attempt, AttemptLost
from salesdash.errors import ConflictError

log = structlog.get_logger(__name__)

# a message normally takes far less to reach a worker
QUEUED_SECONDS: Final = 45
LOST_CALL_MINUTES: Final = 15
MAX_RESUMES: Final = 10
BATCH: Final = 200


def sweep() -> list[int]:
    """Ids of drafts that need a job; everything else is done here. Each part takes a bounded batch."""
    ledger.close_lost(older_than=timezone.now() - timedelta(minutes=LOST_CALL_MINUTES))
    expire()
    recheck()
    delivering.sweep()
    return resume()


def resume() -> list[int]:
    """Drafts that wait without a living job. One that kills its job again and again is given up."""
    now = timezone.now()
    unclaimed = Q(attempt_token=None, state_changed_at__lt=now - timedelta(seconds=QUEUED_SECONDS))
    dead = Q(attempt_at__lt=now - timedelta(seconds=workflow.attempt_seconds()))
    stuck = Draft.objects.filter(unclaimed | dead, state__in=workflow.WORKABLE).order_by("pk")[:BATCH]
    resumed = []
    for draft in stuck:
        dead_jobs = draft.events.filter(details__code="resumed").count()
        if dead_jobs >= MAX_RESUMES:
            _give_up(draft)
            continue
        if draft.attempt_token is not None:
            # only a job that died counts: waiting for a worker is nobody's fault
            workflow.record_event(
                draft, origin=draft.state, to=State(draft.state), at=now, details={"code": "resumed"}
            )
        resumed.append(draft.pk)
    return resumed


def _give_up(draft: Draft) -> None:
    attempt = Attempt.claim(draft.pk)
    if attempt is None:
        return
    try:
        attempt.fail("gave_up")
    except AttemptLost:
        log.info("draft taken over", draft=draft.pk)


def expire() -> int:
    """Ready, approved or waiting for review for too long: the facts in it are stale."""
    stale = Draft.objects.filter(
        state__in=[State.READY, State.APPROVED, State.IN_REVIEW], expires_at__lt=timezone.now()
    ).order_by("pk")[:BATCH]
    return sum(_moved(draft, State.EXPIRED, "stale") for draft in stale)


def recheck() -> int:
    """Texts that were cleared under other rules than today's go back to the checks, a batch of them.

    How many there were to move; 0 ends a chain of such batches.
    """
    outdated = list(Draft.objects.outdated().order_by("rules_version", "pk")[:BATCH])
    for draft in outdated:
        _moved(draft, State.CHECKING, "rules_changed")
    return len(outdated)


def _moved(draft: Draft, to: State, code: str) -> bool:
    try:
        with transaction.atomic():
            workflow.move(draft, to=to, details={"code": code})
            if to == State.CHECKING:
                workflow.leave_for_worker(draft)
    except ConflictError:
        # a person was faster
        return False
    return True
