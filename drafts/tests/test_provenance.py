"""Each claim must say what its fact says; figures, dates and names need a source."""

from __future__ import annotations

import pytest

from drafts.safety.base import Claim, Fact
from drafts.tests.safety import codes, context, letter

pytestmark = pytest.mark.django_db

FACTS = (
    Fact("F1", "document_request", "11月3日に「サービス紹介資料」をご請求", "1"),
    Fact("F2", "product", "導入実績は全国で1,200社", ""),
    Fact("F3", "note", "ご担当は鈴木様", ""),
)
REQUESTED = "11月3日に「サービス紹介資料」をご請求"


def check(words: str, claims: list[tuple[str, str]], **changes) -> set[str]:
    made = tuple(Claim(*claim) for claim in claims)
    return codes(letter(words), "rules", context(facts=FACTS, claims=made, **changes))


def test_a_cited_phrase_passes():
    assert check(f"{REQUESTED}いただきました。", [(REQUESTED, "F1")]) == set()


@pytest.mark.parametrize(
    ("words", "claims", "code"),
    [
        ("ご連絡です。", [(REQUESTED, "F1")], "claim_not_in_text"),
        (f"{REQUESTED}いただきました。", [(REQUESTED, "F9")], "claim_unknown_fact"),
        ("貴社の工場拡張を伺いました。", [("工場拡張", "F1")], "claim_mismatch"),
        ("11月4日に「サービス紹介資料」をご請求されました。", [("11月4日に「サービス紹介資料」をご請求", "F1")], "claim_mismatch"),
        ("12月1日にお目にかかれれば幸いです。", [], "uncited_date"),
        ("2024年から取り組んでいます。", [], "uncited_date"),
        ("3/15の件です。", [], "uncited_date"),
        ("導入実績は1,200社です。", [], "uncited_number"),
        ("導入実績は1,300社です。", [("導入実績", "F2")], "uncited_number"),
        ("作業が三割ほど軽くなった例です。", [], "uncited_number"),
        ("従業員５００名の規模ですね。", [], "uncited_number"),
        ("担当の鈴木がご説明します。", [], "uncited_name"),
        ("株式会社白樺物産でも使われています。", [], "uncited_name"),
    ],
)  # fmt: skip
def test_what_has_no_source_is_flagged(words, claims, code):
    if code == "uncited_name" and "鈴木" in words:
        facts = tuple(fact for fact in FACTS if fact.id != "F3")
        assert code in codes(letter(words), "rules", context(facts=facts, claims=()))
    else:
        assert code in check(words, claims)


def test_a_figure_of_a_cited_fact_passes_in_any_spelling():
    assert check("導入実績は１２００社です。", [("導入実績", "F2")]) == set()


@pytest.mark.parametrize(
    "words",
    [
        "30分ほどお時間をください。",
        "14:00からではいかがでしょうか。",
        "午前10時ではいかがでしょうか。",
        "1点ご相談です。",
        "15-minute call.",
    ],
)
def test_a_proposed_talk_is_no_claim(words):
    assert check(words, []) == set()


def test_the_persons_own_words_may_rest_on_any_fact():
    assert "uncited_number" in check("導入実績は1,200社です。", [])
    assert check("導入実績は1,200社です。", [], by_person=True) == set()
    assert "uncited_number" in check("導入実績は1,300社です。", [], by_person=True)


def test_without_claims_provenance_is_not_judged():
    assert codes(letter("導入実績は9,999社です。"), "rules", context(facts=FACTS, claims=None)) == set()


def test_names_of_the_customer_and_the_sender_need_no_source():
    assert check("課長の山田様に、佐藤よりご連絡です。", []) == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("We met on 3 December.", "uncited_date"),
        ("Over 500 companies use it.", "uncited_number"),
        ("Mr Brown will call.", "uncited_name"),
        ("Globex Corporation uses it.", "uncited_name"),
    ],
)
def test_english_too(words, code):
    assert code in codes(letter(words, "en"), "rules", context("en", claims=()))


def test_may_is_a_month_only_beside_a_day():
    assert codes(letter("May I ask for a call?", "en"), "rules", context("en", claims=())) == set()
    assert "uncited_date" in codes(letter("Until 3 May then.", "en"), "rules", context("en", claims=()))
