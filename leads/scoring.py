"""Score rows: made for new leads, kept in step with changed ones, recomputed from the activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils import timezone

from leads import fit, locking, signals, sql
from leads.models.score import Band
from leads.rules import Rules
from leads.signals import ChangedLead

# a lock on this many rows lasts well under a second
BATCH: Final = 5000


def ensure(lead_ids: Iterable[int]) -> list[ChangedLead]:
    """Make or refresh the score rows of new or changed leads; returns and announces those that changed.

    To be called in the transaction that wrote the leads, once, with all of them.
    Ids without a lead are left out.
    """
    ids = sorted(set(lead_ids))
    changed: list[ChangedLead] = []
    with transaction.atomic():
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            # a statement of its own: the next one then sees what the writer that we waited for has committed
            _known, rules = locking.lock_scores(batch)
            changed += _ensure(batch, rules)
        signals.announce(changed)
    return changed


def _ensure(lead_ids: list[int], rules: Rules) -> list[ChangedLead]:
    fit_sql, fit_values = fit.fit_expression(rules.fit_rules).named("fit_")
    excluded_sql, excluded_values = fit.excluded_expression(rules.exclude_rules).named("excluded_")
    statement = sql.load("ensure_scores").replace("{fit}", fit_sql).replace("{excluded}", excluded_sql)
    parameters = {
        "lead_ids": lead_ids,
        "rising": rules.scale.rising_ranks(timezone.now()),
        **rules.parameters(),
        **fit_values,
        **excluded_values,
    }
    return [
        ChangedLead(lead_id, team_id, rank, Band(before), Band(after))
        for lead_id, team_id, rank, before, after in sql.rows(statement, parameters)
    ]
