"""What a file is: encoding, separator, column names, number of rows; or why it is refused."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from leads.importing import encodings, fields
from leads.importing.encodings import DELIMITERS
from leads.importing.reading import MAX_COLUMNS, Record, records, separator_hint
from leads.importing.refusals import Refusal, refuse

_HEAD_CHARACTERS: Final = 200_000
_HEAD_RECORDS: Final = 200
# what column names do not look like: numbers, dates, phones, mail addresses
_DATA: Final = re.compile(r"[-+¥$]?[\d.,/:%() -]*\d[\d.,/:%() -]*|\S+@\S+\.\S+|https?://.*")


@dataclass(frozen=True, slots=True)
class Layout:
    encoding: str
    delimiter: str
    has_header: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    layout: Layout
    headers: list[str]
    # rows of cells from the beginning of the file, without the column names
    sample: list[list[str]] = field(default_factory=list)
    # records that hold data, blank ones not counted
    rows: int = 0


def inspect(
    stream: BinaryIO, *, encoding: str = "", delimiter: str = "", has_header: bool | None = None
) -> Inspection:
    """Read the whole file once or twice; what is not given is found out. Raises DomainError."""
    if encoding:
        encodings.verify(stream, encoding)
    else:
        encoding = encodings.detect(stream)
    head = _head(stream, encoding)
    delimiter = delimiter or separator_hint(head) or _delimiter(head)
    scan = _scan(stream, encoding, delimiter)
    if has_header is None:
        has_header = _is_header(scan.first)
    sample = scan.sample[1:] if has_header else scan.sample
    headers = unique_headers(scan.first if has_header else [""] * len(scan.first))
    if len(headers) == 1 and not fields.by_header(headers[0]) and not fields.looks_like_emails(sample, 0):
        raise refuse(Refusal.NOT_A_TABLE)
    rows = scan.rows - has_header
    if not rows:
        raise refuse(Refusal.NO_ROWS)
    return Inspection(Layout(encoding, delimiter, has_header), headers, sample, rows)


def data_records(stream: BinaryIO, layout: Layout) -> Iterator[Record]:
    """The records of an inspected file without the column names."""
    found = records(stream, encoding=layout.encoding, delimiter=layout.delimiter)
    return islice(found, 1, None) if layout.has_header else found


def unique_headers(cells: list[str]) -> list[str]:
    """Names that tell all columns apart: blanks are numbered, repeats get (2)."""
    seen: Counter[str] = Counter()
    headers = []
    for number, cell in enumerate(cells, 1):
        name = fields.clean(cell)[:100] or f"column_{number}"
        seen[name] += 1
        headers.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return headers


def _head(stream: BinaryIO, encoding: str) -> str:
    """The first whole lines."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        head = text.read(_HEAD_CHARACTERS)
    finally:
        text.detach()
    return head if len(head) < _HEAD_CHARACTERS else head[: head.rfind("\n") + 1] or head


def _delimiter(head: str) -> str:
    """The one that splits most rows into the same number of cells, more than one."""

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = [
                len(cells)
                for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
                if cells
            ]
        except csv.Error:
            return 0.0, 0
        if not widths:
            return 0.0, 0
        width, count = Counter(widths).most_common(1)[0]
        return (count / len(widths), min(width, MAX_COLUMNS)) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


@dataclass(slots=True)
class _Scan:
    first: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)
    rows: int = 0


def _scan(stream: BinaryIO, encoding: str, delimiter: str) -> _Scan:
    scan = _Scan()
    width = bad = last_line = last_width = 0
    for line, cells in records(stream, encoding=encoding, delimiter=delimiter):
        if not scan.rows:
            scan.first = cells
            width = len(cells)
        scan.rows += 1
        last_line, last_width = line, len(cells)
        bad += last_width != width
        if len(scan.sample) <= _HEAD_RECORDS:
            scan.sample.append(cells)
    if not scan.rows:
        raise refuse(Refusal.EMPTY)
    if bad == 1 and last_width < width:
        raise refuse(Refusal.TRUNCATED, line=last_line)
    if bad * 2 > scan.rows:
        raise refuse(Refusal.UNEVEN, bad=bad, rows=scan.rows)
    return scan


def _is_header(cells: list[str]) -> bool:
    """Names of columns: known ones, or else all different and none of them a number, date or address."""
    if any(fields.by_header(cell) for cell in cells):
        return True
    names = [fields.clean(cell) for cell in cells]
    filled = [name for name in names if name]
    return bool(filled) and len(set(filled)) == len(filled) and not any(map(_DATA.fullmatch, filled))
