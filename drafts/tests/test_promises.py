"""What only a person may let go out, and what is none of it."""

from __future__ import annotations

import pytest

from drafts.tests.safety import codes, context, letter

pytestmark = pytest.mark.django_db

JAPANESE = {
    "guarantee": [
        "成果を保証いたします。",
        "保証部分は弊社が負担します。",
        "必ずお役に立ちます。",
        "絶対に損はさせません。",
        "ぜったいに大丈夫です。",
        "100%ご満足いただけます。",
        "１００％成功します。",
        "確実に成果が出ます。",
        "売上が2倍になります。",
        "工数を三割減らせます。",
        "保 証いたします。",
        "ノーリスクでお試しください。",
        "お約束いたします。",
    ],
    "discount": [
        "今なら50%割引です。",
        "3割引でご提供します。",
        "初月無料です。",
        "無 料でお試しいただけます。",
        "半額でご案内します。",
        "0円で始められます。",
        "値引きいたします。",
        "ギフト券を差し上げます。",
        "５０％ＯＦＦです。",
    ],
    "price": [
        "月額5,000円です。",
        "五万円で導入できます。",
        "$500でご利用いただけます。",
    ],
    "superlative": [
        "業界No.1のサービスです。",
        "日本一の実績です。",
        "世界初の機能です。",
    ],
    "legal": [
        "違約金はありません。",
        "全額返金いたします。",
        "損害賠償を請求します。",
    ],
    "medical": [
        "がんが治ります。",
        "副作用はありません。",
    ],
    "financial": [
        "元本保証の商品です。",
        "必ず儲かります。",
    ],
    "pressure": [
        "本日限りのご案内です。",
        "先着10社限定です。",
        "至急ご返信ください。",
    ],
    "disparagement": [
        "他社より優れています。",
    ],
    "personal": [
        "生年月日を教えてください。",
    ],
}
ENGLISH = {
    "guarantee": [
        "We guarantee results. ",
        "This is risk-free. ",
        "It will double your sales. ",
        "We cut costs by 30%. ",
    ],
    "discount": [
        "Get 50% off today. ",
        "The first month is for free. ",
        "A free trial awaits. ",
    ],
    "price": [
        "It costs $500. ",
        "Only 500 dollars. ",
    ],
    "superlative": [
        "We are the best in the world. ",
    ],
    "legal": [
        "We will take legal action. ",
        "You get a full refund. ",
    ],
    "medical": [
        "It cures back pain. ",
    ],
    "financial": [
        "Guaranteed returns. ",
    ],
    "pressure": [
        "Act now. ",
        "This is your last chance. ",
    ],
    "disparagement": [
        "Unlike our competitors, we deliver. ",
    ],
    "personal": [
        "Please send your date of birth. ",
    ],
}
HARMLESS = [
    "弊社の料金ページをご覧いただきました。",
    "円滑な導入をお手伝いいたします。",
    "信用保証協会様のご紹介です。",
    "必ずしも今すぐでなくて構いません。",
    "保証人は不要かとのお問い合わせでした。",
    "品質保証部の皆様のご事情を伺いたく存じます。",
    "お得意様へのご挨拶です。",
    "絶対値の計算機能の話です。",
    "ご一緒に課題を整理できれば幸いです。",
    "効果についてはお話を伺ったうえでご説明いたします。",
    "ご不要でしたらその旨お知らせください。",
    "製造業の皆様のご事情を伺いたく存じます。",
    "返信のみでも歓迎いたします。",
]


def pairs(table):
    return [(code, words) for code, sentences in table.items() for words in sentences]


@pytest.mark.parametrize(("code", "words"), pairs(JAPANESE))
def test_japanese_promises_go_to_a_person(code, words):
    assert code in codes(letter(words), "rules", context())


@pytest.mark.parametrize(("code", "words"), pairs(ENGLISH))
def test_english_promises_go_to_a_person(code, words):
    assert code in codes(letter(words, "en"), "rules", context("en"))


@pytest.mark.parametrize("words", HARMLESS)
def test_harmless_wording_passes(words):
    assert codes(letter(words), "rules", context()) == set()


def test_clean_letters_pass_every_local_layer():
    for language in ("ja", "en"):
        for layer in ("input_filter", "format", "rules"):
            assert codes(letter(language=language), layer, context(language)) == set()
