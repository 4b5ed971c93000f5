"""What a file is found to be."""

from __future__ import annotations

import io

import pytest

from leads.importing import detect
from leads.importing.reading import records
from leads.tests.import_files import HEADER, SUZUKI, TANAKA, text

LIST = text(HEADER, TANAKA, SUZUKI)


def inspect(content: bytes, **known):
    return detect.inspect(io.BytesIO(content), **known)


@pytest.mark.parametrize(
    ("written_as", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8-sig"),
        ("cp932", b"", "cp932"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_encoding_is_found_and_every_character_survives(written_as, mark, found):
    content = mark + LIST.encode(written_as)
    inspection = inspect(content)
    assert inspection.layout == detect.Layout(found, ",", True)
    assert inspection.headers == list(HEADER)
    assert inspection.sample == [list(TANAKA), list(SUZUKI)]


def test_cp932_letters_that_strict_shift_jis_does_not_know():
    with pytest.raises(UnicodeEncodeError):
        LIST.encode("shift_jis")
    assert inspect(LIST.encode("cp932")).sample[0][3] == "㈱髙﨑製作所Ⅱ－"


def test_japanese_behind_ten_megabytes_of_ascii_still_decides_the_encoding():
    ascii_rows = [["a" * 100, "b"]] * 100_000
    content = text(["name", "company"], *ascii_rows, ["田中", "髙﨑"]).encode("cp932")
    assert inspect(content).layout.encoding == "cp932"


def test_euc_jp_is_not_taken_for_half_width_katakana():
    content = text(["氏名", "会社名"], ["田中健一", "株式会社青葉精工"]).encode("euc_jp")
    assert inspect(content).sample == [["田中健一", "株式会社青葉精工"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separator_is_found_where_cells_hold_the_other_ones(delimiter):
    others = ",;\t".replace(delimiter, "")
    content = text(["氏名", "会社名", "住所"], *[[f"田中{others}", "A;B,C", "x"]] * 3, delimiter=delimiter)
    assert inspect(content.encode()).layout.delimiter == delimiter


def test_separator_named_by_excels_first_line():
    inspection = inspect("sep=;\r\n氏名;会社名\r\n田中, 健一;A\r\n".encode())
    assert inspection.headers == ["氏名", "会社名"]
    assert inspection.sample == [["田中, 健一", "A"]]


def test_first_row_with_an_address_in_it_is_no_header():
    inspection = inspect(text(["田中 健一", "tanaka@example.jp"], ["鈴木 彩", "suzuki@example.jp"]).encode())
    assert not inspection.layout.has_header
    assert inspection.headers == ["column_1", "column_2"]
    assert inspection.rows == 2


def test_repeated_and_missing_column_names_are_told_apart():
    content = text(["氏名", "電話", "電話", "", "備考"], ["田中", "1", "2", "3", "4"]).encode()
    assert inspect(content, has_header=True).headers == ["氏名", "電話", "電話 (2)", "column_4", "備考"]


def test_quoted_line_breaks_doubled_quotes_and_blank_lines():
    content = b'name,note\r\n"A","x\r\ny ""z"""\r\n\r\n,\r\nB,2\n'
    found = list(records(io.BytesIO(content), encoding="utf-8", delimiter=","))
    assert found == [(1, ["name", "note"]), (2, ["A", 'x\r\ny "z"']), (6, ["B", "2"])]
    assert inspect(content).rows == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end):
    assert inspect(text(HEADER, TANAKA, SUZUKI, end=end).encode()).rows == 2


def test_one_column_of_addresses_is_a_list():
    assert inspect(b"a@example.jp\nb@example.jp\n").rows == 2


def test_what_a_person_chose_is_not_questioned():
    inspection = inspect("José;Müller\n1;2\n".encode("cp1252"), encoding="cp1252", has_header=True)
    assert inspection.headers == ["José", "Müller"]
