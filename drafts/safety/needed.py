"""What a text must contain before a pattern can match it: most patterns are ruled out without a search.

Read off the pattern's own syntax tree, as prefilters of regular expressions do (RE2's FilteredRE2, Google
Code Search). Where the two dialects might differ, or a part says nothing, nothing is needed of that part.
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name since 3.11
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, Generic, Protocol, TypeVar

# what the module regex reads in its own way: fuzzy counts, POSIX classes
_OTHER_DIALECT: Final = re.compile(r"\{[^}\d,]|\[:")


@dataclass(frozen=True)
class AnyOf:
    """One of `words`, or what one of `others` asks for."""

    words: frozenset[str]
    others: tuple[Need, ...] = ()


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Need, ...]


# how much rarer a word is with each letter more, roughly
_COMMON: Final = 5.0

# None: anything will do
Need = AnyOf | AllOf | None


class Vocabulary:
    """All words that a set of patterns may need, found in a text in one go."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for word in {word for need in needs for word in _words(need)}:
            self._by_start.setdefault(word[:2], []).append(word)
        # several sets of patterns are looked for in one text
        self.of = lru_cache(maxsize=16)(self._of)

    def _of(self, text: str) -> frozenset[str]:
        starts = {text[at : at + 2] for at in range(len(text))} | set(text)
        known = self._by_start
        return frozenset(word for start in starts if start in known for word in known[start] if word in text)


class Needy(Protocol):
    @property
    def need(self) -> Need: ...


_Rule = TypeVar("_Rule", bound=Needy)


class Index(Generic[_Rule]):
    """Rules by a word that each of them needs: only those whose word is there are looked at closely."""

    def __init__(self, rules: Iterable[_Rule], vocabulary: Vocabulary) -> None:
        self._rules, self._vocabulary = tuple(rules), vocabulary
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, rule in enumerate(self._rules):
            if rule.need is None:
                self._always.append(number)
            for word in () if rule.need is None else _triggers(rule.need):
                self._by_word[word].append(number)

    def possible(self, *texts: str) -> list[_Rule]:
        """In their order, those that one of `texts` may match."""
        left: set[int] = set()
        for text in texts:
            present = self._vocabulary.of(text)
            near = {number for word in present for number in self._by_word.get(word, ())}
            left |= {number for number in near - left if possible(self._rules[number].need, present)}
        return [self._rules[number] for number in sorted(left.union(self._always))]


def possible(need: Need, present: Set[str]) -> bool:
    """False only where nothing can match; `present`: what Vocabulary.of has found."""
    # loops instead of all() and any(): asked a thousand times a text, and a generator costs more than a look
    if need is None:
        return True
    if isinstance(need, AllOf):
        for part in need.parts:  # noqa: SIM110
            if not possible(part, present):
                return False
        return True
    if not need.words.isdisjoint(present):
        return True
    for other in need.others:  # noqa: SIM110
        if possible(other, present):
            return True
    return False


def in_pattern(pattern: str) -> Need:
    """Without this no text matches `pattern`, read case by case."""
    if _OTHER_DIALECT.search(pattern):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = parser.parse(pattern, re.ASCII)
    except (re.error, Warning, RecursionError, OverflowError):
        return None
    if parsed.state.flags & ~re.ASCII:
        return None
    return _sequence(parsed)


def in_all(patterns: Iterable[str]) -> Need:
    """What a text must contain before every one of `patterns` can match somewhere in it."""
    return _all([in_pattern(pattern) for pattern in patterns])


def _triggers(need: AnyOf | AllOf) -> frozenset[str]:
    """One of these stands in every text that `need` lets through; the fewer and longer the better."""
    if isinstance(need, AllOf):
        each = [_triggers(part) for part in need.parts if part is not None]
        return min(each, key=lambda words: sum(_COMMON ** -len(word) for word in words))
    others = [_triggers(other) for other in need.others if other is not None]
    return need.words.union(*others)


def _words(need: Need) -> Iterator[str]:
    if isinstance(need, AnyOf):
        yield from need.words
    for part in () if need is None else need.parts if isinstance(need, AllOf) else need.others:
        yield from _words(part)


def _sequence(items: Iterable[tuple[Any, Any]]) -> Need:
    needs: list[Need] = []
    word = ""
    for kind, value in (*items, (None, None)):
        if kind is op.LITERAL:
            word += chr(value)
            continue
        if word:
            needs.append(AnyOf(frozenset({word})))
            word = ""
        needs.append(_one(kind, value))
    return _all(needs)


def _one(kind: Any, value: Any) -> Need:
    if kind is op.IN:
        chars = [chr(char) if what is op.LITERAL else None for what, char in value]
        return any_of([None if char is None else AnyOf(frozenset({char})) for char in chars])
    if kind is op.BRANCH:
        return any_of([_sequence(branch) for branch in value[1]])
    if kind is op.SUBPATTERN:
        _group, on, off, items = value
        return None if on or off else _sequence(items)
    if kind is op.ATOMIC_GROUP:
        return _sequence(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, _most, items = value
        return _sequence(items) if least else None
    return None


def _all(needs: list[Need]) -> Need:
    known = tuple(need for need in needs if need is not None)
    return known[0] if len(known) == 1 else AllOf(known) if known else None


def any_of(needs: Collection[Need]) -> Need:
    """What at least one of `needs` asks for."""
    if None in needs:
        return None
    words = [word for need in needs if isinstance(need, AnyOf) for word in need.words]
    others = [other for need in needs if isinstance(need, AnyOf) for other in need.others]
    others += [need for need in needs if isinstance(need, AllOf)]
    return AnyOf(frozenset(words), tuple(others))
