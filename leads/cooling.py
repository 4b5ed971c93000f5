"""Leads that cooled past the band last announced. Ingest itself announces those that rose."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from leads import rules, signals, sql
from leads.models.score import Band
from leads.signals import ChangedLead

BATCH: Final = 5000


def announce_cooling() -> int:
    """How many leads fell. Rows that a writer holds are left for the next minute."""
    total = 0
    while True:
        fallen = _announce_batch()
        total += fallen
        if fallen < BATCH:
            return total


def _announce_batch() -> int:
    current = rules.reload()
    parameters = {
        "falling": current.scale.falling_ranks(timezone.now()),
        "epoch": current.epoch,
        "limit": BATCH,
    }
    with transaction.atomic():
        fallen = [
            ChangedLead(lead_id, team_id, rank, Band(before), Band(after))
            for lead_id, team_id, rank, before, after in sql.rows(sql.load("cool_bands"), parameters)
        ]
        transaction.on_commit(lambda: signals.announce_crossings(fallen))
    return len(fallen)
