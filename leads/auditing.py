"""Does the score table say what leads, companies and activities say? Recomputed and compared, bit for bit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from leads import fit, rules, sql
from leads.models.score import LeadScore
from leads.rules import Rules

# listed at most; all are counted
LISTED: Final = 1000


@dataclass(frozen=True)
class Difference:
    """`field` is a column, or "lead" / "score" for a row that is missing."""

    lead_id: int
    field: str
    stored: Any
    expected: Any


@dataclass(frozen=True)
class Audit:
    checked: int
    differing_leads: int
    differences: list[Difference]

    @property
    def clean(self) -> bool:
        return self.differing_leads == 0


def audit(*, sample: int | None = None) -> Audit:
    """Of all leads, or of `sample` random ones. Sees one snapshot: writers neither wait nor disturb."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # before the snapshot is taken: a table that was swapped in later would look empty in it
        sql.run("LOCK TABLE leads_leadscore IN ACCESS SHARE MODE")
        current = rules.reload()
        lead_ids = _sample(sample) if sample is not None else None
        rows = sql.rows(*_statement(current, lead_ids))
        checked = len(lead_ids) if lead_ids is not None else LeadScore.objects.count()
    return Audit(checked, rows[0][5] if rows else 0, [d for row in rows for d in _differences(row)])


def _sample(size: int) -> list[int]:
    return list(LeadScore.objects.order_by("?").values_list("lead_id", flat=True)[:size])


def _statement(current: Rules, lead_ids: list[int] | None) -> tuple[str, dict[str, Any]]:
    fit_sql, fit_values = fit.fit_expression(current.fit_rules).named("fit_")
    excluded_sql, excluded_values = fit.excluded_expression(current.exclude_rules).named("excluded_")
    some = lead_ids is not None
    statement = sql.load("audit_scores")
    for slot, text in {
        "activity_units": sql.load("activity_units"),
        "which_lead": "l.id = ANY(%(lead_ids)s::bigint[])" if some else "true",
        "which": "lead_id = ANY(%(lead_ids)s::bigint[])" if some else "true",
        "fit": fit_sql,
        "excluded": excluded_sql,
    }.items():
        statement = statement.replace("{" + slot + "}", text)
    values = {**current.parameters(), **fit_values, **excluded_values, "limit": LISTED, "lead_ids": lead_ids}
    return statement, values


def _differences(row: tuple[Any, ...]) -> list[Difference]:
    lead_id, has_lead, has_score, stored, expected = row[:5]
    if not has_lead:
        return [Difference(lead_id, "lead", "present", "absent")]
    if not has_score:
        return [Difference(lead_id, "score", "absent", "present")]
    stored, expected = (json.loads(side) if isinstance(side, str) else side for side in (stored, expected))
    return [
        Difference(lead_id, name, value, expected[name])
        for name, value in stored.items()
        if value != expected[name]
    ]
