"""The active safety rules, compiled once per process and version."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from drafts.models import SafetyRules
from drafts.safety import alternatives, needed, normal
from drafts.safety.alternatives import Alternative
from drafts.safety.needed import Index, Vocabulary
from drafts.safety.statements import Statement
from drafts.safety.weighing import Weights
from drafts.safety.wordclasses import WordClasses
from leads.sql import prepared_rows

# written out, as each draft asks several times: building them by the ORM took longer than answering them
_STATEMENT_PARTS: Final = ("about", "claim", "unless")
_IN_FORCE: Final = (
    "SELECT version FROM drafts_safetyrules WHERE status = 'active' ORDER BY version DESC LIMIT 1"
)
_HOLD: Final = """
SELECT id FROM drafts_safetyrules WHERE version = %(version)s AND status = 'active' FOR NO KEY UPDATE
"""


@dataclass(frozen=True)
class Banned:
    """`match`: "token" (Japanese word), "substring", or "word" (English)."""

    word: str  # as normal.fold() writes it; English in plain lower case
    match: str
    code: str


@dataclass(frozen=True)
class Promise:
    pattern: str
    code: str
    language: str = ""  # "ja", "en": looked for only where such letters are; empty: everywhere
    # a pattern with a topic flags nothing by itself: it lends its sentence the topic's weight
    topic: str = ""


@dataclass(frozen=True)
class Part(Alternative):
    """One alternative of a promise's pattern."""

    promise: Promise


@dataclass(frozen=True, eq=False)
class RuleBook:
    version: int
    japanese: tuple[Banned, ...]
    # the same by first letter: the search looks up each place of a text once
    by_first: dict[str, tuple[Banned, ...]]
    english: dict[str, str]
    english_phrases: tuple[tuple[str, re.Pattern[str], str], ...]
    allowed: tuple[str, ...]
    url_hosts: frozenset[str]
    promises: tuple[Part, ...]
    topics: tuple[Part, ...]
    statements: tuple[Statement, ...]
    weights: dict[str, Weights]
    # what the patterns need, to be looked for in a text once for all of them
    vocabulary: Vocabulary
    promises_by_word: Index[Part]
    topics_by_word: Index[Part]
    statements_by_word: Index[Statement]


class RulesChanged(Exception):
    """Other rules have come into force since a text was checked."""


class NoRules(LookupError):
    """No set of safety rules is active: nothing can be cleared."""


def active_version() -> int:
    found = prepared_rows(_IN_FORCE, {})
    if not found:
        raise NoRules
    version: int = found[0][0]
    return version


def hold(version: int) -> None:
    """Inside a transaction: until it ends, no other version comes into force. RulesChanged if one has."""
    if not prepared_rows(_HOLD, {"version": version}):
        raise RulesChanged


def active() -> RuleBook:
    return load(active_version())


@lru_cache(maxsize=4)
def load(version: int) -> RuleBook:
    """A version's content never changes once it was active, hence the cache."""
    return compile_rules(SafetyRules.objects.get(version=version))


def compile_rules(rules: SafetyRules, *, at_once: bool = False) -> RuleBook:
    """Raises regex.error for what is no regular expression, if they are compiled `at_once` instead of when
    they are searched.
    """
    english = [entry for entry in rules.banned if entry.get("match") == "word"]
    phrases = [entry for entry in english if " " in entry["word"].strip()]
    japanese = [_banned(entry) for entry in rules.banned if entry.get("match") != "word"]
    by_first: dict[str, list[Banned]] = defaultdict(list)
    for entry in japanese:
        by_first[entry.word[:1]].append(entry)
    parts = tuple(part for entry in rules.promises for part in _parts(entry))
    for pattern in _patterns(rules) if at_once else ():
        alternatives.compiled(pattern)
    promises = tuple(part for part in parts if not part.promise.topic)
    topics = tuple(part for part in parts if part.promise.topic)
    statements = tuple(map(_statement, rules.statements))
    needs = [part.need for part in parts] + [rule.need for rule in statements]
    vocabulary = Vocabulary(needs)
    return RuleBook(
        version=rules.version,
        japanese=tuple(japanese),
        by_first={first: tuple(entries) for first, entries in by_first.items()},
        english={entry["word"].lower(): entry["code"] for entry in english if entry not in phrases},
        english_phrases=tuple(_phrase(entry["word"].lower(), entry["code"]) for entry in phrases),
        allowed=tuple(normal.spelling(str(word)) for word in rules.allowed),
        url_hosts=frozenset(str(host).lower() for host in rules.url_hosts),
        promises=promises,
        topics=topics,
        statements=statements,
        weights={language: _weights(entry) for language, entry in rules.weights.items()},
        vocabulary=vocabulary,
        promises_by_word=Index(promises, vocabulary),
        topics_by_word=Index(topics, vocabulary),
        statements_by_word=Index(statements, vocabulary),
    )


def _patterns(rules: SafetyRules) -> Iterator[str]:
    yield from (str(entry["pattern"]) for entry in rules.promises)
    for entry in rules.statements:
        yield from (str(entry[part]) for part in _STATEMENT_PARTS if entry.get(part))


def _parts(entry: dict[str, str]) -> list[Part]:
    pattern, code = str(entry["pattern"]), str(entry["code"])
    promise = Promise(pattern, code, str(entry.get("language", "")), str(entry.get("topic", "")))
    return [Part(source, needed.in_pattern(source), promise) for source in alternatives.split(pattern)]


def _statement(entry: dict[str, Any]) -> Statement:
    about, claim, unless = (
        alternatives.Pattern(str(entry[part])) if entry.get(part) else None for part in _STATEMENT_PARTS
    )
    parts = (str(entry[part]) for part in ("about", "claim") if entry.get(part))
    within, need = int(entry.get("within", 0)), needed.in_all(parts)
    return Statement(str(entry["code"]), str(entry["language"]), about, claim, within, unless, need)


def _weights(entry: dict[str, Any]) -> Weights:
    """Whole numbers in the row are hundredths."""
    terms = {str(term): weight / 100 for term, weight in entry["terms"].items()}
    classes = WordClasses.of(entry["classes"]) if entry.get("classes") else None
    base, flag_above, support = (entry.get(part, 0) / 100 for part in ("base", "flag_above", "support"))
    return Weights(terms, base, flag_above, classes, support)


def _banned(entry: dict[str, str]) -> Banned:
    return Banned(normal.fold(entry["word"]), entry.get("match", "token"), entry.get("code", "banned"))


def _phrase(words: str, code: str) -> tuple[str, re.Pattern[str], str]:
    pattern = r"[\s\W_]+".join(re.escape(word) for word in words.split())
    return words, re.compile(rf"(?<![a-z]){pattern}(?![a-z])"), code
