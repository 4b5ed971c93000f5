"""The verdicts that count: the last one of each layer on the present text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from drafts.models import Check, Clearance, Draft
from drafts.safety.names import LAYERS
from leads.sql import columns, instance, prepared_rows

# written out: each draft asks, and building it took longer than answering it
_CHECKS: Final = f"""
SELECT {columns(Check, "spoken")} FROM drafts_check AS spoken
WHERE spoken.draft_id = %(draft)s AND spoken.text_hash = %(text)s ORDER BY spoken.id
"""  # noqa: S608 -- names of the model's own columns


def checks(draft: Draft) -> list[Check]:
    """In the layers' order; only verdicts on exactly the present text."""
    rows = prepared_rows(_CHECKS, {"draft": draft.pk, "text": draft.text_hash})
    newest = {check.layer: check for check in (instance(Check, row) for row in rows)}
    return [newest[name] for name in LAYERS if name in newest]


def complete(found: Iterable[Check]) -> bool:
    return {check.layer for check in found} == set(LAYERS)


def flagged_codes(found: Iterable[Check]) -> list[str]:
    """`layer:code` of everything that did not pass, sorted."""
    flagged = [check for check in found if check.verdict != Check.Verdict.PASS]
    return sorted({f"{check.layer}:{reason['code']}" for check in flagged for reason in check.reasons})


def cleared_codes(draft: Draft, *, rules_version: int) -> set[str]:
    """What a person let pass in exactly this text under exactly these rules."""
    rows = Clearance.objects.filter(draft=draft, text_hash=draft.text_hash, rules_version=rules_version)
    return {code for row in rows for code in row.reason_codes}
