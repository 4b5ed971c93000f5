"""What the live channel reads from PostgreSQL: the values that changed."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Now

from leads import rules
from leads.live import frames
from leads.models import Lead, LeadScore, ScoreState
from leads.temperature import Scale
from salesdash.models import User

# Longer than an ingest transaction may take: `changed_at` is stamped before the commit makes it visible.
OVERLAP: Final = timedelta(seconds=35)
# a screen that missed more than this, or was away for longer, loads its rows anew
MOST_CHANGES: Final = 2000
PART: Final = 20_000
LONGEST_ABSENCE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Value:
    lead_id: int
    team_id: int
    level: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Values as of `at` (the database's clock), ascending by lead."""

    scale: Scale
    at: datetime
    values: list[Value]


def of_leads(lead_ids: Collection[int]) -> Reading:
    return _read(LeadScore.objects.filter(lead__in=lead_ids))


def of_everyone_since(moment: datetime) -> Iterator[Reading]:
    """In parts: after an import it may be nearly all leads."""
    after = 0
    while True:
        found = LeadScore.objects.filter(changed_at__gte=moment, lead_id__gt=after).order_by("lead_id")
        reading = _read(found[:PART])
        yield reading
        if len(reading.values) < PART:
            return
        after = reading.values[-1].lead_id


def since(user: User, team_ids: Collection[int], moment: datetime) -> Reading | None:
    """What `user` may see and may have missed; None where loading the rows anew is the better answer."""
    visible = LeadScore.objects.filter(team_id__in=team_ids, lead__in=Lead.objects.visible_to(user))
    reading = _read(visible.filter(changed_at__gte=moment - OVERLAP)[: MOST_CHANGES + 1])
    too_long = reading.at - moment > LONGEST_ABSENCE
    return None if too_long or len(reading.values) > MOST_CHANGES else reading


def scale() -> tuple[Scale, datetime]:
    """By which rules ranks are to be read, uncached, and the database's time."""
    state = ScoreState.objects.select_related("rules").annotate(at=Now()).get()
    return rules.of(state).scale, state.at


def level(scale: Scale, rank: float, at: datetime, fit_factor: float = 1.0) -> int:
    """As in a frame. An excluded lead is the one whose activities count nothing."""
    if fit_factor == 0:
        return frames.EXCLUDED
    heat = scale.heat(rank, at)
    return frames.level(math.log2(heat / scale.scale_heat)) if heat > 0 else 0


def _read(scores: QuerySet[LeadScore]) -> Reading:
    epoch = Subquery(ScoreState.objects.values("epoch"))
    while True:
        known, at = scale()
        rows = list(scores.values_list("lead_id", "team_id", "rank", "fit_factor", "changed_at", epoch))
        # rules published between the two statements: a rank of one epoch means nothing in another
        if all(row[-1] == known.epoch for row in rows):
            values = [
                Value(lead_id, team_id, level(known, rank, at, fit_factor), changed_at)
                for lead_id, team_id, rank, fit_factor, changed_at, _epoch in rows
            ]
            return Reading(known, at, sorted(values, key=lambda value: value.lead_id))
