"""What IMAP clients write (RFC 3501, 9): a command into tokens, sets of numbers, sections of FETCH."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 20
LITERAL: Final = re.compile(rb"\{(\d{1,9})(\+?)\}\r?\n$")
_ATOM_ENDS: Final = frozenset(b' ()"\r\n\0{')


class SyntaxProblem(Exception):
    """The command cannot be understood: answered with BAD."""


class Text(str):
    """A quoted string or a literal, where an atom is a plain str."""

    __slots__ = ()


Token = str | list["Token"]


class _Reader:
    def __init__(self, line: bytes, literals: Sequence[bytes]) -> None:
        self._line, self._literals, self._at = line, list(literals), 0

    def tokens(self, depth: int = 0) -> list[Token]:
        """Up to the bracket that closes this list, or to the end of the command."""
        if depth > MAX_DEPTH:
            raise SyntaxProblem("too deep")
        found: list[Token] = []
        while self._at < len(self._line):
            character = self._line[self._at : self._at + 1]
            self._at += 1
            if character == b"(":
                found.append(self.tokens(depth + 1))
            elif character == b")":
                if not depth:
                    raise SyntaxProblem("unexpected )")
                return found
            elif character == b'"':
                found.append(self._quoted())
            elif character == b"\0":
                found.append(self._literal())
            elif character != b" ":
                self._at -= 1
                found.append(self._atom())
        if depth:
            raise SyntaxProblem("missing )")
        return found

    def _quoted(self) -> Text:
        content = bytearray()
        while self._at < len(self._line):
            character = self._line[self._at]
            self._at += 1
            if character == ord('"'):
                return Text(content.decode("utf-8", "replace"))
            if character == ord("\\"):
                if self._at >= len(self._line):
                    break
                character = self._line[self._at]
                self._at += 1
            content.append(character)
        raise SyntaxProblem('missing "')

    def _literal(self) -> Text:
        if not self._literals:
            raise SyntaxProblem("a NUL")
        return Text(self._literals.pop(0).decode("utf-8", "replace"))

    def _atom(self) -> str:
        start = self._at
        while self._at < len(self._line) and self._line[self._at] not in _ATOM_ENDS:
            if self._line[self._at] == ord("["):
                # a section: its spaces and brackets belong to it
                self._at = self._line.find(b"]", self._at)
                if self._at < 0:
                    raise SyntaxProblem("missing ]")
            self._at += 1
        if self._at == start:
            raise SyntaxProblem("unexpected character")
        return self._line[start : self._at].decode("utf-8", "replace")


def parse(line: bytes, literals: Sequence[bytes] = ()) -> list[Token]:
    """Each literal stands in the line as a NUL."""
    return _Reader(line.rstrip(b"\r\n"), literals).tokens()


def number_set(text: str, highest: int) -> list[range]:
    """`2,4:7,9:*` → ranges; `*` is the highest number in use."""
    ranges: list[range] = []
    for part in text.split(","):
        first, colon, last = part.partition(":")
        ends = [_number(first, highest), _number(last if colon else first, highest)]
        ranges.append(range(min(ends), max(ends) + 1))
    return ranges


def _number(text: str, highest: int) -> int:
    if text == "*":
        return highest
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) < 1:
        raise SyntaxProblem("not a number of a message")
    return int(text)


@dataclass(frozen=True)
class Section:
    """`BODY.PEEK[1.2.HEADER.FIELDS (From)]<0.100>`: `part` (1, 2), `text` HEADER.FIELDS, `fields` {from}."""

    part: tuple[int, ...]
    text: str
    fields: tuple[str, ...]
    start: int | None
    length: int
    peek: bool
    label: str


_SECTION: Final = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<part>\d+(?:\.\d+)*)?\.?"
    r"(?P<text>HEADER\.FIELDS(?:\.NOT)?|HEADER|TEXT|MIME)?(?:\s*\((?P<fields>[^()]*)\))?\]"
    r"(?:<(?P<start>\d{1,10})\.(?P<length>\d{1,10})>)?",
    re.IGNORECASE,
)


def section(item: str) -> Section:
    found = _SECTION.fullmatch(item)
    if found is None:
        raise SyntaxProblem("unknown item")
    text = (found["text"] or "").upper()
    fields = tuple(name.strip('"').lower() for name in (found["fields"] or "").split())
    if bool(fields) != text.startswith("HEADER.FIELDS"):
        raise SyntaxProblem("which fields?")
    if text == "MIME" and not found["part"]:
        raise SyntaxProblem("MIME of which part?")
    start = int(found["start"]) if found["start"] else None
    inner = item[item.index("[") : item.index("]") + 1]
    return Section(
        part=tuple(int(number) for number in (found["part"] or "").split(".") if number),
        text=text,
        fields=fields,
        start=start,
        length=int(found["length"] or 0),
        peek=bool(found["peek"]),
        label=f"BODY{inner}" + (f"<{start}>" if start is not None else ""),
    )


def strings(words: list[Token], count: int) -> list[str]:
    """Exactly so many arguments, none of them a list."""
    found = [str(word) for word in words if not isinstance(word, list)]
    if len(found) != count or len(words) != count:
        raise SyntaxProblem("wrong arguments")
    return found
