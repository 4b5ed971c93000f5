"""What the checks say about a text, for a reviewer's eyes: one row per layer, flagged places numbered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts.marking import Flag
from drafts.models import Check
from drafts.safety import reasons
from drafts.safety.names import LAYERS

LAYER_LABELS: Final[dict[str, Promise]] = {
    "input_filter": _("Lead data"),
    "format": _("Format"),
    "rules": _("Rules"),
    "law": _("Mail law"),
    "moderation": _("Moderation"),
    "judge": _("Judge"),
}


@dataclass(frozen=True)
class Finding:
    """`number` is 0 where no place in the text is meant."""

    label: str
    message: str
    number: int = 0


@dataclass(frozen=True)
class LayerRow:
    layer: str
    check: Check
    findings: tuple[Finding, ...]

    @property
    def label(self) -> Promise | str:
        return LAYER_LABELS.get(self.layer, self.layer)

    @property
    def passed(self) -> bool:
        return self.check.verdict == Check.Verdict.PASS


@dataclass(frozen=True)
class Findings:
    rows: tuple[LayerRow, ...]
    flags: tuple[Flag, ...]

    @property
    def complete(self) -> bool:
        return {row.layer for row in self.rows} == set(LAYERS)

    @property
    def blocked(self) -> bool:
        """Something that no person may clear."""
        return any(row.check.blocking and not row.passed for row in self.rows)

    @property
    def labels(self) -> list[str]:
        """Each reason once, in the layers' order."""
        return list(dict.fromkeys(found.label for row in self.rows for found in row.findings))

    def in_part(self, part: str) -> list[Flag]:
        return [flag for flag in self.flags if flag.part == part]


def of(checks: Iterable[Check], text_hash: str) -> Findings:
    """From all checks of a draft, in any order: of each layer the last on exactly this text."""
    newest: dict[str, Check] = {}
    for check in sorted(checks, key=lambda check: check.pk):
        if check.text_hash == text_hash:
            newest[check.layer] = check
    rows: list[LayerRow] = []
    flags: list[Flag] = []
    for layer in LAYERS:
        if layer not in newest:
            continue
        found = []
        for reason in _told(newest[layer]):
            label = reasons.label(str(reason["code"]))
            span = reason.get("span")
            if span:
                flags.append(Flag(len(flags) + 1, str(reason.get("part") or "body"), span[0], span[1], label))
            found.append(Finding(label, str(reason.get("message") or ""), len(flags) if span else 0))
        rows.append(LayerRow(layer, newest[layer], tuple(found)))
    return Findings(tuple(rows), tuple(flags))


def _told(check: Check) -> list[dict[str, Any]]:
    return check.reasons if check.verdict != Check.Verdict.PASS else []
