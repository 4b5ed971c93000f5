"""SEARCH (RFC 3501, 6.4.4): criteria into one question about a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import Final

from salesdash.devmail.imap_message import StoredMail, split
from salesdash.devmail.imap_syntax import SyntaxProblem, Text, Token, number_set

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FLAG_KEYS: Final = {"ANSWERED": "R", "DELETED": "T", "DRAFT": "D", "FLAGGED": "F", "SEEN": "S"}


@dataclass(frozen=True)
class Candidate:
    """`at` is when it arrived; `load` reads the mail itself, which most questions do not need."""

    sequence: int
    uid: int
    flags: str
    size: int
    at: datetime
    load: Callable[[], StoredMail]


Question = Callable[[Candidate], bool]


def question(criteria: list[Token], *, highest: int, highest_uid: int) -> Question:
    words = iter(criteria)
    reader = _Reader(highest, highest_uid)
    asked = [reader.key(word, words) for word in words]
    if not asked:
        raise SyntaxProblem("search for what?")
    return lambda candidate: all(one(candidate) for one in asked)


class _Reader:
    def __init__(self, highest: int, highest_uid: int) -> None:
        self._highest, self._highest_uid = highest, highest_uid

    def key(self, word: Token, words: Iterator[Token]) -> Question:
        if isinstance(word, list):
            return question(word, highest=self._highest, highest_uid=self._highest_uid)
        name = word.upper()
        if name[:1].isdigit() or name[:1] == "*":
            ranges = number_set(word, self._highest)
            return lambda c: any(c.sequence in each for each in ranges)
        if name in _FLAG_KEYS:
            return lambda c: _FLAG_KEYS[name] in c.flags
        if name.startswith("UN") and name[2:] in _FLAG_KEYS:
            return lambda c: _FLAG_KEYS[name[2:]] not in c.flags
        return self._combined(name, words) or self._of_size_or_time(name, words) or self._of_text(name, words)

    def _combined(self, name: str, words: Iterator[Token]) -> Question | None:
        match name:
            case "ALL" | "OLD":
                return lambda c: True
            case "NEW" | "RECENT":
                return lambda c: False  # no session is told of "recent" mail here
            case "KEYWORD" | "UNKEYWORD":
                _argument(words)
                return lambda c: name == "UNKEYWORD"
            case "NOT":
                negated = self.key(_word(words), words)
                return lambda c: not negated(c)
            case "OR":
                first, second = self.key(_word(words), words), self.key(_word(words), words)
                return lambda c: first(c) or second(c)
            case "UID":
                ranges = number_set(_argument(words), self._highest_uid)
                return lambda c: any(c.uid in each for each in ranges)
        return None

    def _of_size_or_time(self, name: str, words: Iterator[Token]) -> Question | None:
        match name:
            case "LARGER" | "SMALLER":
                size = _argument(words)
                if not size.isdigit():
                    raise SyntaxProblem("not a size")
                return lambda c: c.size > int(size) if name == "LARGER" else c.size < int(size)
            case "BEFORE" | "ON" | "SINCE":
                day = _day(_argument(words))
                return lambda c: _compare(name, c.at.astimezone(UTC).date(), day)
            case "SENTBEFORE" | "SENTON" | "SENTSINCE":
                day = _day(_argument(words))
                return lambda c: _compare(name.removeprefix("SENT"), _sent_on(c.load()), day)
        return None

    def _of_text(self, name: str, words: Iterator[Token]) -> Question:
        match name:
            case "FROM" | "TO" | "CC" | "BCC" | "SUBJECT":
                text = _argument(words).lower()
                return lambda c: text in _field(c.load(), name)
            case "HEADER":
                field, text = _argument(words), _argument(words).lower()
                return lambda c: c.load().parsed[field] is not None and text in _field(c.load(), field)
            case "BODY" | "TEXT":
                wanted = _argument(words).lower().encode()
                whole = name == "TEXT"
                return lambda c: wanted in (c.load().content if whole else split(c.load().content)[1]).lower()
        raise SyntaxProblem("unknown search key")


def _word(words: Iterator[Token]) -> Token:
    try:
        return next(words)
    except StopIteration:
        raise SyntaxProblem("something is missing") from None


def _argument(words: Iterator[Token]) -> str:
    word = _word(words)
    if isinstance(word, list):
        raise SyntaxProblem("unexpected list")
    return str(Text(word))


def _day(text: str) -> date:
    try:
        day, month, year = text.split("-")
        return date(int(year), MONTHS.index(month.title()) + 1, int(day))
    except ValueError:
        raise SyntaxProblem("not a date") from None


def _compare(name: str, given: date | None, day: date) -> bool:
    if given is None:
        return False
    return {"BEFORE": given < day, "ON": given == day, "SINCE": given >= day}[name]


def _sent_on(mail: StoredMail) -> date | None:
    try:
        return parsedate_to_datetime(str(mail.parsed["Date"])).date()
    except (TypeError, ValueError):
        return None


def _field(mail: StoredMail, name: str) -> str:
    raw = " ".join(str(value) for value in mail.parsed.get_all(name, []))
    try:
        return str(make_header(decode_header(raw))).lower()
    except (LookupError, ValueError):
        return raw.lower()
