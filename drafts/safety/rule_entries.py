"""The content of a version of the rules as entries of four tables: to list, search, change and compare."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models import SafetyRules
from drafts.safety import alternatives, normal


class Table(models.TextChoices):
    """Named as the columns of SafetyRules."""

    BANNED = "banned", _("Banned words")
    ALLOWED = "allowed", _("Allowed words")
    HOSTS = "url_hosts", _("Hosts for links")
    PROMISES = "promises", _("Patterns")


class Match(models.TextChoices):
    TOKEN = "token", _("as a word (Japanese)")
    SUBSTRING = "substring", _("anywhere (Japanese)")
    WORD = "word", _("as a word or phrase (English)")


class Language(models.TextChoices):
    JAPANESE = "ja", _("Japanese")
    ENGLISH = "en", _("English")


# what each table says of an entry beside its text
FIELDS: Final[dict[Table, tuple[str, ...]]] = {
    Table.BANNED: ("match", "code"),
    Table.ALLOWED: (),
    Table.HOSTS: (),
    Table.PROMISES: ("language", "code"),
}
Content = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Entry:
    """`text` is a word, a host or a regular expression."""

    table: Table
    text: str
    match: str = ""
    language: str = ""
    code: str = ""
    # of a pattern that flags nothing by itself but lends its sentence weight
    topic: str = ""

    @classmethod
    def of(cls, table: Table, stored: Any) -> Entry:
        if isinstance(stored, str):
            return cls(table, stored)
        name = "pattern" if table is Table.PROMISES else "word"
        match = str(stored.get("match", "token")) if table is Table.BANNED else ""
        # of a banned word the way it is looked for says the language
        language = str(stored.get("language", "")) if table is Table.PROMISES else ""
        code, topic = str(stored.get("code", "banned")), str(stored.get("topic", ""))
        return cls(table, str(stored[name]), match, language, code, topic)

    def stored(self) -> Any:
        """As it stands in the column."""
        if self.table is Table.PROMISES:
            told = {"pattern": self.text, "language": self.language, "code": self.code}
            return told | ({"topic": self.topic} if self.topic else {})
        if self.table is Table.BANNED:
            language = Language.ENGLISH if self.match == Match.WORD else Language.JAPANESE
            return {"word": self.text, "language": str(language), "match": self.match, "code": self.code}
        return self.text

    @cached_property
    def key(self) -> str:
        """Names the entry in forms: whoever changes it meanwhile makes it another one."""
        told = json.dumps([self.table, self.stored()], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @cached_property
    def same_as(self) -> tuple[str, ...]:
        """Two entries of one table that agree in this are one too many."""
        if self.table is Table.BANNED:
            word = self.text.lower() if self.match == Match.WORD else normal.fold(self.text)
            return ("word" if self.match == Match.WORD else "ja", word)
        if self.table is Table.ALLOWED:
            return (normal.spelling(self.text),)
        return (self.text.lower(),) if self.table is Table.HOSTS else (self.language, self.text, self.topic)

    @property
    def alternatives(self) -> list[str]:
        return alternatives.written(self.text) if self.table is Table.PROMISES else [self.text]


@dataclass(frozen=True)
class Search:
    """What is asked for within a table; empty means all."""

    words: str = ""
    match: str = ""
    language: str = ""
    code: str = ""

    def fits(self, entry: Entry) -> bool:
        for name in ("match", "language", "code"):
            wanted = getattr(self, name)
            if wanted and getattr(entry, name) != ("" if wanted == "any" else wanted):
                return False
        return not self.words or self.found_in(entry.text)

    def found_in(self, text: str) -> bool:
        """As written, or folded as the search for words folds a text: ばか finds バカ."""
        asked = self.words.casefold()
        folded = normal.fold(self.words)
        return asked in text.casefold() or bool(folded and folded in normal.fold(text))


def of(rules: SafetyRules, table: Table) -> list[Entry]:
    return [Entry.of(table, stored) for stored in getattr(rules, table.value)]


def content(rules: SafetyRules) -> dict[str, list[Any]]:
    return {table.value: list(getattr(rules, table.value)) for table in Table}


def find(entries: Iterable[Entry], key: str) -> Entry | None:
    return next((entry for entry in entries if entry.key == key), None)


@dataclass(frozen=True)
class Difference:
    """Of one table: what is there now and was not before, and the other way round."""

    table: Table
    added: list[Entry]
    removed: list[Entry]


def differences(before: Content, after: Content) -> list[Difference]:
    found = []
    for table in Table:
        old = Counter(Entry.of(table, stored) for stored in before[table.value])
        new = Counter(Entry.of(table, stored) for stored in after[table.value])
        found.append(Difference(table, list((new - old).elements()), list((old - new).elements())))
    return found


def counts(found: Iterable[Difference]) -> dict[str, list[int]]:
    """{"banned": [added, removed], …} of the tables that differ."""
    return {one.table.value: [len(one.added), len(one.removed)] for one in found if one.added or one.removed}
