"""What a sentence says of what: a thing, and a claim about it a few letters on, unless it is denied.

無料 beside です or お試し is an offer; the 無料 of 無料の駐車場 is none, nor is 保証 in
保証するものではありません.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from drafts.safety import sentences
from drafts.safety.hits import Hit, inside, spared
from drafts.safety.needed import Index, Need
from drafts.safety.normal import View, lowered, spelling, squeezed
from drafts.safety.weighing import language_of

# a pattern that needs longer is broken: TimeoutError, and the text is flagged
PATTERN_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Statement:
    """All patterns see lower case. `claim` begins at most `within` letters after `about` ends.

    `unless` denies it, wherever in the sentence it stands. A rule without `claim` needs `about` alone.
    """

    code: str
    language: str
    about: Any  # of the module regex, as all three
    claim: Any | None
    within: int
    unless: Any | None
    need: Need = None  # without it `about` or `claim` finds nothing

    def find(self, sentence: str) -> tuple[int, int] | None:
        """The first place in `sentence` where it is said."""
        first = self.about.search(sentence, timeout=PATTERN_SECONDS)
        if first is None or (self.unless and self.unless.search(sentence, timeout=PATTERN_SECONDS)):
            return None
        if self.claim is None:
            return first.start(), first.end()
        for about in self.about.finditer(sentence, timeout=PATTERN_SECONDS):
            claim = self.claim.search(sentence, about.end(), timeout=PATTERN_SECONDS)
            if claim and claim.start() - about.end() <= self.within:
                return about.start(), claim.end()
        return None


def possible(view: View, index: Index[Statement]) -> list[Statement]:
    """Those whose words stand anywhere in the text, with or without its blanks."""
    low, tight = lowered(view.text)
    return index.possible(low, tight.text)


def find(view: View, rules: Iterable[Statement], allowed: Iterable[str], names: Iterable[str]) -> list[Hit]:
    """Places in the cleaned text, each rule once a sentence; Japanese is read without its blanks, too."""
    low, _tight = lowered(view.text)
    by_language: dict[str, list[Statement]] = {}
    for rule in rules:
        by_language.setdefault(rule.language, []).append(rule)
    hits = set()
    for start, end in sentences.split(view.text):
        sentence = View(low[start:end], tuple(range(start, end)), tuple(range(start + 1, end + 1)))
        language = language_of(sentence.text)
        tight = squeezed(sentence)
        forms = (sentence,) if tight.text == sentence.text else (sentence, tight)
        for rule in by_language.get(language, ()):
            for form in forms if language == "ja" else (sentence,):
                if found := rule.find(form.text):
                    hits.add(Hit(rule.code, *form.span(*found)))
    harmless = spared(view, (*allowed, *map(spelling, names)))
    return sorted((hit for hit in hits if not inside(harmless, hit)), key=lambda hit: (hit.start, hit.code))
