"""The outward form: what no person may let through."""

from __future__ import annotations

import pytest

from drafts.safety.pipeline import examine
from drafts.tests.safety import codes, context, flagged, letter
from drafts.texts import Text

pytestmark = pytest.mark.django_db

BROKEN = {
    "placeholder": [
        "{{ company }}様、",
        "{name}様、",
        "[会社名]の皆様、",
        "【お名前】様、",
        "〇〇様の件です。",
        "○○株式会社の",
        "XXX様、",
        "[Your Name]より、",
        "___様、",
        "%sの件、",
        "＜会社名＞の件、",
        "TBDとなります。",
        "●●の件ですが、",
    ],
    "markup": [
        "<b>重要</b>です。",
        "**重要**です。",
        "```です。",
        "[こちら](x)です。",
        "A&amp;Bです。",
        '{"subject": "x"}',
        "1行目\\n2行目",
        "&nbsp;です。",
    ],
    "url_not_allowed": [
        "https://evil.example.com/x をご覧ください。",
        "evil-site.comをご覧ください。",
        "hxxp://evil.example.org をどうぞ。",
        "bit.ly/abc をどうぞ。",
        "evil[.]com です。",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ です。",
        "https://good.jp@evil.com/ です。",
    ],
    "foreign_address": [
        "tanaka@other.example.jp まで。",
        "tanaka[at]other.example.jp まで。",
        "tanaka＠other.example.jp まで。",
    ],
    "foreign_phone": [
        "03-9999-8888 までお電話ください。",
        "０９０－１２３４－５６７８ です。",
        "+81 3 1234 5678 です。",
    ],
    "hidden_characters": [
        "お\u202e知らせ\u202cです。",
        "お知らせ\U000e0061です。",
        "お\u200b知\u200bら\u200bせです。",
    ],
}


@pytest.mark.parametrize(
    ("code", "words"), [(code, words) for code, all_ in BROKEN.items() for words in all_]
)
def test_a_broken_form_blocks(code, words):
    text = letter(words)
    (spoken,) = examine(text, context(), ("format",))
    assert code in {reason.code for reason in spoken.verdict.reasons}
    assert spoken.verdict.blocking


def test_known_contacts_may_stand_in_the_text():
    known = context(own_contacts=("sato@example.com", "03-1234-5678", "0312345678"))
    words = "sato@example.com または 03-1234-5678 までご連絡ください。"
    assert codes(letter(words), "format", known) == set()


def test_allowed_hosts_and_their_subdomains_pass(team):
    from dataclasses import replace

    rules = replace(context().rules, url_hosts=frozenset({"example.co.jp"}))
    ctx = context(rules=rules)
    assert (
        codes(letter("https://example.co.jp/a と https://docs.example.co.jp/b です。"), "format", ctx)
        == set()
    )
    assert codes(letter("https://notexample.co.jp/ です。"), "format", ctx) == {"url_not_allowed"}
    assert codes(letter("https://example.co.jp.evil.com/ です。"), "format", ctx) == {"url_not_allowed"}


def test_a_customer_named_like_a_host_or_a_placeholder_is_no_link():
    text = letter()
    for name in ("株式会社ドットCOM", "Booking.com Japan株式会社", "株式会社〇〇"):
        named = Text(text.subject, text.body.replace("株式会社青葉精機", name))
        assert codes(named, "format", context(company=name)) == set()


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("", "本文です。" * 20, "subject_missing"),
        ("件名", "", "body_missing"),
        ("件名", "短い。", "body_short"),
        ("件名", "長い本文です。" * 400, "body_long"),
        ("件" * 81, "本文です。" * 20, "subject_long"),
        ("件名", "This is an English letter to a Japanese reader, and that is not what they read." * 2, "wrong_language"),
    ],
)  # fmt: skip
def test_sizes_and_language(subject, body, code):
    assert code in codes(Text(subject, body), "format", context())


def test_an_english_letter_may_hold_a_japanese_name_but_no_japanese_sentence():
    english = letter("", "en")
    named = Text(english.subject, english.body.replace("Ken Sato", "佐藤 健"))
    from drafts.safety.base import Sender

    assert codes(named, "format", context("en", sender=Sender("佐藤 健", "East", "Salesdash"))) == set()
    mixed = letter("突然のご連絡にて失礼いたします。何卒よろしくお願い申し上げます。", "en")
    assert codes(mixed, "format", context("en")) == {"wrong_language"}


def test_spans_point_into_the_original():
    assert flagged(letter("{{ company }}様、"), "format", context()) == ["{{ company }}"]
