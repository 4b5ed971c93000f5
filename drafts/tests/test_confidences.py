"""What another company does in confidence is told in no mail; what everybody may know is."""

from __future__ import annotations

import pytest

from drafts.safety.base import Fact
from drafts.tests.safety import codes, context, letter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "ここだけの話ですが、東雲冷機さんは支払いが三か月遅れております。",
        "南海ペイント様は春に工場を閉鎖する予定です。",
        "ご参考までに、明和ラボ様の契約書をそのまま添付いたします。",
    ],
)
def test_another_companys_secret_in_japanese_is_found(words):
    assert "other_customer" in codes(letter(words), "rules", context())


@pytest.mark.parametrize(
    "words",
    [
        "Please keep this to yourself, but the people of Brindle Paints will lose their site.",
        "You may like to know that Fenwick Tiles is two months behind on our invoices.",
    ],
)
def test_another_companys_secret_in_english_is_found(words):
    assert "other_customer" in codes(letter(words, "en"), "rules", context("en"))


@pytest.mark.parametrize(
    "words",
    [
        "お客様の支払いが遅れた際の記録の様式をお送りします。",  # nobody's name
        "青葉精機様の見積書の様式を拝見し、記入例を添付いたします。",  # the reader's own
    ],
)
def test_what_is_nobodys_or_the_readers_own_is_no_secret(words):
    assert "other_customer" not in codes(letter(words), "rules", context())


def test_what_a_fact_says_of_a_company_may_be_said():
    known = (Fact("F1", "note", "東雲冷機は2024年に廃業"),)
    words = "東雲冷機さんの廃業後、部品の手配はいかがでしょうか。"
    assert "other_customer" in codes(letter(words), "rules", context())
    assert "other_customer" not in codes(letter(words), "rules", context(facts=known))
