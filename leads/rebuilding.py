"""All accumulators anew from the activities, by the same functions as at ingest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads import locking, rules, scoring, sql
from leads.models.lead import Lead
from leads.models.score import ScoreState
from leads.temperature import MOVE_LANDMARK_HALF_LIVES


@dataclass(frozen=True)
class Rebuilt:
    """`written` counts the rows that were not right before, or that a new landmark changed."""

    written: int
    epoch: int
    seconds: float


def rebuild(*, landmark: datetime | None = None) -> Rebuilt:
    """Recompute every score row; with `landmark`, for that landmark. Writers wait, readers go on.

    One transaction: whoever kills it leaves everything as it was.
    """
    started = time.monotonic()
    scoring.ensure(Lead.objects.filter(score=None).values_list("pk", flat=True))
    with transaction.atomic():
        locking.lock_table()
        state = ScoreState.objects.select_for_update().select_related("rules").get()
        state.landmark = landmark or state.landmark
        state.epoch += 1
        state.save(update_fields=["landmark", "epoch", "built_at"])
        written = _rewrite(rules.of(state))
    rules.forget()
    return Rebuilt(written, state.epoch, time.monotonic() - started)


def keep_landmark() -> Rebuilt | None:
    """Move the landmark to now before the accumulators run out of bits."""
    now = timezone.now()
    if rules.reload().scale.half_lives(now) < MOVE_LANDMARK_HALF_LIVES:
        return None
    return rebuild(landmark=now)


def _rewrite(new: rules.Rules) -> int:
    units = sql.load("activity_units").replace("{which}", "true")
    statement = sql.load("rebuild_scores").replace("{activity_units}", units)
    parameters = new.parameters() | {"rising": new.scale.rising_ranks(timezone.now())}
    return sql.run(statement, parameters)
