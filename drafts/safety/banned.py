"""Banned words in whatever guise: Japanese on SudachiPy's word boundaries, English on those of letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from drafts.safety.hits import Hit, inside, spared
from drafts.safety.normal import View, kana, latin, spelling, squeezed, unleet
from drafts.safety.rulebook import Banned, RuleBook
from drafts.safety.tokens import edges

# signs that stand for a letter one does not dare to write
_MASKS: Final = frozenset("○◯〇●◎*×✕✖■□▲△")
_KANJI_DIGIT: Final = frozenset("一二三四五六七八九十百千〇")
_CHUNK: Final = re.compile(r"[a-z0-9@$!|€*#_.\-'+]+")
_LETTERS: Final = re.compile(r"[a-z]+")
_SPACED: Final = re.compile(r"(?<![a-z0-9])[a-z0-9@$!|](?:[\s.\-_*/,]{1,3}[a-z0-9@$!|]){2,}(?![a-z0-9])")
_RUNS: Final = re.compile(r"(.)\1+")
_LATIN_MASK: Final = re.compile(r"[*#_.\-@$!+]")
_ENDINGS: Final = ("s", "es", "ed", "ing", "er", "ers")


def find(view: View, rules: RuleBook, *, names: Iterable[str] = ()) -> list[Hit]:
    """Hits in `view` (a cleaned text), without those inside allowed phrases or `names`."""
    folded = kana(view)
    tight = squeezed(folded)
    harmless = spared(view, (*rules.allowed, *map(spelling, names)))
    hits = {*_japanese(view, tight, rules), *_masked(view, folded, rules), *_english(view.text, rules)}
    return sorted(
        (hit for hit in hits if not inside(harmless, hit)),
        key=lambda hit: (hit.start, hit.end, hit.code),
    )


def _japanese(view: View, tight: View, rules: RuleBook) -> Iterator[Hit]:
    """Dictionary search at each place; a word must begin and end where Sudachi's words do."""
    begins, ends = edges(view.text)
    for at, char in enumerate(tight.text):
        for entry in rules.by_first.get(char, ()):
            if tight.text.startswith(entry.word, at):
                start, end = tight.span(at, at + len(entry.word))
                if entry.match == "substring" or (start in begins and end in ends):
                    yield Hit(entry.code, start, end)


def _masked(view: View, folded: View, rules: RuleBook) -> Iterator[Hit]:
    """バ○: the places of the masks fit any letter, all others must agree."""
    text = folded.text
    masks = [at for at, char in enumerate(text) if char in _MASKS and not _is_digit(text, at)]
    if not masks:
        return
    _begins, ends = edges(view.text)
    for at in masks:
        for entry in rules.japanese:
            yield from _fits(entry, at, text, folded, ends)


def _is_digit(text: str, at: int) -> bool:
    near = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return text[at] == "〇" and any(char in _KANJI_DIGIT for char in near)


def _fits(entry: Banned, at: int, text: str, folded: View, ends: frozenset[int]) -> Iterator[Hit]:
    size = len(entry.word)
    if size < 2:
        return
    for offset in range(size):
        start = at - offset
        window = text[start : start + size] if start >= 0 else ""
        if len(window) < size:
            continue
        agreed = sum(a == b for a, b in zip(window, entry.word, strict=True))
        masked = sum(char in _MASKS for char in window)
        if agreed + masked == size and agreed >= (size + 1) // 2:
            first, last = folded.span(start, start + size)
            if entry.match == "substring" or last in ends:
                yield Hit(entry.code, first, last)


def _english(text: str, rules: RuleBook) -> Iterator[Hit]:
    low = latin(text)
    for found in _LETTERS.finditer(low):
        if code := _code(found.group(), rules):
            yield Hit(code, *found.span())
    for found in _CHUNK.finditer(low):
        if code := _chunk_code(found.group(), rules):
            yield Hit(code, *found.span())
    for found in _SPACED.finditer(low):
        letters = re.sub(r"[^a-z]", "", unleet(re.sub(r"[\s.\-_*/,]", "", found.group())))
        if code := _code(letters, rules):
            yield Hit(code, *found.span())
    for phrase, pattern, code in rules.english_phrases:
        if phrase.split()[0] in low:
            for found in pattern.finditer(low):
                yield Hit(code, *found.span())


def _chunk_code(chunk: str, rules: RuleBook) -> str:
    """Letters broken up by signs, digits for letters, letters masked."""
    inner = chunk.strip(".,-_'+!")
    if inner.isalpha() or not any(char.isalpha() for char in inner):
        return ""
    solid = re.sub(r"[^a-z]", "", inner)
    leet = re.sub(r"[^a-z]", "", unleet(inner))
    return _code(solid, rules) or _code(leet, rules) or _masked_code(inner, rules)


def _masked_code(chunk: str, rules: RuleBook) -> str:
    if not (chunk[0].isalpha() and set(chunk) & set("*#_")):
        return ""
    pattern = re.compile("".join("." if _LATIN_MASK.match(char) else re.escape(char) for char in chunk))
    known = sum(char.isalpha() for char in chunk)
    for word, code in rules.english.items():
        if len(word) == len(chunk) and known >= 2 and pattern.fullmatch(word):
            return code
    return ""


def _code(word: str, rules: RuleBook) -> str:
    """The word itself, its inflected forms, and the word with drawn-out letters."""
    if len(word) < 3:
        return ""
    once = _RUNS.sub(r"\1", word)
    twice = re.sub(r"(.)\1{2,}", r"\1\1", word)
    for form in (word, twice, once if once != word and re.search(r"(.)\1{2,}", word) else word):
        for stem in (form, *(form.removesuffix(ending) for ending in _ENDINGS if form.endswith(ending))):
            if len(stem) >= 3 and stem in rules.english:
                return rules.english[stem]
    return ""
