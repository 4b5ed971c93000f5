"""Places in a cleaned text that a rule points at, and places where no rule may."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from drafts.safety.normal import View, spelling

_MENTIONS: Final = (
    re.compile(
        r"[「『][^「」『』。\n]{1,16}[」』](?=(?:[、・]?[「『][^「」『』\n]{1,16}[」』])*(?:のよう|といった|という|などの|と怒鳴))"
    ),
    re.compile(r"\b(?:words?|phrase|term|expression|label)s? [\"“'‘][^\"”'’\n]{1,24}[\"”'’]", re.IGNORECASE),
)


@dataclass(frozen=True)
class Hit:
    """A place in the cleaned text; end exclusive."""

    code: str
    start: int
    end: int


def spared(view: View, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where harmless words and names stand; a character folds to one character, so places agree."""
    return _spared(view.text, tuple(phrases))


@lru_cache(maxsize=64)
def _spared(text: str, phrases: tuple[str, ...]) -> list[tuple[int, int]]:
    folded = spelling(text)
    if len(folded) != len(text):
        return []
    present = [phrase for phrase in phrases if phrase and phrase in folded]
    return [found.span() for phrase in present for found in re.finditer(re.escape(phrase), folded)]


def mentioned(view: View) -> list[tuple[int, int]]:
    """Words in quotation marks that are spoken of, not said: a script with 「死ね」のような台詞 in it."""
    return [found.span() for rule in _MENTIONS for found in rule.finditer(view.text)]


def inside(places: Iterable[tuple[int, int]], hit: Hit) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in places)
