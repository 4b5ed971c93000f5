"""What happened to leads while the new score table was built is brought into it, without a lock, in passes.

A row belongs to a pass if a transaction wrote it that the last look may have missed: one that was not over
when the snapshot of that look was taken. Times of change would not do: they are stamped before the commit.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import F

from leads import sql
from leads.build_plan import Plan
from leads.score_jobs import Attempt, Phase
from leads.side_by_side import Watch

# the passes end when one finds no more rows than the last step may take while writers wait
FEW_ROWS: Final = 500
PASSES: Final = 5


def in_passes(attempt: Attempt, plan: Plan, watch: Watch) -> None:
    """Until little is left, or the passes no longer shrink."""
    attempt.move(phase=Phase.CATCHING_UP)
    before = None
    for _number in range(PASSES):
        with transaction.atomic():
            found = take_changes(attempt, plan)
        watch()
        if found <= FEW_ROWS or (before is not None and found > before / 2):
            return
        before = found


def take_changes(attempt: Attempt, plan: Plan, **fields: Any) -> int:
    """Bring in what was written since the last look; returns how many leads. Within a transaction."""
    # before the look: what is not over now belongs to the next one too
    seen, oldest = attempt.job().seen_xid, oldest_running()
    statement = sql.load("changed_scores") + (sql.load("changed_leads") if plan.watches_leads else "")
    sql.run("DROP TABLE IF EXISTS pg_temp.leads_changed")
    found = sql.run(statement, {"seen": seen})
    sql.run("ANALYZE leads_changed")
    plan.bring_up_to_date()
    attempt.move(seen_xid=oldest, written=F("written") + found, **fields)
    return found


def oldest_running() -> int:
    """Whatever an older transaction wrote is seen by every later statement."""
    xid: int = sql.rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", {})[0][0]
    return xid
