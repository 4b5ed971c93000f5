"""Files that cannot be a list of leads: refused as a whole, with a reason and what to do."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from itertools import count

import pytest
from django.utils import translation

from leads.importing import detect
from leads.importing.refusals import Refusal
from leads.tests.import_files import HEADER, SUZUKI, TANAKA, text
from salesdash.errors import DomainError

LIST = text(HEADER, *[TANAKA, SUZUKI] * 20)


def workbook() -> bytes:
    import openpyxl

    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["氏名", "会社名"])
    book.save(out)
    assert zipfile.is_zipfile(out)
    return out.getvalue()


def refusal(content, **known) -> DomainError:
    with pytest.raises(DomainError) as caught:
        detect.inspect(content if hasattr(content, "read") else io.BytesIO(content), **known)
    assert caught.value.status == 422
    assert "%(" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Refusal.EMPTY),
        (b"\xef\xbb\xbf", Refusal.EMPTY),
        (b" \r\n\r\n", Refusal.EMPTY),
        (workbook(), Refusal.EXCEL),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Refusal.EXCEL),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", Refusal.HTML),
        ("\ufeff\n <table><tr><td>氏名</td></tr></table>".encode(), Refusal.HTML),
        ("<html>".encode("utf-16"), Refusal.HTML),
        (b'[{"name": "A"}]', Refusal.JSON),
        (b"%PDF-1.7\n", Refusal.BINARY),
        (bytes(range(256)) * 40, Refusal.BINARY),
        (b"name,company\nA,B\n" * 9000 + b"\0" * 10, Refusal.BINARY),
        (b"just some words\nand more of them\n", Refusal.NOT_A_TABLE),
        (b"name,company\n", Refusal.NO_ROWS),
        (text(["顧客一覧"], *[["a", "b", "c"]] * 9).encode(), Refusal.UNEVEN),
        (text(["x"] * 600, ["1"] * 600).encode(), Refusal.TOO_MANY_COLUMNS),
    ],
    ids=count(1),  # not the bytes: a workbook holds the time, and parallel workers must agree on names
)
def test_refused_with_its_code(content, code):
    assert refusal(content).code == code


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("lost_bytes", [3, 7, 9, 11, 25])
def test_a_download_that_was_cut_short(encoding, lost_bytes):
    """Within a character or a row; a cut between two characters of the last cell leaves no trace."""
    content = LIST.encode(encoding)
    assert refusal(content[:-lost_bytes]).code in (Refusal.TRUNCATED, Refusal.OPEN_QUOTE)


def test_a_last_row_with_fewer_cells_says_its_line():
    error = refusal("氏名,会社名,電話\r\nA,B,1\r\nC,D,2\r\nE,F".encode())
    assert (error.code, error.extra["line"]) == (Refusal.TRUNCATED, 4)


def test_an_open_quotation_mark_says_where_it_opens():
    error = refusal(b'name,company\nA,B\nC,"D\nE,F\n')
    assert (error.code, error.extra["line"]) == (Refusal.OPEN_QUOTE, 3)


def test_damaged_utf_8_is_not_taken_for_cp932():
    content = LIST.encode()
    place = content.index("鈴木".encode(), 900)
    error = refusal(content[:place] + b"\xe9" + content[place + 3 :])
    assert error.code == Refusal.UNREADABLE
    assert error.extra["encoding"] == "UTF-8"


class OneLine(io.RawIOBase):
    """A file of any size that takes no room."""

    def __init__(self, size: int, start: bytes = b"", cell: bytes = b"x") -> None:
        self.size, self.start, self.cell, self.at = size, start, cell, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def read(self, size=-1):
        left = self.size - self.at if size < 0 else min(size, self.size - self.at)
        chunk = self.start if self.at == 0 else b""
        chunk = (chunk + self.cell * left)[:left]
        self.at += left
        return chunk

    read1 = read


@pytest.mark.parametrize(
    ("start", "cell", "code"),
    [
        (b"", b"x", Refusal.LINE_TOO_LONG),
        (b"", b"a,", Refusal.LINE_TOO_LONG),
        (b'name,company\nA,"', b"x", Refusal.LINE_TOO_LONG),
        (b'name,company\nA,"', b"xxxxxxxxx\n", Refusal.CELL_TOO_LONG),
    ],
)
def test_200_megabytes_of_one_line_in_little_memory(start, cell, code):
    tracemalloc.start()
    assert refusal(OneLine(200_000_000, start, cell)).code == code
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000


def test_reasons_are_told_in_the_readers_language():
    with translation.override("ja"):
        assert "Excel" in refusal(workbook()).message
        assert "CSVではなく" in refusal(workbook()).message
    with translation.override("en"):
        assert "not a CSV file" in refusal(workbook()).message
