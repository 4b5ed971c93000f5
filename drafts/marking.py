"""A text cut into stretches for a page: which words rest on which fact, which were flagged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.dateparse import parse_datetime

from drafts import facts as fact_source


@dataclass(frozen=True)
class Source:
    """A fact that a phrase rests on, as a page shows it; `at` is when it happened, where it did."""

    id: str
    text: str
    kind: str = ""
    at: datetime | None = None

    @property
    def origin(self) -> str:
        return fact_source.origin(self.kind)


@dataclass(frozen=True)
class Flag:
    """One flagged place; `number` is what the list of checks calls it. End exclusive."""

    number: int
    part: str
    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Stretch:
    """`flags` are those that cover these words; `opens` those that begin here."""

    text: str
    source: Source | None = None
    flags: tuple[Flag, ...] = ()
    opens: tuple[Flag, ...] = ()

    @property
    def flag_labels(self) -> str:
        return " / ".join(flag.label for flag in self.flags)


def sources(facts: Iterable[dict[str, Any]]) -> dict[str, Source]:
    return {
        str(fact["id"]): Source(
            str(fact["id"]), str(fact.get("text", "")), str(fact.get("kind", "")), _moment(fact.get("at"))
        )
        for fact in facts
        if fact.get("id")
    }


def _moment(value: Any) -> datetime | None:
    try:
        return parse_datetime(str(value or ""))
    except ValueError:
        return None


def cut(
    text: str,
    *,
    claims: Iterable[dict[str, Any]] = (),
    facts: Iterable[dict[str, Any]] = (),
    flags: Sequence[Flag] = (),
) -> list[Stretch]:
    """All of `text`, in order; joining the stretches gives it back unchanged."""
    cited = _cited(text, claims, sources(facts))
    places = [flag for flag in flags if 0 <= flag.start < flag.end <= len(text)]
    edges = {0, len(text)}
    edges.update(edge for start, end, _source in cited for edge in (start, end))
    edges.update(edge for flag in places for edge in (flag.start, flag.end))
    cuts = sorted(edges)
    return [
        Stretch(
            text[start:end],
            source=next((source for at, until, source in cited if at <= start and end <= until), None),
            flags=tuple(flag for flag in places if flag.start <= start and end <= flag.end),
            opens=tuple(flag for flag in places if flag.start == start),
        )
        for start, end in pairwise(cuts)
    ]


def _cited(
    text: str, claims: Iterable[dict[str, Any]], known: dict[str, Source]
) -> list[tuple[int, int, Source]]:
    """Where each claimed phrase first stands; a later claim does not overlap an earlier one."""
    taken: list[tuple[int, int, Source]] = []
    for claim in claims:
        phrase, source = str(claim.get("phrase", "")), known.get(str(claim.get("fact_id", "")))
        start = text.find(phrase) if phrase and source else -1
        while start >= 0 and any(start < end and at < start + len(phrase) for at, end, _ in taken):
            start = text.find(phrase, start + 1)
        if start >= 0 and source:
            taken.append((start, start + len(phrase), source))
    return taken
