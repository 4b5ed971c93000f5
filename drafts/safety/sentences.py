"""Where sentences begin and end: what is said of whom is looked for inside one, never across two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# a line break inside a sentence, before a small letter or behind a comma, is none
_END: Final = re.compile(
    r"[。!?]+[\"'”)\]」』]*"
    r"|(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)(?<!\bprof)\.[\"'”)\]]*(?=\s|$)"
    r"|\n[^\S\n]*\n\s*|(?<![、,])\n(?![a-z])",
    re.IGNORECASE | re.ASCII,
)
_LEAST_CHARS: Final = 4


def split(text: str) -> Iterator[tuple[int, int]]:
    """Places in a cleaned text, end exclusive, without blanks at either end; scraps are left out."""
    start = 0
    for found in _END.finditer(text):
        yield from _sentence(text, start, found.end())
        start = found.end()
    yield from _sentence(text, start, len(text))


def _sentence(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    first = start + len(words) - len(words.lstrip())
    last = end - (len(words) - len(words.rstrip()))
    if last - first >= _LEAST_CHARS:
        yield first, last
