"""What was to be filled in before the mail went out, and what only looks like it."""

from __future__ import annotations

import pytest

from drafts.tests.safety import codes, context, flagged, letter

pytestmark = pytest.mark.django_db

GAPS_JA = [
    "[お客様名]の件でご連絡しました。",
    "（ここに事例を入れる）という成果が出ています。",
    "先日の「」についてのお話、興味深く拝見しました。",
    "○月○日の○時はいかがでしょうか。",
    "$COMPANY_NAME 様のために準備しました。",
    "##氏名## 様にご案内です。",
    "担当者名様のお名前を存じ上げず失礼いたします。",
    "【要修正】ここは後で直します。",
    "first_name様、お世話になっております。",
    "弊社サービス「サービス名」をご案内します。",
    "A社様、B社様でもお使いです。",
    "・・・様の件でご連絡しました。",
    "先日は、【ご質問の要点】についてお尋ねいただきました。",
    "窓口は（担当者名を入力）でございます。",
    "(ここに部署名)の皆様にもよろしくお伝えください。",
    "先日の■■■についてのご連絡です。",
    "$name様のご活躍を拝見しております。",
]
GAPS_EN = [
    "We have helped [similar company] with the same topic.",
    "I hope all is well at  , as we spoke in May.",
    "We could meet on DATE at TIME.",
    "I noticed that *company* is hiring.",
    "Thank you for your interest in ???.",
    "(add a case study here)",
    "Something about their recent news goes here.",
    "Greetings, firstname.",
    "We serve industries such as industry1 and industry2.",
    "Your ... department might like this.",
    "(Note: replace the second sentence by a reason of their own.)",
]
FULL_JA = [
    "モニター様への連絡が多いと伺いました。",
    "ケアマネジャー様の予定が変わりやすいとのことでした。",
    "次の様子を拝見しました。",
    "【ご案内】11月の勉強会について",
    "(ご希望の日時をお知らせください)",
    "資料[1]をご覧ください。",
    "「青葉」の件、承知しました。",
    "第○工場ではなく第二工場と伺いました。",
]
FULL_EN = [
    "The date and the time suit me, and the title is fine.",
    "See note [2] on the second page.",
    "Your name is on the list of the company.",
    "THE NAME OF THE SHOW IS ON THE BILL.",
    "We speak on a first-name basis here.",
    "Any of the two days, please.",
]


@pytest.mark.parametrize("words", GAPS_JA)
def test_gaps_in_japanese_are_found(words):
    assert "placeholder" in codes(letter(words), "format", context())


@pytest.mark.parametrize("words", GAPS_EN)
def test_gaps_in_english_are_found(words):
    assert "placeholder" in codes(letter(words, "en"), "format", context("en"))


@pytest.mark.parametrize("words", FULL_JA)
def test_full_sentences_in_japanese_pass(words):
    assert codes(letter(words), "format", context()) == set()


@pytest.mark.parametrize("words", FULL_EN)
def test_full_sentences_in_english_pass(words):
    assert codes(letter(words, "en"), "format", context("en")) == set()


def test_an_empty_place_before_a_title_is_shown():
    text = letter("先日はお世話になりました。\n 様には改めてご連絡いたします。")
    assert "placeholder" in codes(text, "format", context())
    assert any("様に" in place for place in flagged(text, "format", context()))
