"""One version of the safety rules on its page: its tables, searched and in pages of fifty, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from drafts.admin.rule_forms import ANY_LANGUAGE, Choice, EntryForm, reason_choices, search_of, table_of
from drafts.models import SafetyRules
from drafts.safety import reasons, rule_entries
from drafts.safety.rule_entries import Entry, Language, Match, Search, Table

PER_PAGE: Final = 50
_SHOWN_CHARS: Final = 160
_SHOWN_HITS: Final = 8


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    options: list[tuple[str, str | Promise, bool]]


@dataclass(frozen=True)
class Row:
    """`hits`: of a long pattern, the alternatives that were searched for."""

    entry: Entry
    hits: list[str]
    form: EntryForm | None

    @property
    def short(self) -> str:
        text = self.entry.text
        return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"

    @property
    def is_long(self) -> bool:
        return len(self.entry.text) > _SHOWN_CHARS

    @property
    def alternatives(self) -> int:
        return len(self.entry.alternatives)

    @property
    def reason(self) -> str:
        return reasons.label(self.entry.code)

    @property
    def match(self) -> str:
        return str(Match(self.entry.match).label) if self.entry.match in Match.values else self.entry.match

    @property
    def language(self) -> str:
        known = self.entry.language in Language.values
        return str(Language(self.entry.language).label if known else ANY_LANGUAGE)


class RulesPage:
    """`typed`: a form that was refused, shown again; with `key` it is the one of that row."""

    def __init__(
        self, rules: SafetyRules, query: QueryDict, *, typed: EntryForm | None = None, key: str = ""
    ) -> None:
        self.rules, self._query = rules, query
        self.table, self.search = table_of(query), search_of(query)
        self._typed, self._key = typed, key
        self._editing = key or query.get("edit", "")

    @cached_property
    def _entries(self) -> dict[Table, list[Entry]]:
        return {table: rule_entries.of(self.rules, table) for table in Table}

    @cached_property
    def found(self) -> list[Entry]:
        return [entry for entry in self._entries[self.table] if self.search.fits(entry)]

    @cached_property
    def page(self) -> Page[Entry]:
        return Paginator(self.found, PER_PAGE).get_page(self._query.get("page"))

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(entry) for entry in self.page]

    def _row(self, entry: Entry) -> Row:
        form = None
        if entry.key == self._editing:
            form = self._typed or EntryForm(self.table, entry=entry, prefix="edit")
        hits = []
        if self.search.words and self.table is Table.PROMISES:
            hits = [one for one in entry.alternatives if self.search.found_in(one)][:_SHOWN_HITS]
        return Row(entry, hits, form)

    @property
    def new(self) -> EntryForm:
        return self._typed if self._typed and not self._key else EntryForm(self.table)

    @property
    def is_draft(self) -> bool:
        return self.rules.status == SafetyRules.Status.DRAFT

    @property
    def is_active(self) -> bool:
        return self.rules.status == SafetyRules.Status.ACTIVE

    @property
    def tabs(self) -> list[Tab]:
        return [
            Tab(
                str(table.label),
                len(self._entries[table]),
                f"?table={table.value}",
                table is self.table,
            )
            for table in Table
        ]

    @property
    def in_words(self) -> str:
        """How much the version holds: a pattern counts with all its alternatives."""
        alternatives = sum(len(entry.alternatives) for entry in self._entries[Table.PROMISES])
        numbers = {"words": len(self._entries[Table.BANNED]), "patterns": len(self._entries[Table.PROMISES])}
        return _("%(words)s words, %(patterns)s patterns with %(alternatives)s alternatives") % {
            **numbers, "alternatives": f"{alternatives:,}",
        }  # fmt: skip

    @property
    def filters(self) -> list[Filter]:
        offered: dict[str, tuple[str, list[Choice]]] = {
            "match": (_("Looked for"), list(Match.choices)),
            "language": (_("In texts of"), [("any", ANY_LANGUAGE), *Language.choices]),
            "code": (_("Reason"), reason_choices()),
        }
        return [
            Filter(name, label, [(value, text, value == getattr(self.search, name)) for value, text in of])
            for name, (label, of) in offered.items()
            if name in rule_entries.FIELDS[self.table]
        ]

    @property
    def narrowed(self) -> bool:
        return self.search != Search()

    def address(self, **changes: str) -> str:
        """The same list with something else chosen."""
        wanted = QueryDict(mutable=True)
        kept = {"table": self.table.value, "q": self.search.words, "page": str(self.page.number)}
        kept |= {name: getattr(self.search, name) for name in ("match", "language", "code")}
        for name, value in (kept | changes).items():
            if value and not (name == "page" and value == "1"):
                wanted[name] = value
        return wanted.urlencode()

    @property
    def here(self) -> str:
        return self.address()

    @property
    def previous_url(self) -> str:
        return (
            f"?{self.address(page=str(self.page.previous_page_number()))}" if self.page.has_previous() else ""
        )

    @property
    def next_url(self) -> str:
        return f"?{self.address(page=str(self.page.next_page_number()))}" if self.page.has_next() else ""


def change_words(changes: Mapping[str, list[int]]) -> list[tuple[str, int, int]]:
    """Table, added, removed."""
    told = [(table, changes[table.value]) for table in Table if table.value in changes]
    return [(str(table.label), numbers[0], numbers[1]) for table, numbers in told]
