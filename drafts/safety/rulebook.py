"""The active safety rules, compiled once per process and version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from drafts.models import SafetyRules
from drafts.safety import normal

_LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True)
class Banned:
    word: str  # as normalised for matching
    match: str  # "token", "word" or "substring"
    code: str


@dataclass(frozen=True)
class Promise:
    pattern: re.Pattern[str]
    code: str


@dataclass(frozen=True, eq=False)
class RuleBook:
    version: int
    banned: tuple[Banned, ...]
    allowed: tuple[str, ...]
    url_hosts: frozenset[str]
    promises: tuple[Promise, ...]


class NoRules(LookupError):
    """No set of safety rules is active: nothing can be cleared."""


def active_version() -> int:
    version = SafetyRules.objects.filter(status=SafetyRules.Status.ACTIVE).values_list("version", flat=True)
    found = version.first()
    if found is None:
        raise NoRules
    return found


def active() -> RuleBook:
    return load(active_version())


@lru_cache(maxsize=4)
def load(version: int) -> RuleBook:
    """A version's content never changes once it was active, hence the cache."""
    return compile_rules(SafetyRules.objects.get(version=version))


def compile_rules(rules: SafetyRules) -> RuleBook:
    """Raises re.error for a promise pattern that is no regular expression."""
    return RuleBook(
        version=rules.version,
        banned=tuple(_banned(entry) for entry in rules.banned),
        allowed=tuple(normal.fold(str(word)) for word in rules.allowed),
        url_hosts=frozenset(str(host).lower() for host in rules.url_hosts),
        promises=tuple(
            Promise(re.compile(str(entry["pattern"])), str(entry["code"])) for entry in rules.promises
        ),
    )


def _banned(entry: dict[str, str]) -> Banned:
    return Banned(normal.fold(entry["word"]), entry.get("match", "token"), entry.get("code", "banned"))
