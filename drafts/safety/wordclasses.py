"""Words that are alike stand for each other: what was learned of one relative or illness holds of the next.

A class is a list of words ("family": wife, husband, son …) in a version's rules. A sentence has the classes
of its words, pairs of classes anywhere in it, and classes that follow each other closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

# two classes so many words apart are near each other
_NEAR: Final = 3
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9'\-]*")
_SUFFIX: Final = re.compile(r"(?:'s|ing|ed|es|s|ly|d)$")
_STEM_CHARS: Final = 4

Classes = Sequence[tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class WordClasses:
    """Of one language: the classes of each word; the length of the longest word in characters."""

    by_word: Mapping[str, tuple[str, ...]]
    longest: int

    @classmethod
    def of(cls, classes: Mapping[str, str]) -> WordClasses:
        """From {class: "word word …"}."""
        by_word: dict[str, list[str]] = {}
        for name, words in sorted(classes.items()):
            for word in words.split():
                by_word.setdefault(word, []).append(name)
        return cls({word: tuple(names) for word, names in by_word.items()}, max(map(len, by_word), default=0))

    def english(self, text: str) -> Classes:
        """Word by word, in lower case; inflected forms count as their stem."""
        return [self._of_word(word) for word in _WORD.findall(text.replace("’", "'"))]

    def _of_word(self, word: str) -> tuple[str, ...]:
        if (found := self.by_word.get(word)) is not None or len(word) <= _STEM_CHARS:
            return found or ()
        stem = _SUFFIX.sub("", word)
        return self.by_word.get(stem) or self.by_word.get(f"{stem}e") or ()

    def japanese(self, text: str, starts: Iterable[int]) -> Classes:
        """The longest word of a class at each place where a word of the text begins, in lower case."""
        found, behind = [], 0
        for start in starts:
            if start < behind:
                continue
            sizes = range(min(self.longest, len(text) - start), 0, -1)
            size = next((size for size in sizes if text[start : start + size] in self.by_word), 0)
            found.append(self.by_word[text[start : start + size]] if size else ())
            behind = start + size
        return found


def terms(classes: Classes) -> Iterator[str]:
    """`@family`, `@family&home` for two in any order, `@you>family` close together."""
    known = sorted({name for names in classes for name in names})
    yield from (f"@{name}" for name in known)
    yield from (f"@{one}&{other}" for one, other in combinations(known, 2))
    for at, names in enumerate(classes):
        for name in names:
            for later in classes[at + 1 : at + 1 + _NEAR]:
                yield from (f"@{name}>{other}" for other in later)
