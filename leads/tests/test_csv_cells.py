"""Cells that leave the house: no spreadsheet may calculate them, and what comes back is what went out."""

from __future__ import annotations

import csv
import io
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.export import csv_rows, neutralise, restore

DATA = Path(
    os.environ.get("SALESDASH_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "\t=1", "\r=1", "\n=1", "\tx", "＝1+1", "＋1", "－1", "＠SUM", " =1", "　=1",
        "\u200b=1", "\ufeff=1", "-", "=", "+81-3-1234-5678", "-5 OR 1=1", "-cmd|'/c calc'!A1", "--5",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(cell):
    assert neutralise(cell) == f"'{cell}"
    assert restore(neutralise(cell)) == cell


@pytest.mark.parametrize(
    "cell",
    ["-5", "+3.2", "-1,200", "-5%", "-.5", "-1e-3", "", "髙﨑", "tis", "a=b", "'quoted'", "03-1234-5678", "−¥1,200", "'"],
)  # fmt: skip
def test_numbers_and_plain_text_stay(cell):
    assert neutralise(cell) == cell
    assert restore(cell) == cell


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (-5, "-5"), (1.5, "1.5"), (Decimal("-2.50"), "-2.50")]
)
def test_numbers_of_python(value, text):
    assert neutralise(value) == text


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_every_text_survives_the_way_out_and_back(text):
    out = neutralise(text)
    assert out in (text, f"'{text}")
    # an apostrophe that was there before is kept, unless what follows looks neutralised already
    if not text.startswith("'"):
        assert restore(out) == text


def test_a_file_opens_in_excel_and_reads_back():
    rows = [["田中, 健一", '5" pipe', "line\r\nbreak"], ["=1+1", None, -5]]
    text = "".join(csv_rows(["氏名", "=b", "c"], rows))
    assert text.startswith("\ufeff氏名,'=b,c\r\n")
    assert list(csv.reader(io.StringIO(text[1:], newline="")))[1:] == [
        ["田中, 健一", '5" pipe', "line\r\nbreak"],
        ["'=1+1", "", "-5"],
    ]


@pytest.mark.skipif(not DATA.is_dir(), reason="no shared data here")
def test_published_payloads_are_inert():
    payloads = (DATA / "csv_injection" / "payloads.txt").read_text().splitlines()
    assert len(payloads) > 5
    for payload in payloads:
        assert neutralise(payload)[:1] not in tuple("=+-@\t\r＝＋－＠")
