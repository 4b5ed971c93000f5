"""Patterns by topic, from prices and promises to threats: words that only a person may let go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from drafts.safety.hits import Hit, inside, spared
from drafts.safety.normal import View, lowered, spelling
from drafts.safety.rulebook import Promise, RuleBook

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
    written = _written(low, rules.topics_by_word.possible(low))
    hits = {Hit(topic.topic, *place) for topic in written for place in _found(topic, low)}
    return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.code))


def _places(view: View, rules: RuleBook) -> Iterator[Hit]:
    low, tight = lowered(view.text)
    for promise in _written(low, rules.promises_by_word.possible(low)):
        yield from (Hit(promise.code, *place) for place in _found(promise, low))
    # without its blanks an English text has no words
    others = [rule for rule in rules.promises_by_word.possible(tight.text) if rule.language != "en"]
    for promise in _written(low, others):
        yield from (Hit(promise.code, *tight.span(*place)) for place in _found(promise, tight.text))


def _written(text: str, promises: Iterable[Promise]) -> list[Promise]:
    """Those of a language that is written in `text` (lower case)."""
    written = {"", *(name for name, letters in _LETTERS.items() if letters.search(text))}
    return [promise for promise in promises if promise.language in written]


def _found(promise: Promise, text: str) -> Iterator[tuple[int, int]]:
    for found in promise.pattern.finditer(text, timeout=PATTERN_SECONDS):
        if found.end() > found.start():
            yield found.span()
