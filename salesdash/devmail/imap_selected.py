"""An open mailbox in an IMAP session: what can be asked of its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from salesdash.devmail.folder import FLAGS, Folder
from salesdash.devmail.imap_message import StoredMail, literal
from salesdash.devmail.imap_search import MONTHS, Candidate, question
from salesdash.devmail.imap_syntax import SyntaxProblem, Token, number_set, section, strings
from salesdash.devmail.wire import Wire

_MACROS: Final = {
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_OLD_NAMES: Final = {
    "RFC822": "BODY[]",
    "RFC822.HEADER": "BODY.PEEK[HEADER]",
    "RFC822.TEXT": "BODY[TEXT]",
}
_LETTERS: Final = {name.lower(): letter for letter, name in FLAGS.items()}


class No(Exception):
    """The command was understood and cannot be done."""


class OpenBox:
    """`seen` are the client's sequence numbers: position → uid."""

    def __init__(self, box: Folder, wire: Wire, *, writable: bool) -> None:
        self._box, self._wire, self._writable = box, wire, writable
        self.seen = box.numbers()
        self.commands: dict[str, Callable[[list[Token]], str]] = {
            "EXPUNGE": self._expunge, "SEARCH": self._search, "FETCH": self._fetch, "STORE": self._store,
            "UID": self._uid, "CLOSE": self._close, "UNSELECT": lambda words: "OK Done",
        }  # fmt: skip

    def _say(self, *lines: str) -> None:
        self._wire.send("".join(f"{line}\r\n" for line in lines).encode())

    def _close(self, words: list[Token]) -> str:
        if self._writable:
            self.remove_deleted()
        return "OK Done"

    def _expunge(self, words: list[Token]) -> str:
        self._must_write()
        self.remove_deleted()
        self.tell_news()
        return "OK Done"

    def remove_deleted(self) -> None:
        for uid in self._box.numbers():
            if "T" in self._box.flags(uid):
                self._box.remove(uid)

    def _must_write(self) -> None:
        if not self._writable:
            raise No("[READ-ONLY] Opened by EXAMINE")

    def tell_news(self) -> None:
        """Numbers of messages move only here, where RFC 3501 (7.4.1) lets them."""
        now = self._box.numbers()
        there = set(now)
        for index in range(len(self.seen) - 1, -1, -1):
            if self.seen[index] not in there:
                self._say(f"* {index + 1} EXPUNGE")
                del self.seen[index]
        if len(now) > len(self.seen):
            self.seen = now
            self._say(f"* {len(now)} EXISTS")

    def _uid(self, words: list[Token]) -> str:
        name = str(words[0]).upper() if words else ""
        by_uid = {"FETCH": self._fetch, "STORE": self._store, "SEARCH": self._search}
        if name not in by_uid:
            raise SyntaxProblem("UID what?")
        return by_uid[name](words[1:], by_uid=True)

    def _search(self, words: list[Token], *, by_uid: bool = False) -> str:
        if words and str(words[0]).upper() == "CHARSET":
            if str(words[1]).upper() not in ("UTF-8", "US-ASCII"):
                raise No("[BADCHARSET (UTF-8 US-ASCII)] Unknown charset")
            words = words[2:]
        highest_uid = self.seen[-1] if self.seen else 0
        asked = question(words, highest=len(self.seen), highest_uid=highest_uid)
        found = [c for c in map(self._candidate, range(1, len(self.seen) + 1)) if c and asked(c)]
        self._say(" ".join(["* SEARCH", *(str(c.uid if by_uid else c.sequence) for c in found)]))
        return "OK Done"

    def _candidate(self, sequence: int) -> Candidate | None:
        uid, box = self.seen[sequence - 1], self._box
        try:
            flags, size = box.flags(uid), box.size(uid)
        except KeyError:
            return None  # dropped meanwhile; NOOP will tell
        return Candidate(sequence, uid, flags, size, self._arrived(uid), lambda: StoredMail(box.content(uid)))

    def _arrived(self, uid: int) -> datetime:
        try:
            return datetime.fromisoformat(self._box.note(uid)["at"])
        except (KeyError, ValueError):
            return datetime(1970, 1, 1, tzinfo=UTC)

    def _wanted(self, text: str, *, by_uid: bool) -> list[int]:
        """Sequence numbers."""
        if by_uid:
            ranges = number_set(text, self.seen[-1] if self.seen else 1)
            return [n for n, uid in enumerate(self.seen, 1) if any(uid in each for each in ranges)]
        ranges = number_set(text, max(1, len(self.seen)))
        if any(each.stop - 1 > len(self.seen) for each in ranges):
            raise SyntaxProblem("no such message")
        return [n for n in range(1, len(self.seen) + 1) if any(n in each for each in ranges)]

    def _fetch(self, words: list[Token], *, by_uid: bool = False) -> str:
        numbers = self._wanted(strings(words[:1], 1)[0], by_uid=by_uid)
        items = _items(words[1:])
        if by_uid and "UID" not in items:
            items.insert(0, "UID")
        for sequence in numbers:
            self._answer_fetch(sequence, items)
        return "OK Done"

    def _answer_fetch(self, sequence: int, items: list[str]) -> None:
        uid, box = self.seen[sequence - 1], self._box
        try:
            mail, reads = StoredMail(box.content(uid)), False
            answers = []
            for item in items:
                answers.append(self._item(item, uid, mail))
                reads |= item.startswith("BODY[") or item in ("RFC822", "RFC822.TEXT")
            if reads and self._writable and "S" not in box.flags(uid):
                box.set_flags(uid, box.flags(uid) + "S")
                answers.append(self._item("FLAGS", uid, mail))
        except KeyError:
            return  # dropped meanwhile; NOOP will tell
        self._wire.send(b"* %d FETCH (%s)\r\n" % (sequence, b" ".join(answers)))

    def _item(self, item: str, uid: int, mail: StoredMail) -> bytes:
        match item:
            case "UID":
                return b"UID %d" % uid
            case "FLAGS":
                return b"FLAGS (%s)" % " ".join(FLAGS[letter] for letter in self._box.flags(uid)).encode()
            case "RFC822.SIZE":
                return b"RFC822.SIZE %d" % len(mail.content)
            case "INTERNALDATE":
                return b'INTERNALDATE "%s"' % _internal_date(self._arrived(uid)).encode()
            case "ENVELOPE":
                return b"ENVELOPE %s" % mail.envelope()
            case "BODYSTRUCTURE" | "BODY":
                extended = item == "BODYSTRUCTURE"
                return b"%s %s" % (item.encode(), mail.structure(extended=extended))
        wanted = section(_OLD_NAMES.get(item, item))
        label = item if item in _OLD_NAMES else wanted.label
        return b"%s %s" % (label.encode(), literal(mail.section(wanted)))

    def _store(self, words: list[Token], *, by_uid: bool = False) -> str:
        self._must_write()
        numbers = self._wanted(strings(words[:1], 1)[0], by_uid=by_uid)
        mode, *given = words[1:]
        mode, _, silent = str(mode).upper().partition(".")
        chosen = letters(given[0] if given and isinstance(given[0], list) else given)
        if mode not in ("FLAGS", "+FLAGS", "-FLAGS"):
            raise SyntaxProblem("store what?")
        for sequence in numbers:
            uid = self.seen[sequence - 1]
            old = self._box.flags(uid)
            new = {"FLAGS": chosen, "+FLAGS": old + chosen, "-FLAGS": "".join(set(old) - set(chosen))}
            self._box.set_flags(uid, new[mode])
            if not silent:
                self._answer_fetch(sequence, ["UID", "FLAGS"] if by_uid else ["FLAGS"])
        return "OK Done"


def _items(words: list[Token]) -> list[str]:
    if len(words) != 1:
        raise SyntaxProblem("fetch what?")
    if isinstance(words[0], list):
        return [_upper(str(word)) for word in words[0]]
    return _MACROS.get(words[0].upper(), [_upper(words[0])])


def _upper(item: str) -> str:
    """Names are told apart without their case; field names are echoed as they were written."""
    head, bracket, rest = item.partition("[")
    return head.upper() + bracket + rest


def letters(words: list[Token]) -> str:
    """Unknown flags are left out: this mailbox keeps the five of the standard."""
    return "".join(_LETTERS.get(str(word).lower(), "") for word in words)


def _internal_date(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"
