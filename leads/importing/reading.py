"""Records of a separated file, one at a time: no line, cell or record can exhaust the memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from leads.export import restore
from leads.importing.refusals import Refusal, refuse

MAX_LINE_CHARACTERS: Final = 1_000_000
MAX_RECORD_CHARACTERS: Final = 4_000_000
MAX_COLUMNS: Final = 500
# Excel's own hint, as the first line of a file: sep=;
_SEPARATOR_LINE: Final = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)

# (1-based line the record begins at, its cells)
Record = tuple[int, list[str]]


class _Lines:
    """Lines for csv.reader, each bounded; knows whether the reader asked for more than there is."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text = text
        self.number = 0
        self.exhausted = False
        self.record_characters = 0
        self.apostrophe = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(MAX_LINE_CHARACTERS + 1)
        self.number += 1
        if self.number == 1:
            line = line.removeprefix("\ufeff")
            if _SEPARATOR_LINE.match(line):
                return self.__next__()
        # ^Z ended files of DOS, and some exporters still write it
        if not line or line == "\x1a":
            self.exhausted = True
            raise StopIteration
        self.record_characters += len(line)
        if len(line) > MAX_LINE_CHARACTERS:
            raise refuse(Refusal.LINE_TOO_LONG, line=self.number)
        if self.record_characters > MAX_RECORD_CHARACTERS:
            raise refuse(Refusal.CELL_TOO_LONG, line=self.number)
        self.apostrophe |= "'" in line
        return line


def records(stream: BinaryIO, *, encoding: str, delimiter: str) -> Iterator[Record]:
    """All records but blank ones, the column names among them; closes nothing.

    Raises DomainError where the file as a whole cannot be trusted: an open quotation mark, a giant line.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            if lines.exhausted:
                # the reader was still inside a quoted cell when the file ended
                raise refuse(Refusal.OPEN_QUOTE, line=start)
            if any(map(str.strip, cells)):
                if len(cells) > MAX_COLUMNS:
                    raise refuse(Refusal.TOO_MANY_COLUMNS, columns=len(cells), limit=MAX_COLUMNS, line=start)
                # our own exports put an apostrophe before what looks like a formula
                yield start, [restore(cell) for cell in cells] if lines.apostrophe else cells
            start = lines.number + 1
            lines.record_characters, lines.apostrophe = 0, False
    except csv.Error as error:
        raise refuse(Refusal.CELL_TOO_LONG, line=start) from error
    except UnicodeDecodeError as error:
        raise refuse(Refusal.UNREADABLE, line=lines.number + 1, encoding=encoding) from error
    finally:
        if not stream.closed:
            text.detach()


def separator_hint(text: str) -> str:
    """The separator named by a first line `sep=;`, or ''."""
    match = _SEPARATOR_LINE.match(text.removeprefix("\ufeff").split("\n", 1)[0].rstrip("\r"))
    return match.group(1) if match else ""
