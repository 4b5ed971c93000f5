"""Mails that name the right reader and are meant for another."""

from __future__ import annotations

import pytest

from drafts.safety.base import Fact
from drafts.tests.safety import codes, context, letter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "渡辺部長、先日はありがとうございました。",
        "小林社長のご講演を拝聴しました。",
        "サンライズ様の新しい店舗の件、おめでとうございます。",
        "グリーンフィールド社の課題に合わせてご提案します。",
        "Kestrel様の件でご連絡しました。",
    ],
)
def test_another_reader_in_japanese_is_found(words):
    assert "other_recipient" in codes(letter(words), "rules", context())


@pytest.mark.parametrize(
    "words",
    [
        "Mr Brown, you asked for a short summary.",
        "Thank you for choosing to talk to us, Ms Lopez.",
        "Peter, I hope this finds you well.",
        "The team at Greenfield will like this.",
        "We would love to have Orion on board.",
        "Let me know, Gustavo, whether this helps.",
        "And thank you, Dr. Lowen, for your patience.",
        "The folks at Greenfield will like this.",
    ],
)
def test_another_reader_in_english_is_found(words):
    assert "other_recipient" in codes(letter(words, "en"), "rules", context("en"))


@pytest.mark.parametrize(
    "words",
    [
        "山田課長のお話、参考になりました。",
        "オーナー様への連絡が多いと伺いました。",
        "ドライバー様の予定の共有が課題だと伺いました。",
        "サイト様式の見本をお付けします。",
    ],
)
def test_the_reader_and_people_in_general_are_no_other_reader(words):
    assert "other_recipient" not in codes(letter(words), "rules", context())


@pytest.mark.parametrize(
    "words",
    [
        "Ms Smith, you asked for a short summary.",
        "Anna, thank you for the call.",
        "However, it may be late.",
        "Unfortunately, we have no date.",
        "The team at Northwind Traders will like this.",
    ],
)
def test_the_reader_in_english_is_no_other_reader(words):
    assert "other_recipient" not in codes(letter(words, "en"), "rules", context("en"))


def test_who_stands_in_a_fact_may_be_named():
    facts = (Fact("F1", "note", "サンライズ社と渡辺部長にご紹介いただいた"),)
    words = "サンライズ社の渡辺部長のご紹介でご連絡しました。"
    assert "other_recipient" not in codes(letter(words), "rules", context(facts=facts))
    assert "other_recipient" in codes(letter(words), "rules", context())


@pytest.mark.parametrize(
    ("language", "industry", "words"),
    [
        ("en", "manufacturing", "Your students will find the app easy."),
        ("en", "retail", "Your patients see who waits."),
        ("en", "software", "Your drivers get their routes by phone."),
        ("ja", "manufacturing", "貴院の予約に役立ちます。"),
        ("ja", "finance", "御社の乗務員の皆様のシフトに合います。"),
        ("ja", "software", "御社の患者様の待ち時間を減らせます。"),
        ("en", "finance", "On a farm like yours there is no time for forms."),
        ("en", "education", "As a carrier, you know the drill."),
        ("ja", "education", "御社の高炉を止めずに済みます。"),
        ("ja", "construction", "御社のような運送会社に向いています。"),
        ("ja", "logistics", "美容室様の予約表に最適です。"),
    ],
)
def test_people_whom_only_another_industry_has_are_found(language, industry, words):
    text = letter(words, language)
    assert "other_industry" in codes(text, "rules", context(language, industry=industry))


@pytest.mark.parametrize(
    ("language", "industry", "words"),
    [
        ("en", "education", "Your students will find the app easy."),
        ("en", "manufacturing", "Your drivers get their routes by phone."),
        ("en", "other", "Your patients see who waits."),
        ("en", "", "Your patients see who waits."),
        ("en", "software", "The students of the town asked for it."),
        ("ja", "medical", "貴院の予約に役立ちます。"),
        ("ja", "finance", "バスの乗務員の皆様にお会いしました。"),
        ("en", "finance", "We met at the farm of a friend, and you told me of your plan."),
        ("en", "finance", "A bank like yours asked the same."),
        ("ja", "logistics", "御社のような運送会社に向いています。"),
    ],
)
def test_ones_own_people_and_others_people_pass(language, industry, words):
    text = letter(words, language)
    assert "other_industry" not in codes(text, "rules", context(language, industry=industry))
