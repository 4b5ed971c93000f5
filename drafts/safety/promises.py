"""Patterns by topic, from prices and promises to threats: words that only a person may let go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from drafts.safety import alternatives
from drafts.safety.hits import Hit, inside, spared
from drafts.safety.normal import View, lowered, spelling
from drafts.safety.rulebook import Part, Promise, RuleBook

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
    hits = set(_places(view, rules))
    harmless = spared(view, (*rules.allowed, *map(spelling, names)))
    kept = (hit for hit in hits if not inside(harmless, hit))
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.code))


def topics(view: View, rules: RuleBook) -> list[Hit]:
    """The same for patterns that lend weight only; `code` is the topic. Allowed phrases are among them."""
    low, _tight = lowered(view.text)
    parts = _in_language(low, rules.topics_by_word.possible(low))
    hits = {Hit(topic.topic, *place) for topic, place in _found(parts, low)}
    return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.code))


def _places(view: View, rules: RuleBook) -> Iterator[Hit]:
    low, tight = lowered(view.text)
    parts = _in_language(low, rules.promises_by_word.possible(low))
    yield from (Hit(promise.code, *place) for promise, place in _found(parts, low))
    # without its blanks an English text has no words
    others = [part for part in rules.promises_by_word.possible(tight.text) if part.promise.language != "en"]
    found = _found(_in_language(low, others), tight.text)
    yield from (Hit(promise.code, *tight.span(*place)) for promise, place in found)


def _in_language(text: str, parts: Iterable[Part]) -> list[Part]:
    """Those of a language that is written in `text` (lower case)."""
    written = {"", *(name for name, letters in _LETTERS.items() if letters.search(text))}
    return [part for part in parts if part.promise.language in written]


def _found(parts: Iterable[Part], text: str) -> Iterator[tuple[Promise, tuple[int, int]]]:
    """`parts`: of each promise those that may match, side by side."""
    for promise, own in groupby(parts, key=lambda part: part.promise):
        places = alternatives.places(tuple(own), promise.pattern, text, seconds=PATTERN_SECONDS)
        yield from ((promise, place) for place in places)
