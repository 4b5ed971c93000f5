"""Prices, discounts, guarantees, legal promises: words that only a person may let go out."""

from __future__ import annotations

from collections.abc import Iterable

from drafts.safety.banned import Hit, inside, spared
from drafts.safety.normal import View, spelling, squeezed
from drafts.safety.rulebook import RuleBook


def find(view: View, rules: RuleBook, *, names: Iterable[str] = ()) -> list[Hit]:
    """Places in the cleaned text; patterns see it in lower case, with and without separators."""
    low = _lower(view.text)
    tight = squeezed(View(low, tuple(range(len(low))), tuple(range(1, len(low) + 1))))
    hits = set()
    for promise in rules.promises:
        for found in promise.pattern.finditer(low):
            if found.end() > found.start():
                hits.add(Hit(promise.code, *found.span()))
        for found in promise.pattern.finditer(tight.text):
            if found.end() > found.start():
                hits.add(Hit(promise.code, *tight.span(*found.span())))
    harmless = spared(view, (*rules.allowed, *map(spelling, names)))
    kept = (hit for hit in hits if not inside(harmless, hit))
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.code))


def _lower(text: str) -> str:
    """Lower case, character by character, so that places stay."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
