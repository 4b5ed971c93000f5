"""Patterns by topic, from prices and promises to threats: words that only a person may let go out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from drafts.safety.banned import Hit, inside, spared
from drafts.safety.normal import View, spelling, squeezed
from drafts.safety.rulebook import RuleBook

# a pattern that needs longer is broken: TimeoutError, and the text is flagged
PATTERN_SECONDS: Final = 0.25
_LETTERS: Final = {
    "ja": re.compile(r"[ぁ-ヺ一-鿿]"),
    "en": re.compile(r"[a-z]{2,}[^a-z]+[a-z]{2,}[^a-z]+[a-z]{2,}"),
}


def find(view: View, rules: RuleBook, *, names: Iterable[str] = ()) -> list[Hit]:
    """Places in the cleaned text; patterns see it in lower case, with and without separators.

    TimeoutError if a pattern takes too long.
    """
    low = _lower(view.text)
    tight = squeezed(View(low, tuple(range(len(low))), tuple(range(1, len(low) + 1))))
    written = {"", *(name for name, letters in _LETTERS.items() if letters.search(low))}
    hits = set()
    for promise in rules.promises:
        if promise.language not in written:
            continue
        for found in promise.pattern.finditer(low, timeout=PATTERN_SECONDS):
            if found.end() > found.start():
                hits.add(Hit(promise.code, *found.span()))
        if promise.language == "en":
            # without its blanks an English text has no words
            continue
        for found in promise.pattern.finditer(tight.text, timeout=PATTERN_SECONDS):
            if found.end() > found.start():
                hits.add(Hit(promise.code, *tight.span(*found.span())))
    harmless = spared(view, (*rules.allowed, *map(spelling, names)))
    kept = (hit for hit in hits if not inside(harmless, hit))
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.code))


def _lower(text: str) -> str:
    """Lower case, character by character, so that places stay."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
