"""How writers of the score table stay out of each other's way.

A writer locks the rows it will change first, all at once, in lead order. A rebuild puts another table in this
one's place, alone with it; a writer that waited for that goes on with the new table and its rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from leads import rules, sql
from leads.models.score import ScoreState
from leads.rules import Rules


def lock_scores(lead_ids: Iterable[int]) -> tuple[set[int], Rules]:
    """Which of these leads have a score row, and the rules that hold until the transaction ends.

    Takes the one lock round of its transaction: a second one for other leads could meet a writer in a circle.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock_scores needs a transaction")
    ids = sorted(set(lead_ids))
    ask = sql.prepared_rows if len(ids) <= sql.FEW else sql.rows
    rows = ask(sql.load("lock_scores"), {"lead_ids": ids})
    if not rows:
        # the statement holds the table even so: no swap comes between
        return set(), rules.at_epoch(ScoreState.objects.values_list("epoch", flat=True).get())
    return {row[0] for row in rows}, rules.at_epoch(rows[0][1])


def hold_companies(company_ids: Iterable[int]) -> None:
    """Until the transaction ends, nobody changes these companies.

    Whoever brings a lead to a company takes this first, before any lock of leads or score rows: a change of
    the company that is under way would reach the leads that it sees, and not the new one.
    """
    statement = "SELECT FROM leads_company WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR SHARE"
    sql.run(statement, {"ids": sorted(set(company_ids))})
