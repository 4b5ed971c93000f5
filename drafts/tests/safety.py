"""Texts and contexts for the layers, without a database of drafts."""

from __future__ import annotations

from dataclasses import replace

from drafts.safety import rulebook
from drafts.safety.base import Context, Fact, Person, Sender
from drafts.safety.pipeline import examine
from drafts.texts import Text

JA = (
    "株式会社青葉精機\n購買部 課長\n山田 花子 様\n\n突然のご連絡にて失礼いたします。\n"
    "株式会社セールスダッシュ 東日本営業部の佐藤 健と申します。\n\n"
    "先日は弊社のサイトをご覧いただき、誠にありがとうございます。{}"
    "よろしければ、オンラインで15分ほどお時間を頂戴できますと幸いです。\n\n何卒よろしくお願い申し上げます。"
)
EN = (
    "Dear Ms Smith,\n\nMy name is Ken Sato of Salesdash, and this is my first note to Northwind Traders. "
    "Thank you for your interest. {}Would you be available for a 15-minute online call?\n\n"
    "I look forward to hearing from you."
)


def context(language: str = "ja", **changes) -> Context:
    """`claims` are absent unless given: provenance is not judged."""
    if language == "ja":
        made = Context(
            language="ja",
            lead=Person("山田", "花子", "課長", "購買部"),
            company="株式会社青葉精機",
            rules=rulebook.active(),
            industry="manufacturing",
            sender=Sender("佐藤 健", "東日本営業部", "株式会社セールスダッシュ"),
            facts=(Fact("F1", "page_view", "弊社のサイトをご覧", "3"),),
        )
    else:
        made = Context(
            language="en",
            lead=Person("Smith", "Anna", "Buyer", ""),
            company="Northwind Traders Ltd",
            rules=rulebook.active(),
            industry="retail",
            sender=Sender("Ken Sato", "East", "Salesdash"),
        )
    return replace(made, **changes)


def letter(words: str = "", language: str = "ja", subject: str = "") -> Text:
    """A clean letter with `words` put into its middle."""
    body = (JA if language == "ja" else EN).format(words if language == "ja" or not words else f"{words} ")
    return Text(subject or ("サイトの件でご連絡" if language == "ja" else "A short introduction"), body)


def codes(text: Text, layer: str, ctx: Context) -> set[str]:
    (spoken,) = examine(text, ctx, (layer,))
    assert spoken.verdict.outcome != "error", spoken.verdict.reasons
    return {reason.code for reason in spoken.verdict.reasons}


def flagged(text: Text, layer: str, ctx: Context) -> list[str]:
    """The words that the reasons' spans point at."""
    (spoken,) = examine(text, ctx, (layer,))
    parts = {"subject": text.subject, "body": text.body}
    return [parts[r.part][slice(*r.span)] for r in spoken.verdict.reasons if r.span]
