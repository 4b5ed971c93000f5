"""Banned words in every guise, and real names that only look like them."""

from __future__ import annotations

import pytest

from drafts.tests.safety import codes, context, flagged, letter

pytestmark = pytest.mark.django_db

PLAIN = [
    ("お前はバカだ。", "insult"),
    ("馬鹿な質問ですね。", "insult"),
    ("この役立たず。", "insult"),
    ("死ね。", "threat"),
    ("殺すぞ。", "threat"),
    ("痛い目に遭わせますよ。", "threat"),
    ("キチガイ沙汰です。", "discrimination"),
    ("女のくせに生意気です。", "discrimination"),
    ("セックスの話をしましょう。", "sexual"),
    ("覚醒剤を扱います。", "crime"),
    ("ふざけるな。", "rude"),
    ("てめえに言っている。", "rude"),
]
DISGUISED = {
    "full and half width": "お前はﾊﾞｶだ。",
    "hiragana": "おまえは、ばか。",
    "mixed kana": "あなたはばカですね。",
    "spaces": "あなたは バ カ です。",
    "ideographic spaces": "あなたは バ　カ です。",
    "middle dots": "あなたは、バ・カ、です。",
    "long marks": "あなたは、バーカ、です。",
    "wavy marks": "あなたは、バ〜カ、です。",
    "zero width": "あなたは、バ\u200bカ、です。",
    "soft hyphen": "あなたは、バ\u00adカ、です。",
    "tag characters": "あなたは、バ\U000e0061\U000e0062カ、です。",
    "variation selectors": "あなたは、バ\ufe0fカ\ufe0f、です。",
    "direction marks": "あなたは、バ\u202eカ\u202c、です。",
    "decimal entities": "あなたは、&#12496;&#12459;、です。",
    "hexadecimal entities": "あなたは、&#x30D0;&#x30AB;、です。",
    "double entities": "あなたは、&amp;#12496;&amp;#12459;、です。",
    "split tags": "あなたは、バ<b></b>カ、です。",
    "comments": "あなたは、バ<!-- x -->カ、です。",
    "combining voice marks": "あなたは、ハ\u3099カ、です。",
    "look-alike kanji": "あなたは、バ力、です。",
    "masked": "あなたは、バ○です。",
    "masked with a star": "あなたは、バ＊です。",
    "circled letters": "You are an ⓘⓓⓘⓞⓣ.",
    "small kana": "ちくしょう、と言いたい。",
    "decorated": "あなたは、バ̶カ̶、です。",
}
ENGLISH_GUISES = {
    "plain": "You are an idiot.",
    "capitals": "You are an IDIOT.",
    "plural": "You are all idiots.",
    "leet": "You are an 1d10t.",
    "at and dollar": "What an @$$hole you are.",
    "spaced": "You are an i d i o t.",
    "dotted": "You are an i.d.i.o.t.",
    "hyphens": "You are an id-iot.",
    "masked": "You are an id*ot.",
    "drawn out": "You are an idiooooot.",
    "Cyrillic": "You are an іdіоt.",
    "Greek": "You are an idiοt.",
    "accents": "You are an ídïöt.",
    "full width": "You are an ｉｄｉｏｔ.",
    "mathematical": "You are an 𝐢𝐝𝐢𝐨𝐭.",
    "zero width": "You are an id\u200biot.",
    "split tag": "You are an id<i></i>iot.",
    "entity": "You are an &#105;diot.",
    "phrase": "You are a piece of  shit.",
    "threat": "Reply, or I will hurt you.",
}
HARMLESS = [
    "ソフィアホールディングス様のセミナーでご挨拶しました。",
    "カスタマーサクセスの担当者が付きます。",
    "アクセスカウンターのご相談です。",
    "ソフィア ホールディングス様とは別件です。",
    "スカスカの棚を減らす取り組みです。",
    "エンジニアホットラインへお電話ください。",
    "貴社のブースへ伺いました。",
    "デブリーフィングの場を設けます。",
    "ご不明な点はございませんでしょうか。",
    "ハゲタカファンドの小説を読みました。",
    "バカンスのシーズンですね。",
    "営業×カスタマーサポートの連携です。",
    "二〇二六年の計画についてです。",
    "●アクセス方法をお送りします。",
    "かたわらでお手伝いいたします。",
    "クソン電機様の事例です。",
    "ばかりでなく、運用もお手伝いします。",
]
HARMLESS_ENGLISH = [
    "Greetings from our office near Scunthorpe.",
    "Your assessment of the classic process is welcome.",
    "We met at the Essex and Sussex fair.",
    "Mr Dickson will join the call.",
    "The cockpit view shows the shitake order.",
    "We analyse the title of each document.",
    "The therapist practice in Penistone wrote to us.",
]


@pytest.mark.parametrize(("words", "code"), PLAIN)
def test_plain_words_are_found(words, code):
    assert code in codes(letter(words), "rules", context())


@pytest.mark.parametrize("guise", DISGUISED)
def test_disguised_japanese_is_found(guise):
    assert codes(letter(DISGUISED[guise]), "rules", context()) & {"insult"}


@pytest.mark.parametrize("guise", ENGLISH_GUISES)
def test_disguised_english_is_found(guise):
    found = codes(letter(ENGLISH_GUISES[guise], "en"), "rules", context("en"))
    assert found & {"insult", "threat"}


def test_english_is_found_in_a_japanese_letter():
    assert "insult" in codes(letter("You idiot."), "rules", context())


@pytest.mark.parametrize("words", HARMLESS)
def test_harmless_japanese_passes(words):
    # some name companies that no fact knows: that is another matter
    assert codes(letter(words), "rules", context()) <= {"uncited_name"}


@pytest.mark.parametrize("words", HARMLESS_ENGLISH)
def test_harmless_english_passes(words):
    assert codes(letter(words, "en"), "rules", context("en")) == set()


@pytest.mark.parametrize(
    "company",
    [
        "株式会社ソフィアホールディングス",
        "カスタマーサクセス株式会社",
        "株式会社バカラ",
        "アホロートル研究所",
        "株式会社クズハ",
    ],
)
def test_customers_with_bad_syllables_can_be_written_to(company):
    text = letter()
    named = type(text)(text.subject, text.body.replace("株式会社青葉精機", company))
    assert codes(named, "rules", context(company=company)) == set()


def test_the_span_points_at_the_word_in_the_original_text():
    assert flagged(letter("あなたは、バ&#12459;、です。"), "rules", context()) == ["バ&#12459;"]


def test_the_subject_is_looked_at_too():
    assert "insult" in codes(letter(subject="バカへ"), "rules", context())
