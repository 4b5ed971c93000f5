"""Who opts out, by whatever way the news comes, is written to no more: kept in one transaction with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from leads import sql
from leads.models import Lead


class Word(NamedTuple):
    """When a person said so."""

    lead_id: int
    at: datetime


def hold(lead_ids: Collection[int]) -> None:
    """Before the score rows are locked: whoever takes both locks takes the lead's first.

    A mail that is being handed out holds the same lock, so it was either first or sees the opt-out.
    """
    if lead_ids:
        list(Lead.objects.select_for_update().filter(pk__in=lead_ids).order_by("pk").values_list("pk"))


def keep(words: Collection[Word], now: datetime) -> None:
    if words:
        lead_ids, times = (list(column) for column in zip(*words, strict=True))
        sql.run(sql.load("opt_out"), {"lead_ids": lead_ids, "times": times, "now": now})
