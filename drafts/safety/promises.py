"""Patterns by topic, from prices and promises to threats: words that only a person may let go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from drafts.safety import needed
from drafts.safety.hits import Hit, inside, spared
from drafts.safety.normal import View, spelling, squeezed
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
    low = _lower(view.text)
    written = _written(low, rules.topics, rules)
    hits = {Hit(topic.topic, *place) for topic in written for place in _found(topic, low)}
    return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.code))


def _places(view: View, rules: RuleBook) -> Iterator[Hit]:
    low = _lower(view.text)
    tight = squeezed(View(low, tuple(range(len(low))), tuple(range(1, len(low) + 1))))
    for promise in _written(low, rules.promises, rules):
        yield from (Hit(promise.code, *place) for place in _found(promise, low))
    # without its blanks an English text has no words
    others = [promise for promise in rules.promises if promise.language != "en"]
    for promise in _written(low, others, rules, searched=tight.text):
        yield from (Hit(promise.code, *tight.span(*place)) for place in _found(promise, tight.text))


def _written(text: str, promises: Iterable[Promise], rules: RuleBook, *, searched: str = "") -> list[Promise]:
    """Those of a language that is written in `text` (lower case), less those that `searched` rules out."""
    written = {"", *(name for name, letters in _LETTERS.items() if letters.search(text))}
    present = rules.vocabulary.of(searched or text)
    return [
        promise
        for promise in promises
        if promise.language in written and needed.possible(promise.need, present)
    ]


def _found(promise: Promise, text: str) -> Iterator[tuple[int, int]]:
    for found in promise.pattern.finditer(text, timeout=PATTERN_SECONDS):
        if found.end() > found.start():
            yield found.span()


def _lower(text: str) -> str:
    """Lower case, character by character, so that places stay."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
