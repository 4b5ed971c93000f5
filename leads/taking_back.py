"""Activities that turn out not to have happened: they stay under their keys and count for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from leads import locking, signals, sql
from leads.models.score import Band
from leads.signals import ChangedLead


class Key(NamedTuple):
    """Of an activity, as ingest was given it."""

    lead_id: int
    source: str
    external_id: str


def take_back(keys: Collection[Key]) -> list[ChangedLead]:
    """Temperature and last activity become what they would be without these; announced after the commit.

    What is unknown or taken back already is left out; adjustments by hand end in their own way.
    To be called once per transaction, with all of them.
    """
    if not keys:
        return []
    lead_ids, sources, external_ids = (list(column) for column in zip(*sorted(keys), strict=True))
    with transaction.atomic():
        # a rebuild that has read the activity before looks at changed score rows again
        _known, rules = locking.lock_scores(lead_ids)
        named = {"lead_ids": lead_ids, "sources": sources, "external_ids": external_ids}
        rows = sql.rows(sql.load("take_back"), {**named, **rules.parameters()})
        # a band that is left is announced by the cooling, as ever
        changed = [ChangedLead(pk, team, rank, Band(band), Band(band)) for pk, team, rank, band in rows]
        signals.announce(changed)
        by_team: defaultdict[int, list[int]] = defaultdict(list)
        for lead in changed:
            by_team[lead.team_id].append(lead.lead_id)
        signals.announce_rows(by_team)
    return changed
