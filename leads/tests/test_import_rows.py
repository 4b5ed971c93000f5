"""One record as it will be stored, or why not."""

from __future__ import annotations

import pytest

from leads.importing.fields import Field, clean
from leads.importing.mapping import Column, Mapping
from leads.importing.people import is_barred, number, phone, split_name
from leads.importing.places import prefecture_of, region
from leads.importing.rows import Reason, Refused, Row, RowBuilder
from leads.models import Industry


def row(**cells) -> Row | Refused:
    columns = tuple(Column(f"[{name}]", Field(name)) for name in cells)
    return RowBuilder(Mapping(columns, stages={"済": "won"}, owners={"佐藤": 7})).build(
        2, list(cells.values())
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ＡＢＣ　ｶﾌﾞ", "ABC カブ"),
        ("㈱髙﨑Ⅱ－１", "(株)髙﨑II-1"),
        # compatibility ideographs: another letter than the one that NFKC puts in their place
        ("\ufa1b\u7530 \ufa19\u8c37", "\ufa1b\u7530 \ufa19\u8c37"),
        (" a\t b\r\nc\u200b\u202e ", "a b c"),
    ],
)
def test_widths_are_unified_and_letter_forms_of_names_kept(text, result):
    assert clean(text) == result


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("田中　健一", "田中", "健一"),
        ("田中 健一 様", "田中", "健一"),
        ("田中健一", "田中健一", ""),
        ("John Smith", "Smith", "John"),
        ("Smith, John A.", "Smith", "John A."),
        ("Mr. Nguyen Thi Lan", "Lan", "Nguyen Thi"),
        ("様", "様", ""),
    ],
)
def test_names_are_split(text, family, given):
    assert split_name(clean(text)) == (family, given)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("０３（１２３４）５６７８", "03-1234-5678"),
        ("03‐1234−5678", "03-1234-5678"),
        ("03.1234.5678", "03-1234-5678"),
        ("+81 3 1234 5678", "+81-3-1234-5678"),
        ("03-1234-5678 内線12", "03-1234-5678-内線12"),
        ("0312345678", "0312345678"),
        ("1234", None),
        ("お問い合わせください", None),
        ("12345678901234567", None),
    ],
)
def test_phones(text, result):
    assert phone(clean(text)) == result


@pytest.mark.parametrize(
    ("text", "result"), [("約1,200名", 1200), ("100～299", 100), ("-", None), ("9" * 12, None)]
)
def test_numbers(text, result):
    assert number(text) == result


@pytest.mark.parametrize(
    ("address", "prefecture"),
    [
        ("〒100-0001 東京都千代田区千代田1-1", "東京都"),
        ("港区芝5-1", "東京都"),
        ("大阪市港区築港1", "大阪府"),
        ("横浜市都筑区仲町台2-7-1", "神奈川県"),
        ("京都市北区", "京都府"),
        ("190 Elgin Avenue", ""),
        ("", ""),
    ],
)
def test_prefecture_of_an_address(address, prefecture):
    assert prefecture_of(address) == prefecture


def test_one_spelling_of_each_prefecture():
    assert {region(name) for name in ("東京", "東京都", "Tokyo", "tokyo-to")} == {"東京都"}
    assert region("Bayern") == "Bayern"


@pytest.mark.parametrize(
    ("cell", "barred"),
    [("1", True), ("停止", True), ("×", True), ("?", True), ("0", False), ("", False)],
)
def test_do_not_contact_counts_unless_it_is_clearly_denied(cell, barred):
    assert is_barred(cell) is barred


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"email": "tanaka@"}, Reason.BAD_EMAIL, "[email]"),
        ({"email": "a@b.jp c@d.jp e"}, Reason.BAD_EMAIL, "[email]"),
        ({"phone": "電話はこちら"}, Reason.BAD_PHONE, "[phone]"),
        ({"full_name": "田" * 81}, Reason.TOO_LONG, "[full_name]"),
        ({"company": "株" * 201}, Reason.TOO_LONG, "[company]"),
        ({"external_id": "x" * 121}, Reason.TOO_LONG, "[external_id]"),
        ({"attributes": "x" * 10_001}, Reason.TOO_LONG, "[attributes]"),
    ],
)
def test_refused_with_reason_and_column(cells, reason, column):
    assert row(**cells) == Refused(reason, column)


def test_too_few_and_too_many_cells():
    builder = RowBuilder(Mapping((Column("a", Field.ATTRIBUTES), Column("b", Field.ATTRIBUTES))))
    assert builder.build(2, ["1"]) == Refused(Reason.TOO_FEW_CELLS)
    assert builder.build(2, ["1", "2", "3"]) == Refused(Reason.TOO_MANY_CELLS)
    assert builder.build(2, ["1", "2", " ", ""]).attributes == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("田中 <Tanaka@Example.JP>", "Tanaka@example.jp"),
        ("mailto:a@example.jp", "a@example.jp"),
        ("ａ＠ｅｘａｍｐｌｅ．ｊｐ", "a@example.jp"),
        ("なし", None),
        ("-", None),
    ],
)
def test_addresses(cell, address):
    assert row(email=cell).lead.get("email") == address


def test_what_is_understood_only_in_part_is_kept_as_it_came():
    cells = {
        "industry": "水産・農林業",
        "employees": "約50名",
        "region": "東京",
        "stage": "済",
        "owner": "佐藤",
    }
    found = row(company="A", **cells)
    assert found.company == {
        "name": "A", "industry": Industry.FOOD, "employees": 50, "region": "東京都",
    }  # fmt: skip
    assert (found.stage, found.owner_id) == ("won", 7)
    assert found.attributes == {f"[{name}]": cell for name, cell in cells.items()}


def test_facts_about_a_company_without_a_name_stay_with_the_person():
    found = row(full_name="田中 健一", industry="製造業", region="東京都")
    assert found.company == {}
    assert found.attributes == {"[industry]": "製造業", "[region]": "東京都"}


def test_language_follows_the_names():
    assert row(full_name="John Smith", company="Acme Inc.").language == "en"
    assert row(full_name="John Smith", company="アクメ株式会社").language == "ja"
    assert row(attributes="x").language == "ja"
