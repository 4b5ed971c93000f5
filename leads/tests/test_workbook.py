"""A workbook that Excel opens: typed, inert, its heading in sight, and written as the rows come."""

import io
import tracemalloc
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

from leads import workbook


def written(*rows, header=("会社名", "値")):
    file = io.BytesIO()
    assert workbook.write(file, title="リード", header=header, rows=rows) == len(rows)
    return file


def cells(file):
    return list(openpyxl.load_workbook(file).active.iter_rows(min_row=2))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81 3",
        "-5",
        "@SUM(1)",
        '=HYPERLINK("http://x")',
        "#N/A",
        "\t=1",
        " =1",
        "＝1",
        "TRUE",
        "0123",
    ],
)
def test_text_is_text_and_never_a_formula(text):
    file = written((text, 1))
    ((cell, _number),) = cells(file)
    assert (cell.value, cell.data_type) == (text, "s")
    sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_what_excel_would_read_stays_text_even_when_somebody_edits_it():
    ((cell, _number),) = cells(written(("=1+1", 1)))
    assert cell.quotePrefix


def test_numbers_and_moments_are_what_they_are():
    moment = datetime(2026, 11, 28, 1, 2, 3, 999, tzinfo=UTC)
    rows = [(0.72, moment), (Decimal("1.5"), None), (12, "")]
    (share, at), (decimal, none), (whole, empty) = cells(written(*rows))
    assert (share.value, decimal.value, whole.value) == (0.72, 1.5, 12)
    assert at.value.isoformat() == "2026-11-28T10:02:03"  # in Tokyo
    assert (at.is_date, at.number_format) == (True, "yyyy-mm-dd hh:mm")
    assert none.value is None
    assert empty.value is None


def test_the_heading_stays_in_sight_and_filters():
    sheet = openpyxl.load_workbook(written(("a", 1), ("b", 2))).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("リード", "A2", "A1:B3")
    assert sheet["A1"].font.bold


def test_what_a_sheet_cannot_hold_is_left_out_or_cut():
    ((control, _), (long, _)) = cells(written(("a\x01\x0bb", 1), ("x" * 40_000, 2)))
    assert control.value == "ab"
    assert len(long.value) == workbook.LONGEST_TEXT


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(rows: int) -> int:
        with (tmp_path / "book.xlsx").open("wb") as file:
            tracemalloc.start()
            try:
                lines = ([f"会社{n}", n, datetime.now(UTC)] for n in range(rows))
                workbook.write(file, title="x", header=("a", "b", "c"), rows=lines)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(50)
    assert peak(6000) < peak(1000) * 1.5
