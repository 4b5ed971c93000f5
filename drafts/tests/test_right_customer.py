"""The right company, person and industry; and no other customer of ours."""

from __future__ import annotations

import pytest

from drafts.safety.context import companies_of
from drafts.tests.safety import codes, context, flagged, letter
from drafts.texts import Text
from leads import folding
from leads.tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers(team, other_team):
    for name in (
        "株式会社白樺物産",
        "丸八運輸有限会社",
        "サクセス株式会社",
        "Globex Corporation",
        "株式会社髙島電機",
    ):
        CompanyFactory(team=team, name=name, name_key=folding.company_key(name))
    CompanyFactory(team=other_team, name="株式会社紅葉食品", name_key=folding.company_key("株式会社紅葉食品"))
    return lambda language="ja", **changes: context(
        language, known_companies=lambda keys: companies_of(team.pk, keys), **changes
    )


@pytest.mark.parametrize(
    "words",
    [
        "株式会社白樺物産様でもご利用いただいています。", "白樺物産様の事例です。", "丸八運輸（有）の事例です。", "㈱白樺物産の例です。",
        "株式会社高島電機様の事例です。", "ｼﾗｶﾊﾞ物産ではなく白樺物産です。", "先日はGlobexのご担当と話しました。",
        "サクセス株式会社の例です。",
    ],
)  # fmt: skip
def test_another_customers_name_is_flagged(words, customers):
    assert "other_customer" in codes(letter(words), "rules", customers())


@pytest.mark.parametrize(
    "words",
    [
        "サクセスストーリーをお届けします。",
        "カスタマーサクセスの担当です。",
        "白樺の木が美しい季節です。",
        "株式会社紅葉食品の例です。",
    ],
)
def test_other_words_and_other_teams_companies_are_not(words, customers):
    assert "other_customer" not in codes(letter(words), "rules", customers())


def test_it_is_one_question_to_an_index_whatever_the_number_of_customers(
    customers, django_assert_max_num_queries
):
    ctx = customers()
    text = letter("株式会社白樺物産様、丸八運輸様、山田電機様の事例です。" * 5, subject="資料")
    with django_assert_max_num_queries(2):
        codes(text, "rules", ctx)


def test_the_customer_may_be_named_in_any_spelling(customers):
    text = letter()
    for name in ("㈱青葉精機", "株式会社 青葉精機", "青葉精機", "（株）青葉精機"):
        named = Text(text.subject, text.body.replace("株式会社青葉精機", name))
        assert codes(named, "rules", customers()) == set()


def test_the_wrong_company_and_person_are_missed_and_named():
    text = letter()
    wrong = Text(text.subject, text.body.replace("株式会社青葉精機", "株式会社白樺物産"))
    assert "company_missing" in codes(wrong, "rules", context())
    wrong = Text(text.subject, text.body.replace("山田 花子", "鈴木 一郎"))
    assert codes(wrong, "rules", context()) == {"name_missing", "other_recipient"}
    assert flagged(wrong, "rules", context()) == ["鈴木 一郎"]


def test_an_english_greeting_names_the_right_person():
    text = letter("", "en")
    wrong = Text(text.subject, text.body.replace("Ms Smith", "Mr Brown"))
    assert {"name_missing", "other_recipient"} <= codes(wrong, "rules", context("en"))
    nobody = Text(text.subject, text.body.replace("Ms Smith", "Smith team"))
    assert codes(nobody, "rules", context("en")) == set()


@pytest.mark.parametrize("words", ["金融業の皆様にご好評です。", "医療機関様のご事情も伺います。"])
def test_another_industry_is_flagged(words):
    assert "other_industry" in codes(letter(words), "rules", context())


def test_the_own_industry_and_one_in_the_facts_pass():
    from drafts.safety.base import Fact

    assert codes(letter("製造業の皆様のご事情を伺います。"), "rules", context()) == set()
    note = (Fact("F1", "note", "物流業への参入を検討中", ""),)
    assert codes(letter("物流業へのご参入の件です。"), "rules", context(facts=note)) == set()


def test_the_writers_own_team_and_the_readers_office_name_no_other_industry():
    from drafts.safety.base import Person, Sender

    words = "With kind regards from our Public Sector team. "
    team = Sender("Ken Sato", "Public Sector", "Salesdash")
    assert "other_industry" in codes(letter(words, "en"), "rules", context("en"))
    assert "other_industry" not in codes(letter(words, "en"), "rules", context("en", sender=team))
    office = Person("Smith", "Anna", "Head of Public Sector", "")
    assert "other_industry" not in codes(letter(words, "en"), "rules", context("en", lead=office))


def test_a_lead_without_a_name_is_addressed_by_office():
    from drafts.safety.base import Person

    text = letter()
    nameless = Text(text.subject, text.body.replace("山田 花子 様", "ご担当者様"))
    assert codes(nameless, "rules", context(lead=Person("", "", "課長", "購買部"))) == set()


@pytest.mark.parametrize(
    "company",
    ["Ｇ‐７奨学財団", "合同会社ＣＰ１号", "住友生命第１回劣後ローン流動化株式会社", "全国不動産信用保証株式会社", "株式会社ＪＧ２７",
     "株式会社イーエム（商号　株式会社ＥＭシステムズ）", "Global Prosperity Financial Company Limited", "株式会社日本一ソフト"],
)  # fmt: skip
def test_what_stands_in_the_customers_own_name_is_no_claim(company):
    text = letter()
    named = Text(text.subject, text.body.replace("株式会社青葉精機", company))
    assert codes(named, "rules", context(company=company, claims=())) == set()
