"""An Excel workbook that leaves the house: text is never a formula, dates and numbers are what they are.

openpyxl takes any text that begins with = for a formula and #N/A for an error; here text stays text, with the
mark that keeps it text when somebody edits the cell. Rows go to the disk as they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any, Final

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from leads.export import Cell

# the most that a cell of Excel holds
LONGEST_TEXT: Final = 32_767
MOST_ROWS: Final = 1_048_576
_HEADER: Final = Font(bold=True)
_MOMENT: Final = "yyyy-mm-dd hh:mm"
_NARROWEST, _WIDEST = 9, 40
# what Excel or openpyxl would read as something else than text
_NOT_TEXT: Final = tuple("=+-@#\t\r\n＝＋－＠")


def write(
    file: IO[bytes], *, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell | datetime]]
) -> int:
    """How many rows were written. The first row stays in sight; a moment is in the active time zone."""
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(title=title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, 1):
        width = min(max(_width(name) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]  # the stubs lack it
    sheet.append([_text(sheet, name, bold=True) for name in header])
    written = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        written += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{written + 1}"  # type: ignore[attr-defined]
    book.save(file)
    return written


def _cell(sheet: WriteOnlyWorksheet, value: Cell | datetime) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, timezone.localtime(value).replace(microsecond=0, tzinfo=None))
        cell.number_format = _MOMENT
        return cell
    if not isinstance(value, str):
        return value
    if not value:
        return None
    plain = value.lstrip() if value[0].isspace() else value
    return _text(sheet, value) if plain.startswith(_NOT_TEXT) else _clean(value)


def _text(sheet: WriteOnlyWorksheet, value: str, *, bold: bool = False) -> SheetCell:
    cell = WriteOnlyCell(sheet, _clean(value))
    cell.data_type = "s"
    if bold:
        cell.font = _HEADER
    else:
        cell.quotePrefix = True
    return cell


def _clean(value: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]


def _width(text: str) -> int:
    """In characters: a full-width one takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
