"""What is wrong with an entry of the safety rules, in words: before it is stored, and before it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import regex
from django.utils.translation import gettext as _

from drafts.safety import alternatives, normal, reasons, rule_entries
from drafts.safety.promises import PATTERN_SECONDS
from drafts.safety.rule_entries import Content, Entry, Language, Match, Table

# reasons that a word or a pattern may stand for
CODES: Final = (
    "insult", "discrimination", "sexual", "threat", "crime", "rude", "banned", "price", "discount",
    "guarantee", "superlative", "legal", "medical", "financial", "pressure", "disparagement", "personal",
    "meta",
)  # fmt: skip
MOST: Final[dict[Table, int]] = {
    Table.BANNED: 10_000, Table.ALLOWED: 5_000, Table.HOSTS: 1_000, Table.PROMISES: 1_000,
}  # fmt: skip
# patterns are tried out one by one, while a person waits
MOST_NEW_PATTERNS: Final = 200
MAX_WORD_CHARS: Final = 60
MAX_PATTERN_CHARS: Final = 6_000
_QUOTED_CHARS: Final = 60
# long enough for what grows exponentially, short enough for what grows with the square, as \d+円 does
_VEXING_CHARS: Final = 500
_VEXING_LETTERS: Final = 16
_ENGLISH: Final = re.compile(r"[a-z][a-z0-9' \-]+", re.IGNORECASE | re.ASCII)
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9\-]{1,62}", re.ASCII)
# under these anybody may have a page
_SHARED: Final = frozenset(
    [
        "co.jp", "ne.jp", "or.jp", "ac.jp", "go.jp", "gr.jp", "ed.jp", "lg.jp", "ad.jp", "co.uk", "org.uk",
        "com.au", "co.kr", "com.cn", "com.tw", "github.io", "blogspot.com", "web.app", "pages.dev",
        "herokuapp.com", "vercel.app", "netlify.app", "wordpress.com", "amazonaws.com",
    ]
)  # fmt: skip
# ordinary mails of each language: a pattern that is found in all of them would stop every mail
_HARMLESS: Final = (
    (
        "株式会社青葉精機 山田 花子 様 いつも大変お世話になっております。資料をお送りいたします。",
        "明日の打ち合わせについてご連絡いたします。よろしければお時間をいただけますと幸いです。",
    ),
    (
        "dear ms smith, thank you for visiting our page. would you have time for a short call next week?",
        "hello, my name is ken sato, and i look after the sales team in tokyo. best regards",
    ),
)

# which field of the form, and a sentence
Problem = tuple[str, str]


def problem(entry: Entry) -> Problem | None:
    """Why this entry may not stand in the rules; None where it may."""
    if not entry.text:
        return "text", _("Please fill this in.")
    if "code" in rule_entries.FIELDS[entry.table] and entry.code not in CODES:
        return "code", _("Choose a reason from the list.")
    if entry.table is Table.PROMISES:
        if entry.language not in ("", *Language.values):
            return "language", _("Choose a language from the list.")
        said = pattern_problem(entry.text)
    elif entry.table is Table.HOSTS:
        said = host_problem(entry.text)
    elif entry.table is Table.ALLOWED:
        said = _allowed_problem(entry.text)
    elif entry.match not in Match.values:
        return "match", _("Choose from the list how the word is looked for.")
    else:
        said = _word_problem(entry)
    return ("text", said) if said else None


def duplicate(entry: Entry, others: Iterable[Entry]) -> Problem | None:
    """The same thing said twice; `others` without the entry itself."""
    twin = next((other for other in others if other.same_as == entry.same_as), None)
    if twin is None:
        return None
    if twin.code and twin.code != entry.code:
        words = {"text": quoted(twin.text), "reason": reasons.label(twin.code)}
        return "text", _("“%(text)s” is in the list already, with the reason “%(reason)s”.") % words
    return "text", _("“%(text)s” is in the list already.") % {"text": quoted(twin.text)}


def problems(content: Content, *, proven: Content | None = None) -> Iterator[tuple[Entry, Problem]]:
    """Of a whole version. Entries of `proven` rules are in force: they are not tried out again."""
    for table in Table:
        known = {Entry.of(table, stored) for stored in proven[table.value]} if proven else set()
        seen: dict[tuple[str, ...], Entry] = {}
        entries = [Entry.of(table, stored) for stored in content[table.value]]
        if len(entries) > MOST[table]:
            yield entries[-1], ("text", too_many(table))
        if table is Table.PROMISES and len(set(entries) - known) > MOST_NEW_PATTERNS:
            most = {"n": MOST_NEW_PATTERNS}
            yield entries[-1], ("text", _("At most %(n)s patterns may be new at once.") % most)
            continue
        for entry in entries:
            twin = seen.setdefault(entry.same_as, entry)
            if entry in known:
                continue
            found = problem(entry) or (duplicate(entry, [twin]) if twin is not entry else None)
            if found:
                yield entry, found


def too_many(table: Table) -> str:
    return _("At most %(n)s entries fit into this table.") % {"n": MOST[table]}


def quoted(text: str) -> str:
    return text if len(text) <= _QUOTED_CHARS else f"{text[:_QUOTED_CHARS]}…"


def _word_problem(entry: Entry) -> str:
    word, told = entry.text, {"word": quoted(entry.text)}
    if len(word) > MAX_WORD_CHARS:
        return _("“%(word)s” is too long for a word: make it a pattern.") % told
    if entry.match == Match.WORD:
        if len(word) < 3 or not _ENGLISH.fullmatch(word):
            return _("“%(word)s” is no English word: three letters or more, from a to z.") % told
        return ""
    folded = normal.fold(word)
    if not folded:
        return _("Nothing is left of “%(word)s” once signs and marks are taken away.") % told
    if entry.match == Match.SUBSTRING and len(folded) < 2:
        return _("“%(word)s” would be found in nearly every text: two letters or more.") % told
    return ""


def _allowed_problem(word: str) -> str:
    if not 2 <= len(normal.spelling(word)) <= 2 * MAX_WORD_CHARS:
        return _("“%(word)s” needs two to %(n)s letters.") % {"word": quoted(word), "n": 2 * MAX_WORD_CHARS}
    return ""


def host_problem(host: str) -> str:
    """A sentence, or nothing where links to the host may be allowed."""
    if not _HOST.fullmatch(host) or len(host) > 253:
        return _("“%(host)s” is no host name. Write it like www.example.co.jp, without https://.") % {
            "host": quoted(host)
        }
    if host in _SHARED:
        return _("Anybody may have a page under “%(host)s”: name the host itself.") % {"host": host}
    return ""


def pattern_problem(pattern: str) -> str:
    """A sentence, or nothing where the pattern may be used."""
    told = {"pattern": quoted(pattern)}
    if len(pattern) > MAX_PATTERN_CHARS:
        return _("The pattern has %(n)s characters, at most %(most)s are possible: cut it into several.") % {
            "n": len(pattern),
            "most": MAX_PATTERN_CHARS,
        }
    try:
        compiled = alternatives.compiled(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        where = getattr(error, "pos", None)
        if where is None:
            return _("“%(pattern)s” is no regular expression.") % told
        around = {"at": where + 1, "here": pattern[max(0, where - 8) : where + 8]}
        return _("No regular expression: something is wrong at character %(at)s (near “%(here)s”).") % around
    if "" in (branches := alternatives.written(pattern)) and len(branches) > 1:
        return _("One alternative is empty (“||”, or “|” at an end): it would fit everywhere.")
    return _tried(compiled, pattern)


def _tried(compiled: Any, pattern: str) -> str:
    try:
        if compiled.search("", timeout=PATTERN_SECONDS):
            return _("The pattern fits the empty text: it would be found everywhere.")
        found = [[compiled.search(text, timeout=PATTERN_SECONDS) for text in texts] for texts in _HARMLESS]
        if any(all(hits) for hits in found):
            return _("The pattern is found in every ordinary mail: it would stop all of them.")
        for text in _vexing(pattern):
            for _found in compiled.finditer(text, timeout=PATTERN_SECONDS):
                pass
    except (TimeoutError, MemoryError):
        return _("The pattern takes too long on some texts: no repetition inside a repetition, like (a+)+.")
    return ""


def _vexing(pattern: str) -> Iterator[str]:
    """Texts of the pattern's own letters, on which a bad one tries every way there is before it fails."""
    literal = re.sub(r"\\.|[^\w ]", "", pattern) or "a"
    letters = dict.fromkeys(f"{literal[:_VEXING_LETTERS]}aあ1 .")
    for letter in letters:
        yield letter * _VEXING_CHARS + "!"
        yield "!" + letter * _VEXING_CHARS + "\n?"
    for run in (literal, "a ", "あ、", "1,", "aa b"):
        yield (run * (_VEXING_CHARS // len(run) + 1))[:_VEXING_CHARS] + "\n"
