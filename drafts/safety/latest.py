"""The verdicts that count: the last one of each layer on the present text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from drafts.models import Check, Clearance, Draft
from drafts.safety.names import LAYERS

# written out: each draft asks, and building it took longer than answering it
_CHECKS: Final = """
SELECT * FROM drafts_check WHERE draft_id = %(draft)s AND text_hash = %(text)s ORDER BY id
"""


def checks(draft: Draft) -> list[Check]:
    """In the layers' order; only verdicts on exactly the present text."""
    rows = Check.objects.raw(_CHECKS, {"draft": draft.pk, "text": draft.text_hash})
    newest = {check.layer: check for check in rows}
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
