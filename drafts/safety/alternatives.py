"""A pattern by its alternatives: searched are those that a text may match; found is what the whole finds.

A rule's pattern is often fifty phrases in a row, of which a text holds the words of one. Searching that one
takes a fraction of the time, for an engine that backtracks tries all fifty at every letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import regex

from drafts.safety.needed import Need

# what an alternative may not be taken out of: it counts groups, or sets flags for all
_BOUND: Final = re.compile(r"\\[1-9gkGK]|\(\?[PR&a-zA-Z0-9(|+#-]|\(\*")
_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)


def compiled(pattern: str) -> Any:
    """An ASCII one: a Latin word ends (\\b) where a Japanese one begins. regex.error if it is none."""
    return regex.compile(pattern, regex.ASCII)


@dataclass(frozen=True)
class Pattern:
    """Compiled when it is first searched: of some thousand, most never are. Two threads may both do it."""

    source: str

    @cached_property
    def pattern(self) -> Any:
        return compiled(self.source)

    def search(self, text: str, start: int = 0, *, timeout: float) -> Any:
        return self.pattern.search(text, start, timeout=timeout)

    def finditer(self, text: str, *, timeout: float) -> Any:
        return self.pattern.finditer(text, timeout=timeout)


@dataclass(frozen=True)
class Alternative(Pattern):
    need: Need  # without it the alternative finds nothing


def written(pattern: str) -> list[str]:
    """The alternatives at the pattern's top level: "a|(?:b|c)" has two."""
    depth, start, sources = 0, 0, []
    for token in _TOKEN.finditer(pattern):
        if token.group() == "|" and not depth:
            sources.append(pattern[start : token.start()])
            start = token.end()
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
    return [*sources, pattern[start:]]


def split(pattern: str) -> list[str]:
    """The same, where each can be searched by itself; else the whole alone."""
    sources = [pattern] if _BOUND.search(pattern) else written(pattern)
    # an empty one matches anywhere: where it comes in turn, only the whole knows
    return sources if all(sources) else [pattern]


def places(
    some: Sequence[Alternative], whole: str, text: str, *, seconds: float
) -> Iterator[tuple[int, int]]:
    """What `whole`, of which `some` are all alternatives that may match, finds in `text`, nothing empty.

    At each place the alternative that is written first wins. TimeoutError after `seconds` in one search.
    """
    if len(some) == 1:
        yield from _spans(some[0].pattern.finditer(text, timeout=seconds))
        return
    found = [one.pattern.search(text, timeout=seconds) for one in some]
    while any(found):
        first = min((one for one in found if one), key=lambda one: one.start())
        if first.end() == first.start():
            # how to go on from there the engine alone knows
            yield from _spans(compiled(whole).finditer(text, first.start(), timeout=seconds))
            return
        yield first.span()
        end = first.end()
        found = [
            one.pattern.search(text, end, timeout=seconds) if at and at.start() < end else at
            for one, at in zip(some, found, strict=True)
        ]


def _spans(found: Iterable[Any]) -> Iterator[tuple[int, int]]:
    return (one.span() for one in found if one.end() > one.start())
