"""Spellings that mean the same meet; others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads import folding
from leads.models import Lead
from leads.tests.factories import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡邊"),
        ("齋藤", "斉藤"),
        ("ﾀｶﾊｼ", "たかはし"),
        ("ＡＢＣ　商事", "abc商事"),
        ("ガ", "カ゛".replace("゛", "\u3099")),
        ("山\u200b田", "山田"),
        ("ヷヸ", "ヷヸ"),
    ],
)
def test_spellings_that_mean_the_same(one, other):
    assert folding.fold(one) == folding.fold(other)


@pytest.mark.parametrize(("one", "other"), [("田中", "中田"), ("青葉", "若葉"), ("ハ", "パ")])
def test_spellings_that_differ(one, other):
    assert folding.fold(one) != folding.fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert folding.fold(folding.fold(text)) == folding.fold(text)


@given(st.text(min_size=1), st.text(), st.text())
def test_every_part_of_a_text_has_its_bigrams_in_the_whole(part, before, after):
    whole = before + part + after
    if folding.fold(part) in folding.fold(whole) and len(folding.fold(part)) > 1:
        assert set(folding.grams(part)) <= set(folding.grams(whole))


@pytest.mark.parametrize(
    "name",
    ["株式会社青葉精機", "青葉精機 株式会社", "㈱青葉精機", "(株)青葉精機", "青葉精機（株）", "青葉 精機"],
)
def test_a_company_is_the_same_with_any_legal_form(name):
    assert folding.company_key(name) == "青葉精機"


def test_english_legal_forms_go_and_names_stay():
    assert folding.company_key("Aoba Seiki Co., Ltd.") == folding.company_key("AOBA SEIKI Inc")
    assert folding.company_key("Costco Wholesale") == "costcowholesale"
    assert folding.company_key("株式会社") == "株式会社"


@pytest.fixture
def people(team):
    company = CompanyFactory(team=team, name="株式会社髙島製作所", name_en="Takashima Works")
    one = LeadFactory(
        company=company, family_name="渡邊", given_name="恵", family_kana="ワタナベ", given_kana="メグミ"
    )
    two = LeadFactory(
        company=CompanyFactory(team=team, name="Northwind Ltd"),
        family_name="Smith",
        given_name="Jane",
        family_kana="",
        given_kana="",
        email="jane@northwind.example",
    )
    return one, two


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("渡辺", [0]),
        ("わたなべ", [0]),
        ("ﾜﾀﾅﾍﾞ めぐみ", [0]),
        ("高島", [0]),
        ("高島 渡邉", [0]),
        ("高島 Smith", []),
        ("jane smith", [1]),
        ("smith jane", [1]),
        ("JANESMITH", [1]),
        ("northwind.example", [1]),
        ("takashima", [0]),
        ("㈱高島", [0]),
        ("（株） 高島製作所", [0]),
        ("高島製作所株式会社", [0]),
        ("株式会社", [0]),
        ("渡", [0]),
        ("辺", []),
        ("辺恵", [0]),
        ("03-1234", []),
        ("0312345678", [0, 1]),
        ("", [0, 1]),
        ("100%", []),
    ],
)
def test_search_finds(people, query, found):
    leads = folding.search_filter(Lead.objects.order_by("pk"), query)
    assert list(leads) == [people[index] for index in found]


def test_bigrams_in_another_order_are_no_match(people, team):
    LeadFactory(company=people[0].company, family_name="邊恵渡邊", given_name="邊恵")
    assert list(folding.search_filter(Lead.objects.all(), "渡辺恵渡")) == []


def test_no_match_runs_across_two_fields(people):
    # family and given name are one field, the kana is the next one
    assert list(folding.search_filter(Lead.objects.all(), "恵ワタナベ")) == []
