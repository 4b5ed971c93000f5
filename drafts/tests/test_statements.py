"""What a sentence says: a word of two senses counts with its claim, not where it is denied."""

from __future__ import annotations

import pytest
import regex

from drafts.safety import sentences, statements
from drafts.safety.normal import clean, spelling
from drafts.safety.statements import Statement
from drafts.tests.safety import codes, context, letter

FREE = Statement(
    "discount",
    "ja",
    regex.compile("無料"),
    regex.compile("です|お試し"),
    6,
    regex.compile("ありません|かどうか"),
)
CURE = Statement("medical", "en", regex.compile(r"\bcures?\b"), regex.compile(r"\bpain\b"), 12, None)


def said(words: str, *rules: Statement, allowed=(), names=()) -> list[str]:
    view = clean(words)
    return [view.text[hit.start : hit.end] for hit in statements.find(view, rules, allowed, names)]


def test_a_claim_nearby_makes_a_statement():
    assert said("初月は無料です。", FREE) == ["無料です"]
    assert said("It cures your pain.", CURE) == ["cures your pain"]


@pytest.mark.parametrize(
    "words",
    [
        "無料の駐車場の場所を伺いました。",  # no claim
        "無料の駐車場と近くのお店の地図です。",  # too far from it
        "無料。お試しください。",  # in the next sentence
        "無料\n\nお試しください。",  # in the next paragraph
        "無料ですかとのお尋ねですが、無料ではありません。",  # denied
        "無料かどうかはお答えいたします。",
    ],
)
def test_without_its_claim_a_word_is_no_statement(words):
    assert said(words, FREE) == []


def test_the_claim_may_stand_beside_a_later_mention():
    assert said("無料の駐車場のほか、初月は無料です。", FREE) == ["無料です"]


@pytest.mark.parametrize(
    "words",
    [
        "無\u200b料です。",
        "無 料 で す。",
        "<b>無</b>料です。",
        "&#28961;&#26009;です。",
        "無・料です。",
        "無︎料です。",
    ],
)
def test_a_disguise_hides_nothing(words):
    assert said(words, FREE) != []


def test_full_width_and_capitals_are_read_as_the_reader_reads_them():
    assert said("Ｉｔ ＣＵＲＥＳ ｐａｉｎ．", CURE) == ["CURES pain"]


def test_a_rule_of_one_language_leaves_the_other_alone():
    assert said("無料です", CURE) == []
    assert said("無料は cures pain", CURE) == []


def test_names_and_allowed_phrases_are_no_statements():
    assert said("無料です。", FREE, allowed=(spelling("無料です"),)) == []
    assert said("無料です。", FREE, names=("無料です",)) == []
    assert said("無料です。", FREE, names=("無料",)) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一つ目です。二つ目です！三つ目ですか？", ["一つ目です。", "二つ目です!", "三つ目ですか?"]),
        ("Dear Ms. Smith, hello. It is 3.5 now.", ["Dear Ms. Smith, hello.", "It is 3.5 now."]),
        ("We would like\nto meet you.\nThank you", ["We would like\nto meet you.", "Thank you"]),
        ("ご覧いただき、\nありがとうございます", ["ご覧いただき、\nありがとうございます"]),
        ("「だめです。」と言われました。", ["「だめです。」", "と言われました。"]),
        ("", []),
    ],
)
def test_sentences(text, found):
    shown = clean(text).text
    assert [shown[start:end] for start, end in sentences.split(shown)] == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "効果を保証するものではありません。",
        "値引きのご相談にはメールではお答えできかねます。",
        "無料の駐車場の場所をお知らせくださり、ありがとうございました。",
        "「死ね」「消えろ」のような台詞を含む台本の扱いを伺いました。",
        "薬物乱用防止の教材についてご相談をいただきました。",
        "手形割引の記録の様式を拝見しました。",
    ],
)
def test_denied_quoted_or_spoken_of_is_not_said(words):
    assert codes(letter(words), "rules", context()) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "We cannot guarantee a result. ",
        "We do not offer a discount by mail. ",
        "There is no hurry at all. ",
        'The word "guaranteed" stood on the old label. ',
        "I would appreciate 15 minutes of your time, whenever it suits you. ",
        "Please reply whenever you like. ",
    ],
)
def test_english_denials_are_none_either(words):
    assert codes(letter(words, "en"), "rules", context("en")) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("We can supply cocaine. ", "crime"),
        ("We will kill your business. ", "threat"),
        ("You are a pathetic clown. ", "insult"),
        ("Please send your password. ", "personal"),
        ("We will refund everything you paid. ", "legal"),
        ("You may walk away from it whenever you like. ", "legal"),
    ],
)
def test_said_of_the_reader_it_counts(words, code):
    assert code in codes(letter(words, "en"), "rules", context("en"))
