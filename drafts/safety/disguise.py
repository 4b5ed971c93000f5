"""Writing that wants to be read by people and not by filters. Whatever it says: a person looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from drafts.safety.base import Reason
from drafts.safety.normal import View, unleet

_JAPANESE_LETTER: Final = "[ぁ-ゖァ-ヺ一-鿿ーｦ-ﾟ]"
# letters one by one, with blanks or signs between them
_APART: Final = re.compile(
    rf"(?:{_JAPANESE_LETTER}[ \u3000・･.,/|_*~\-]{{1,2}}){{3,}}{_JAPANESE_LETTER}(?!{_JAPANESE_LETTER})"
    r"|(?<![a-z])(?:[a-z][ \u3000・.,/|_*~\-]{1,3}){3,}[a-z](?![a-z])"
    rf"|(?:^{_JAPANESE_LETTER}[ ]*\n){{3,}}",
    re.IGNORECASE | re.MULTILINE,
)
# half-width kana, letters in circles, mathematical letters: nobody's keyboard writes a mail in them
_ODD: Final = re.compile(r"[ｦ-ﾟ]{3,}|[\u2460-\u24ff\U0001d400-\U0001d7ff\U0001f130-\U0001f189]{2,}")
_WORD: Final = re.compile(r"[^\W_]+")
_LEET: Final = re.compile(r"(?<![\w@./\-])[a-z0-9@$!]{4,24}(?![\w@./\-])", re.IGNORECASE)
# i18n, k8s: letters counted, not replaced
_COUNTED: Final = re.compile(r"[a-z]\d{1,3}[a-z]", re.IGNORECASE)
_LETTER_SIGN_LETTER: Final = re.compile(r"[a-z][0134579@$!]+[a-z]", re.IGNORECASE)
_ENCODED: Final = re.compile(
    r"(?<![\w/+.\-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{16,}={0,2}"
)


def check(part: str, value: str, view: View, names: str) -> Iterator[Reason]:
    """`value` is the text as it stands, `view` its cleaned form; `names` are no disguise."""
    for found in (*_APART.finditer(value), *_ODD.finditer(value), *_ENCODED.finditer(value)):
        if found.group().strip() not in names:
            yield Reason("disguised", part=part, span=found.span())
    for found in _WORD.finditer(value):
        if _of_two_scripts(found.group()):
            yield Reason("disguised", part=part, span=found.span())
    for found in _LEET.finditer(view.text):
        word = found.group()
        if _is_leet(word) and word not in names:
            yield Reason("disguised", part=part, span=view.span(*found.span()))


def _of_two_scripts(word: str) -> bool:
    """A Latin word with a Cyrillic or Greek letter in it."""
    if word.isascii():
        return False
    scripts = set(map(_script, word))
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN"})


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    """Of a letter, as Unicode's names begin; empty for any other character."""
    return unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""


def _is_leet(word: str) -> bool:
    if word.isalpha() or word.isdigit() or _COUNTED.fullmatch(word):
        return False
    letters = sum(char.isalpha() for char in word)
    return letters >= 2 and bool(_LETTER_SIGN_LETTER.search(word)) and unleet(word.lower()).isalpha()
