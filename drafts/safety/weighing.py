"""How a whole sentence sounds: words and endings that mails nobody may send have, weighed against those
that good mails have.

One word says little: a hospital writes of blood and a bailiff of debts. So each word, pair of words or run
of letters lends a sentence a weight, for or against it, and so does each topic that the patterns of the
rules find in it. The sentence is flagged where the sum is too high. The weights are part of the rules'
version; how they were found: docs/safety.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from drafts.safety import sentences
from drafts.safety.hits import Hit, inside
from drafts.safety.normal import View, latin

READER: Final = "{r}"
WRITER: Final = "{w}"
# a sentence that is flagged and has no topic
DEFAULT_CODE: Final = "wording"
_LONGEST_RUN: Final = 4
_NUMBER: Final = re.compile(r"\d+")
_APART: Final = re.compile(r"[\s・･·_*|/\\^+=~〜…♡♥★☆♪]+")
_JAPANESE: Final = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
_WORD: Final = re.compile(r"\{[rw]\}|[a-z0-9']+|[^\sa-z0-9]")
_SUFFIX: Final = re.compile(r"(?:'s|ing|ed|es|s|ly)$")
_STEM_CHARS: Final = 4


@dataclass(frozen=True)
class Weights:
    """Of one language. `terms` by what `terms()` and `topic_terms()` yield."""

    terms: Mapping[str, float]
    base: float
    flag_above: float

    def of(self, words: Iterable[str], topics: Iterable[str]) -> float:
        """Topics count in full; of words, a long sentence has more by chance."""
        known = [self.terms[word] for word in words if word in self.terms]
        spoken = sum(known) / math.sqrt(len(known)) if known else 0.0
        return self.base + spoken + sum(self.terms.get(topic, 0.0) for topic in topics)


@dataclass(frozen=True)
class Names:
    """How the reader and the writer are called; a weight knows only which of the two is meant."""

    reader: tuple[str, ...] = ()
    writer: tuple[str, ...] = ()

    def masked(self, text: str) -> str:
        for names, mask in ((self.reader, READER), (self.writer, WRITER)):
            for name in sorted(names, key=len, reverse=True):
                if len(name) < 2:
                    continue
                if name.isascii():
                    text = re.sub(rf"(?<![a-z0-9]){re.escape(name.lower())}(?![a-z0-9])", mask, text)
                else:
                    text = text.replace(name.lower(), mask)
        return text


def find(
    view: View,
    weights: Mapping[str, Weights],
    topics: Iterable[Hit],
    names: Names,
    spared: list[tuple[int, int]],
) -> Iterator[Hit]:
    """`topics` are hits whose code is a topic; the sentences that weigh too much, in order."""
    known = [hit for hit in topics if not inside(spared, hit)]
    for start, end in sentences.split(view.text):
        own = [hit for hit in known if start <= hit.start < end]
        text = view.text[start:end]
        language = language_of(text)
        if language not in weights:
            continue
        said = weights[language].of(set(terms(text, language, names)), set(topic_terms(own)))
        if said > weights[language].flag_above:
            yield Hit(_code(own), start, end)


def _code(topics: list[Hit]) -> str:
    codes = [hit.code.split("/")[0] for hit in topics]
    return max(sorted(set(codes)), key=codes.count) if codes else DEFAULT_CODE


def language_of(sentence: str) -> str:
    return "ja" if _JAPANESE.search(sentence) else "en"


def topic_terms(topics: Iterable[Hit]) -> Iterator[str]:
    """`#threat` for a topic, `##threat` if it is found in two places, `###` for many topics."""
    seen: dict[str, set[int]] = {}
    for hit in topics:
        seen.setdefault(hit.code, set()).add(hit.start)
    for topic, places in seen.items():
        yield f"#{topic}"
        if len(places) > 1:
            yield f"##{topic}"
    if sum(map(len, seen.values())) > 1:
        yield "###"


def terms(sentence: str, language: str, names: Names) -> Iterator[str]:
    """What a sentence consists of; numbers and names are alike whatever they are."""
    text = names.masked(latin(sentence) if language == "en" else sentence.lower())
    text = _NUMBER.sub("0", text).rstrip(" 。.")
    if language == "ja":
        yield from _runs(f"^{_APART.sub('', text)}$")
    else:
        yield from _words(["^", *_WORD.findall(text), "$"])


def _runs(text: str) -> Iterator[str]:
    """Runs of one to four letters."""
    for size in range(1, _LONGEST_RUN + 1):
        for at in range(len(text) - size + 1):
            yield text[at : at + size]


def _words(words: list[str]) -> Iterator[str]:
    """Words, pairs and threes of them; stems and pairs of those."""
    stems = [_SUFFIX.sub("", word) if len(word) > _STEM_CHARS else word for word in words]
    for at, word in enumerate(words):
        yield word
        yield f"~{stems[at]}"
        if at + 1 < len(words):
            yield f"{word} {words[at + 1]}"
            yield f"~{stems[at]} {stems[at + 1]}"
        if at + 2 < len(words):
            yield f"{word} {words[at + 1]} {words[at + 2]}"
