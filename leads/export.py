"""CSV that leaves the house: readable by Excel, and inert in it.

A spreadsheet takes a cell that begins with = + - @ (or full-width ＝ ＋ － ＠), TAB or CR for a formula,
and a formula can send data away or start a program. Such a cell gets an apostrophe in front, also where
spaces or invisible characters come first. Numbers (-5, +3.2, -1,200, -5%) stay numbers. `restore` takes
the apostrophe off again, so that what was exported can be imported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

BOM: Final = "\ufeff"
_FORMULA: Final = re.compile(
    "[\\s\u200b-\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[ \u3000]*[\t\r\n]"
)
_NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?%?")

Cell = str | int | float | Decimal | None


def neutralise(cell: Cell) -> str:
    """The cell as text that no spreadsheet calculates."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    if not _FORMULA.match(cell) or ((cell[-1].isdigit() or cell[-1] == "%") and _NUMBER.fullmatch(cell)):
        return cell
    return f"'{cell}"


def restore(cell: str) -> str:
    """Undoes `neutralise`; any other text that begins with an apostrophe stays."""
    return cell[1:] if cell.startswith("'") and neutralise(cell[1:]) == cell else cell


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_rows(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Lines of a file that Excel opens in UTF-8; feed them to a StreamingHttpResponse."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([neutralise(cell) for cell in header])
    for row in rows:
        yield writer.writerow([neutralise(cell) for cell in row])
