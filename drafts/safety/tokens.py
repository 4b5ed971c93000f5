"""Japanese words by SudachiPy: where they begin and end, and which are names."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sudachipy

# short units: a compound is cut where a new word begins, but カスタマー stays whole
_MODE: Final = sudachipy.SplitMode.A
# the tokenizer refuses longer inputs (bytes)
_MAX_CHARS: Final = 12000
_local = threading.local()


@dataclass(frozen=True)
class Token:
    start: int
    end: int
    surface: str
    kind: str  # first part of speech: 名詞, 動詞, …
    detail: str  # second: 固有名詞, 普通名詞, …
    reading: str
    is_person: bool

    @property
    def is_name(self) -> bool:
        return self.detail == "固有名詞"


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    return sudachipy.Dictionary(dict="core")


def _tokenizer() -> Any:
    # a tokenizer keeps state while it works: one per thread
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary().tokenizer()
    return _local.tokenizer


@lru_cache(maxsize=64)
def tokenize(text: str) -> tuple[Token, ...]:
    """About 0.3 ms for 300 characters; places count characters of `text`."""
    found = []
    for word in _tokenizer().tokenize(text[:_MAX_CHARS], _MODE):
        kind, detail, finer = word.part_of_speech()[:3]
        found.append(
            Token(
                word.begin(),
                word.end(),
                word.surface(),
                kind,
                detail,
                word.reading_form(),
                finer == "人名" and not word.surface().isascii(),
            )
        )
    return tuple(found)


def edges(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Places where a word begins, places where one ends."""
    words = tokenize(text)
    return frozenset(word.start for word in words), frozenset(word.end for word in words)
