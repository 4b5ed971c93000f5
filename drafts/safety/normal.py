"""Texts as a reader sees them, whatever they are made of; every character knows where it came from.

Undone here: HTML entities, split tags, Unicode compatibility forms, format and tag characters, variation
selectors, stacked accents, hiragana against katakana, small kana, long marks, look-alike letters, leet,
separators between letters. Masked letters (バ○) are compared in banned.py.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>\n]{0,200}/?>|<!--.*?-->", re.DOTALL)
# what stands at the end of a half-width kana or of any letter and belongs to it
_UNSEEN: Final = frozenset(("Cf", "Cc", "Co", "Cs", "Cn", "Mn", "Me"))
# letters by category, blank on screen
_FILLERS: Final = "\u115f\u1160\u3164\uffa0"
_JOINS: Final = frozenset("ﾞﾟ゛゜")
_LONG_MARKS: Final = frozenset("ー〜～~ｰ-‐‑‒–—―─")
_SEPARATORS: Final = re.compile(r"[\s・･·•‧.,:;_*|/\\'\"`^+=~〜…ー‐‑–—―─\-♡♥★☆♪]")
_SMALL: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# letters of other scripts that pass for Latin ones
_LOOKALIKE: Final = {
    ord(pair[0]): pair[1]
    for pair in (  # noqa: SIM905 -- 40 quoted pairs would read worse
        "аa еe оo рp сc хx уy іi јj ѕs ԁd һh ӏl кk мm нh тt вb гr пn ьb ѡw "
        "αa οo ρp νv υu ιi κk τt εe ηn χx ɑa ɡg ıi ʏy ᴀa ᴇe"
    ).split()
}
# kanji and signs that pass for katakana between katakana
_KANA_LOOKALIKE: Final = {
    "力": "カ", "二": "ニ", "口": "ロ", "工": "エ", "夕": "タ", "卜": "ト", "八": "ハ", "千": "チ",
    "三": "ミ", "乂": "メ", "了": "ア", "ㇵ": "ハ",
}  # fmt: skip
_LEET: Final = str.maketrans("0134578@$!|€", "oieastbasiie")
_LEET_RUN: Final = re.compile(r"[A-Za-z0-9@$!|€]+")


@dataclass(frozen=True)
class View:
    """A form of a text. `starts[i]` and `ends[i]` say which stretch of the original became `text[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind `text[start:end]`; end exclusive, never empty."""
        return self.starts[start], self.ends[end - 1]


def _view(items: list[tuple[str, int, int]]) -> View:
    text = "".join(item[0] for item in items)
    starts = tuple(start for chars, start, _ in items for _c in chars)
    ends = tuple(end for chars, _, end in items for _c in chars)
    return View(text, starts, ends)


def as_it_is(text: str) -> View:
    """Each character stands for itself."""
    return View(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))


@lru_cache(maxsize=64)
def clean(text: str) -> View:
    """As it would be printed: entities decoded, tags and invisible characters gone, NFKC."""
    # most texts are, and looking is ten times as fast as taking them apart
    return as_it_is(text) if _is_clean(text) else _cleaned(text)


def _is_clean(text: str) -> bool:
    return unicodedata.is_normalized("NFKC", text) and all(map(_is_plain, set(text)))


@lru_cache(maxsize=8192)
def _is_plain(char: str) -> bool:
    """Begins no entity and no tag, belongs to nothing, is printed as it is."""
    return char not in "&<" and not _belongs(char, "") and _printed(char) == char


def _cleaned(text: str) -> View:
    items: list[tuple[str, int, int]] = []
    for chunk, start, end in _decoded(text):
        if items and _belongs(chunk, items[-1][0]):
            chars, first, _end = items[-1]
            joined = unicodedata.normalize("NFKC", chars + chunk)
            # an accent that does not melt into its letter is decoration
            items[-1] = (joined if len(joined) <= len(chars) else chars, first, end)
        elif printed := _printed(chunk):
            items.append((printed, start, end))
    return _view(items)


def _decoded(text: str) -> list[tuple[str, int, int]]:
    """Single characters with their place, entities decoded (twice: `&amp;#27515;`) and tags left out."""
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(text):
        tag = _TAG.match(text, place) if text[place] == "<" else None
        if tag:
            place = tag.end()
            continue
        entity = _ENTITY.match(text, place) if text[place] == "&" else None
        end = entity.end() if entity else place + 1
        if entity and text[place:end] == "&amp;":
            inner = _ENTITY.match("&" + text[end : end + 32])
            end += inner.end() - 1 if inner else 0
        raw = text[place:end]
        found += [(char, place, end) for char in (html.unescape(html.unescape(raw)) if entity else raw)]
        place = end
    return found


