"""Leads that cooled past the band last announced. Ingest itself announces those that rose."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from leads import rules, signals, sql
from leads.models.score import Band
from leads.signals import ChangedLead

BATCH: Final = 5000


def announce_cooling(*, now: datetime | None = None) -> int:
    """How many leads fell until `now`. Rows that a writer holds are left for the next minute."""
    moment = now or timezone.now()
    total = 0
    while True:
        found, fallen = _announce_batch(moment)
        total += fallen
        if found < BATCH or not fallen:
            return total


def _announce_batch(now: datetime) -> tuple[int, int]:
    """How many leads had left their band, and of how many that is stored and announced now."""
    current = rules.reload()
    parameters = {"falling": current.scale.falling_ranks(now), "epoch": current.epoch, "limit": BATCH}
    lead_ids = [row[0] for row in sql.rows(sql.load("cooled_leads"), parameters)]
    if not lead_ids:
        return 0, 0
    with transaction.atomic():
        rows = sql.rows(sql.load("cool_bands"), parameters | {"lead_ids": lead_ids})
        fallen = [
            ChangedLead(lead_id, team_id, rank, Band(before), Band(after))
            for lead_id, team_id, rank, before, after in rows
        ]
        transaction.on_commit(lambda: signals.announce_crossings(fallen))
    return len(lead_ids), len(fallen)
