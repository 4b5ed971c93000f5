"""Replies that ask to stop, and those that only sound like it, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.inbound import stop_words

ASK = [
    "今後、メールの配信を停止してください。",
    "配信停止をお願いいたします。",
    "お世話になっております。\n青葉精機の山田です。\n\n恐れ入りますが、今後のご案内は不要です。\nよろしくお願いいたします。",
    "メールは送らないでください。",
    "もう連絡しないでほしい。",
    "今後のご連絡はお控えいただけますでしょうか。",
    "営業メールはお断りしております。",
    "貴社のリストから私のアドレスを削除してください。",
    "配信先から外していただけますか？",
    "大変恐縮ですが、このようなメールの送信はご遠\n慮ください。",
    "ＤＭの停止を希望します",
    "配信停止",
    "メルマガは必要ありません。",
    "以後のメール配信を止めていただきたく、お願い申し上げます。",
    "もし可能でしたら、メールの配信を停止していただけますか。",
    "登録解除をお願いします。\n\n2026年11月29日(日) 18:02 佐藤 葵 <rep@ours.example>:\n> 突然のご連絡にて失礼いたします。",
    "Please stop writing to me.",
    "Stop emailing me!",
    "Kindly unsubscribe me from this list.",
    "unsubscribe",
    "STOP",
    "Please remove me from your mailing list. Thanks, Anna",
    "Take us off your distribution list, please.",
    "I no longer wish to receive these e-mails.",
    "Hello,\n\nplease don’t contact me again.\n\nBest regards",
    "Don't send me any more emails.",
    "We do not want to receive\nfurther mails from your company.",
    "No more emails please.",
    "I'd like to opt out.",
    "Please cease all further messages to this address.",
    "Thank you for your mail, but please leave us alone.",
]  # fmt: skip
DO_NOT_ASK = [
    "",
    "ご連絡ありがとうございます。来週の火曜日はいかがでしょうか。",
    "設備の停止作業があるため、来週以降でお願いします。",
    "このメールへの返信は不要です。",
    "添付の資料は不要ですので、料金表だけお送りください。",
    "メール配信システムの停止について詳しく教えてください。",
    "お問い合わせが遅くなり、ご連絡を控えておりました。",
    "配信停止の方法をお客様に案内する機能はありますか。",
    "ご案内が不要な場合はこちらまでお知らせください。",
    "配信を停止しないでください。楽しみにしています。",
    "サーバーが止まってしまい、メールを拝見できていませんでした。",
    "納期の件、キャンセルさせてください。",
    "見積書は郵送不要です。PDFをメールでお送りください。",
    "電話ではなくメールでの連絡を希望します。",
    "Thanks, Tuesday at ten suits me well.",
    "Please stop by our office next week.",
    "Please do not hesitate to contact me.",
    "Could you send me more information?",
    "Please do not send me the invoice yet.",
    "Don't stop sending your updates, they are useful.",
    "How can our customers unsubscribe from mails that your product sends?",
    "The machine stopped and nobody wrote to us.",
    "If you no longer wish to receive mail, tell us.",
    "I have not received your mail, please send it again.",
    "We removed the old list from the database last year.",
    "興味があります。詳しくお聞かせください。\n\n-----Original Message-----\n今後のメールは送らないでください。",
    "Sounds good.\n\nOn Sun, 29 Nov 2026 at 18:02, Sato <rep@ours.example> wrote:\nPlease unsubscribe me.",
    "Yes, please.\n> Please stop writing to me.",
    "お願いします。\n\n差出人: 佐藤 <rep@ours.example>\n配信停止をお願いします。",
]  # fmt: skip


@pytest.mark.parametrize("text", ASK)
def test_it_asks(text):
    assert stop_words.asks_to_stop(text)


@pytest.mark.parametrize("text", DO_NOT_ASK)
def test_it_does_not(text):
    assert not stop_words.asks_to_stop(text)


@given(st.text(alphabet="停止配信メール不要を送らないで。くださいstop sending mail me\n> ", max_size=300))
def test_whatever_is_quoted_does_not_count(text):
    assert not stop_words.asks_to_stop("\n".join(f"> {line}" for line in text.split("\n")))


def test_a_reply_that_is_made_to_be_slow_is_not():
    """Rules are looked for in what strangers write: no pattern may take more than one look per letter."""
    for text in ("メール" * 6000, "stop " * 4000, "please do not send any more " * 700, "配信を停止" * 4000):
        stop_words.asks_to_stop(text + "x")
