"""Which field a column is taken for."""

from __future__ import annotations

import json

import pytest

from leads.importing import mapping, values
from leads.importing.fields import Field
from leads.importing.mapping import Column, Mapping, MappingFile
from leads.importing.refusals import Refusal
from leads.tests.import_files import HEADER, SUZUKI, TANAKA, imported, text
from salesdash.errors import DomainError


def suggested(headers, *rows, owners=()):
    found = mapping.suggest(headers, rows, owners)
    return {header: field.value for header, field in zip(headers, found, strict=True)}


def test_japanese_names():
    assert list(suggested(HEADER, TANAKA, SUZUKI).values()) == [
        "external_id", "full_name", "full_kana", "company", "department", "title", "email", "phone", "region",
        "stage",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail Address", "email"),
        ("Ｅメール（必須）", "email"),
        ("First Name", "given_name"),
        ("Last_Name", "family_name"),
        ("Job Title", "title"),
        ("Number of Employees", "employees"),
        ("会社名（カナ）", "company_kana"),
        ("提出者法人番号", "corporate_number"),
        ("営業担当", "owner"),
        ("Lead Status", "stage"),
        ("配信停止", "do_not_contact"),
        ("poutcome", "attributes"),
        ("salesdash_reason", ""),
    ],
)
def test_spellings(header, field):
    assert suggested([header])[header] == field


def test_a_name_whose_cells_say_otherwise_is_not_believed():
    rows = [["cellular", "7", "open", str(i)] for i in range(30)]
    found = suggested(["担当者", "メール", "id", "メモ"], *rows)
    assert set(found.values()) == {"attributes"}


def test_an_outcome_column_called_y():
    assert suggested(["y"], ["yes"], ["no"]) == {"y": "stage"}
    assert suggested(["x", "y"], ["1.5", "2.5"]) == {"x": "attributes", "y": "attributes"}


def test_tanto_is_the_contact_or_our_rep():
    assert suggested(["会社名", "担当者"], ["A", "田中 健一"])["担当者"] == "full_name"
    assert suggested(["会社名", "氏名", "担当者"], ["A", "田中 健一", "佐藤"])["担当者"] == "owner"
    assert suggested(["会社名", "担当者"], ["A", "佐藤 健"], owners={"佐藤健"})["担当者"] == "owner"


def test_the_most_telling_of_several_columns_is_taken():
    found = suggested(["携帯", "電話番号", "氏名", "姓", "名"], ["090", "03", "田中 健一", "田中", "健一"])
    assert found == {
        "携帯": "attributes", "電話番号": "phone", "氏名": "attributes", "姓": "family_name",
        "名": "given_name",
    }  # fmt: skip


def test_a_column_of_addresses_is_known_by_its_cells():
    assert suggested(["column_1", "column_2"], ["田中", "a@example.jp"])["column_2"] == "email"


def test_no_field_twice_and_not_nothing():
    for fields, code in (
        ([Field.EMAIL, Field.EMAIL], Refusal.MAPPING_TWICE),
        ([Field.SKIP, Field.SKIP], Refusal.MAPPING_NOTHING),
    ):
        columns = tuple(Column(f"c{i}", field) for i, field in enumerate(fields))
        with pytest.raises(DomainError) as caught:
            Mapping(columns).check()
        assert caught.value.code == code
    Mapping((Column("a", Field.ATTRIBUTES), Column("b", Field.ATTRIBUTES))).check()


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        ("受注", "won"), ("Closed Won", "won"), ("yes", "won"), ("商談中", "meeting"),
        ("アポ獲得", "meeting"), ("失注", "lost"), ("no", "lost"), ("対応中", "working"), ("新規", "new"),
        ("見積提出", "proposal"), ("対象外", "unqualified"), ("？", ""),
    ],
)  # fmt: skip
def test_what_a_status_means(value, stage):
    assert values.stage_of(value) == stage


def test_owners_by_user_name_address_and_full_name(rep, colleague, team):
    owners = values.Owners(team.pk)
    for name in ("rep", "REP@example.com", "佐藤 健", "佐藤　健", "健佐藤", "佐藤"):
        assert owners.find(name) == rep.pk
    assert owners.find("outsider") is None


def test_of_two_people_with_one_family_name_neither_is_guessed(rep, colleague, team):
    colleague.last_name = rep.last_name
    colleague.save()
    owners = values.Owners(team.pk)
    assert owners.find("佐藤") is None
    assert owners.find("佐藤 健") == rep.pk


def written(tmp_path, data) -> MappingFile:
    path = tmp_path / "mapping.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return MappingFile.read(path)


@pytest.mark.parametrize(
    "data",
    [
        "{", "[]", {"colums": {}}, {"columns": ["氏名"]}, {"columns": {"氏名": 1}}, {"encoding": "latin-9"},
        {"delimiter": "|"}, {"has_header": "yes"},
    ],
)  # fmt: skip
def test_a_mapping_file_that_makes_no_sense(tmp_path, data):
    with pytest.raises(DomainError) as caught:
        written(tmp_path, data)
    assert caught.value.code in (Refusal.MAPPING_BAD_FILE, Refusal.MAPPING_BAD_VALUE)


@pytest.mark.parametrize(
    ("by_hand", "code"),
    [
        ({"columns": {"nosuch": "email"}}, Refusal.MAPPING_UNKNOWN_COLUMN),
        ({"columns": {"b": "shoe_size"}}, Refusal.MAPPING_UNKNOWN_FIELD),
        ({"stages": {"x": "sold"}}, Refusal.MAPPING_BAD_VALUE),
        ({"owners": {"x": "stranger"}}, Refusal.MAPPING_BAD_VALUE),
        ({"owner": "stranger"}, Refusal.MAPPING_BAD_VALUE),
        ({"columns": {"氏名": "email", "b": "email"}}, Refusal.MAPPING_TWICE),
        ({"columns": {"氏名": "", "b": ""}}, Refusal.MAPPING_NOTHING),
    ],
)
def test_a_mapping_file_that_does_not_fit_the_list(tmp_path, team, by_hand, code):
    with pytest.raises(DomainError) as caught:
        imported(tmp_path, text(["氏名", "b"], ["田中", "1"]).encode(), team, by_hand)
    assert caught.value.code == code


def test_a_mapping_file_has_the_last_word(tmp_path, team):
    content = text(["氏名", "結果", "名称"], ["田中", "済", "A社"]).encode()
    by_hand = {"columns": {"名称": "full_name", "氏名": ""}, "stages": {"済": "won"}}
    report = imported(tmp_path, content, team, by_hand)
    assert report.columns == {"氏名": "", "結果": "stage", "名称": "full_name"}
    assert report.stages == {"済": "won"}