def _belongs(char: str, before: str) -> bool:
    """Whether `char` is an accent or a voicing mark of what stands before it."""
    return char in _JOINS or (unicodedata.category(char) in ("Mn", "Me") and not before.isspace())


@lru_cache(maxsize=8192)
def _printed(char: str) -> str:
    """One character in its plain form; empty where nothing is seen."""
    invisible = unicodedata.category(char) in _UNSEEN or char in _FILLERS
    return "" if invisible and char not in "\n\t" else unicodedata.normalize("NFKC", char)


def _mapped(view: View, chars: list[str]) -> View:
    """A view of `view` with each character replaced by zero or more others, places kept."""
    items = [(chars[i], view.starts[i], view.ends[i]) for i in range(len(chars))]
    return _view(items)


def kana(view: View) -> View:
    """Casefolded, all kana in large katakana, long marks behind kana gone, look-alikes undone.

    Places count characters of `view`, so that word boundaries found in it can be compared.
    """
    source = view.text
    chars = [_fold_char(char) for char in source]
    for i, char in enumerate(source):
        near = source[max(0, i - 1) : i] + source[i + 1 : i + 2]
        if char in _KANA_LOOKALIKE and any(_is_katakana(c) for c in near):
            chars[i] = _KANA_LOOKALIKE[char]
        elif char in _LONG_MARKS and i and (_is_kana(source[i - 1]) or source[i - 1] in _LONG_MARKS):
            chars[i] = ""
    return _mapped(as_it_is(source), chars)


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    char = char.casefold()
    if "ぁ" <= char <= "ゖ":
        char = chr(ord(char) + 0x60)
    return char.translate(_SMALL)


def _is_kana(char: str) -> bool:
    return "ぁ" <= char <= "ヿ"


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヿ"


def squeezed(view: View) -> View:
    """Without separators; a line break separates words for good and stays."""
    text = view.text
    gone = {found.start() for found in _SEPARATORS.finditer(text) if found.group() != "\n"}
    if not gone:
        return view
    kept = [at for at in range(len(text)) if at not in gone]
    return View(
        "".join([text[at] for at in kept]),
        tuple([view.starts[at] for at in kept]),
        tuple([view.ends[at] for at in kept]),
    )


@lru_cache(maxsize=16)
def lowered(text: str) -> tuple[str, View]:
    """In lower case, letter by letter, so that places stay; and the same without separators."""
    low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return low, squeezed(as_it_is(low))


@lru_cache(maxsize=1024)
def spelling(word: str) -> str:
    """A harmless word or a name: folded, but with its long marks, for ブース is no ブス."""
    return "".join(map(_fold_char, clean(word).text))


@lru_cache(maxsize=1024)
def fold(word: str) -> str:
    """A word of the rules in the form that `squeezed(kana(…))` brings texts into."""
    return squeezed(kana(clean(word))).text


def latin(text: str) -> str:
    """Letters of one alphabet, casefolded, without accents; same length as `text` (cleaned)."""
    return "".join(map(_latin_char, text)).translate(_LOOKALIKE)


@lru_cache(maxsize=8192)
def _latin_char(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0] if char.isalpha() and not _is_kana(char) else char
    low = base.casefold()
    return low if len(low) == 1 else char


def unleet(word: str) -> str:
    """Digits and signs that stand for letters, in a word that has letters too."""
    return word.translate(_LEET) if any(char.isalpha() for char in word) else word
