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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drafts.safety import sentences, wordclasses
from drafts.safety.hits import Hit, inside
from drafts.safety.normal import View, latin, lowered
from drafts.safety.tokens import tokenize
from drafts.safety.wordclasses import WordClasses

READER: Final = "{r}"
WRITER: Final = "{w}"
# a sentence that is flagged and has no topic
DEFAULT_CODE: Final = "wording"
# a sentence that stands alone, or beside harmless ones, is lent this weight
LEAST_SUPPORT: Final = -1.0
_LONGEST_RUN: Final = 4
_NUMBER: Final = re.compile(r"\d+")
_APART: Final = re.compile(r"[\s・･·_*|/\\^+=~〜…♡♥★☆♪]+")
_JAPANESE: Final = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
_WORD: Final = re.compile(r"\{[rw]\}|[a-z0-9']+|[^\sa-z0-9]")
_SUFFIX: Final = re.compile(r"(?:'s|ing|ed|es|s|ly)$")
_STEM_CHARS: Final = 4


@dataclass(frozen=True)
class Weights:
    """Of one language. `terms` by what `terms()`, `class_terms()` and `topic_terms()` yield."""

    terms: Mapping[str, float]
    base: float
    flag_above: float
    classes: WordClasses | None = None
    # how much of the heaviest other sentence of the text a sentence is lent
    support: float = 0.0

    def of(self, words: Iterable[str], topics: Iterable[str]) -> float:
        """Topics count in full; of words, a long sentence has more by chance."""
        known = [self.terms[word] for word in self.terms.keys() & words]
        spoken = sum(known) / math.sqrt(len(known)) if known else 0.0
        return self.base + spoken + sum(self.terms.get(topic, 0.0) for topic in topics)

    def supported(self, said: Sequence[float]) -> list[float]:
        """Weights of a text's sentences, each with its share of the heaviest other one."""
        heaviest = sorted(said, reverse=True)[:2]
        others = [heaviest[1:] if weight == heaviest[0] else heaviest[:1] for weight in said]
        return [
            weight + self.support * max([LEAST_SUPPORT, *other])
            for weight, other in zip(said, others, strict=True)
        ]


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
    said: dict[str, list[tuple[int, int, list[Hit], float]]] = {}
    for start, end in sentences.split(view.text):
        language = language_of(view.text[start:end])
        if language in weights:
            own = [hit for hit in known if start <= hit.start < end]
            weight = _weight(view.text, start, end, weights[language], language, own, names)
            said.setdefault(language, []).append((start, end, own, weight))
    for language, each in said.items():
        supported = weights[language].supported([weight for *_, weight in each])
        for (start, end, own, _weight_alone), weight in zip(each, supported, strict=True):
            if weight > weights[language].flag_above:
                yield Hit(_code(own), start, end)


def _weight(
    text: str, start: int, end: int, weights: Weights, language: str, topics: list[Hit], names: Names
) -> float:
    words = set(terms(text[start:end], language, names))
    if weights.classes:
        words.update(class_terms(text, start, end, language, weights.classes, names))
    return weights.of(words, set(topic_terms(topics)))


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


def terms(sentence: str, language: str, names: Names) -> list[str]:
    """What a sentence consists of; numbers and names are alike whatever they are."""
    text = names.masked(latin(sentence) if language == "en" else sentence.lower())
    text = _NUMBER.sub("0", text).rstrip(" 。.")
    if language == "ja":
        return _runs(f"^{_APART.sub('', text)}$")
    return list(_words(["^", *_WORD.findall(text), "$"]))


def class_terms(
    text: str, start: int, end: int, language: str, classes: WordClasses, names: Names
) -> Iterator[str]:
    """What classes of words the sentence `text[start:end]` has."""
    if language == "en":
        found = classes.english(names.masked(latin(text[start:end])))
    else:
        begins = [word.start - start for word in tokenize(text) if start <= word.start < end]
        found = classes.japanese(lowered(text)[0][start:end], begins)
    yield from wordclasses.terms(found)


def _runs(text: str) -> list[str]:
    """Runs of one to four letters."""
    sizes = range(1, _LONGEST_RUN + 1)
    return [text[at : at + size] for size in sizes for at in range(len(text) - size + 1)]


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
