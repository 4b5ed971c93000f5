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
    """`numbers` name the flagged places; none where no place in the text is meant."""

    label: str
    messages: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


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
    flags = _flags(newest)
    rows = [
        LayerRow(layer, newest[layer], _findings(newest[layer], flags)) for layer in LAYERS if layer in newest
    ]
    return Findings(tuple(rows), tuple(flag for _key, flag in flags))


# a layer's objection to one place: layer, label, part, start, end
_Place = tuple[str, str, str, int, int]


def _flags(newest: dict[str, Check]) -> list[tuple[_Place, Flag]]:
    """Numbered as a reader meets them: the subject first, then down the text."""
    places: set[_Place] = set()
    for layer, check in newest.items():
        for reason in _told(check):
            if place := _place(layer, reason):
                places.add(place)
    in_order = sorted(places, key=lambda place: (place[2] != "subject", place[3], place[4], place[0]))
    return [
        (place, Flag(number, place[2], place[3], place[4], place[1]))
        for number, place in enumerate(in_order, start=1)
    ]


def _findings(check: Check, flags: list[tuple[_Place, Flag]]) -> tuple[Finding, ...]:
    """Each reason once, with all its places and remarks."""
    numbers = {place: flag.number for place, flag in flags}
    found: dict[str, Finding] = {}
    for reason in _told(check):
        label = reasons.label(str(reason["code"]))
        before = found.get(label, Finding(label))
        place = _place(check.layer, reason)
        message = reasons.remark(str(reason["code"]), str(reason.get("message") or ""))
        found[label] = Finding(
            label,
            before.messages + ((message,) if message and message not in before.messages else ()),
            tuple(sorted({*before.numbers, *([numbers[place]] if place else [])})),
        )
    return tuple(found.values())


def _place(layer: str, reason: dict[str, Any]) -> _Place | None:
    span = reason.get("span")
    if not span:
        return None
    label = reasons.label(str(reason["code"]))
    return layer, label, str(reason.get("part") or "body"), int(span[0]), int(span[1])


def _told(check: Check) -> list[dict[str, Any]]:
    return check.reasons if check.verdict != Check.Verdict.PASS else []
