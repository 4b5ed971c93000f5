"""Mails that go to the right reader and are meant for another: by name, or by the people around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety.base import Context, Reason
from drafts.safety.customer import persons
from drafts.safety.industries import AROUND, HOUSE, HOUSES
from drafts.safety.normal import View, clean
from drafts.safety.tokens import tokenize
from leads import folding
from leads.models import Industry

_TITLE: Final = re.compile(
    r"[\s]?(?:代表取締役|取締役|社長|会長|専務|常務|部長|課長|係長|主任|店長|工場長|院長|校長|園長|所長|支店長|理事長|先生)"
)
# written like a name and with a title of respect: no common noun
_FOREIGN_NAME: Final = re.compile(
    r"(?<![ァ-ヺーA-Za-z])([ァ-ヺー]{3,16}|[A-Z][A-Za-z&]{3,20})"
    r"(?:社(?:様|の|で|に|へ)|の皆様|の皆さま|様(?![子式々相態変])|さま|御中)"
)
_PEOPLE: Final = frozenset(
    re.split(
        r"\s+",
        "オーナー ユーザー エンドユーザー スタッフ メーカー パートナー テナント リーダー マネージャー マネジャー ドライバー "
        "クライアント ゲスト ファン メンバー サポーター ベンダー バイヤー ディーラー ドクター ナース ヘルパー エンジニア "
        "デザイナー オペレーター アルバイト パート ボランティア グループ チーム シェフ コーチ トレーナー サプライヤー "
        "リスナー ビジター キャスト クルー ケアマネ ケアマネジャー ドナー オペレータ ユーザ プレーヤー アーティスト "
        "インストラクター カスタマー フランチャイズ フランチャイジー エージェント ディレクター プロデューサー モニター",
    )
)
# found by what they are, in customer.py
_ORGANISATIONS: Final = ("グループ", "ホールディングス")
_VOCATIVE: Final = re.compile(
    r"(?:(?:^|(?<=[.!?] )|(?<=\n))(?:Mr|Ms|Mrs|Miss|Dr|Prof)\.? ([A-Z][\w\-]+), "
    r"|, (?:Mr|Ms|Mrs|Miss|Dr|Prof)\.? ([A-Z][\w\-]+)[.!?]"
    r"|\b(?:[Tt]hank you|[Tt]hanks|[Ll]et me know|[Ss]orry|[Pp]lease|[Bb]elieve me|(?:that|and) you), "
    r"(?:(?:Mr|Ms|Mrs|Miss|Dr|Prof|Colonel|Captain|Sir|Father)\.? )?([A-Z][a-z\-]+)(?: [A-Z][a-z\-]+)?[,.!?]"
    r"|(?:^|(?<=[.!?] )|(?<=\n))([A-Z][a-z]{2,}), (?=(?:I|we|you|thank|thanks|it|my|your|may|would|could)\b))",
    re.MULTILINE,
)
# words that begin a sentence before a comma and are no names
_OPENERS: Final = frozenset(
    re.split(
        r"\s+",
        "However Otherwise Afterwards Then Here There Today Tomorrow Yesterday Recently Finally Meanwhile Honestly Frankly "
        "Naturally Perhaps Maybe Please Hello Hi Sorry Thanks Also Therefore Still Now Again Instead Moreover Overall "
        "Briefly Personally Usually Normally Apparently Unfortunately Luckily Fortunately Sadly Clearly Obviously "
        "Incidentally Alternatively Additionally Furthermore Besides Since First Second Third Next Last Lastly Sometimes "
        "Lately Anyway Well Yes Sure Indeed Likewise Nevertheless Nonetheless Hence Thus Either Regardless Ideally "
        "Previously Currently Eventually Soon Later Afterward Upstairs Downstairs Inside Outside Everybody Everyone Folks "
        "Team Colleagues Ladies Gentlemen Friends Sir Madam Greetings Congratulations Monday Tuesday Wednesday Thursday "
        "Friday Saturday Sunday January February March April May June July August September October November December "
        "Spring Summer Autumn Winter Christmas Easter Nearby Locally Together Alone Quickly Shortly Admittedly "
        "Hopefully Thankfully Understandably Seriously Truthfully Surprisingly Interestingly Curiously Strangely Once",
    )
)
_PLACED: Final = re.compile(
    r"\b(?i:your (?:role|work|job|team|colleagues|time|start|people)|the team|folks|legal|the board|head of [a-z]+|everyone|everybody|all) at "
    r"((?:[A-Z][\w&'\-]+)(?: (?:& |of |and )?[A-Z][\w&'\-]+){0,3})"
    r"|\b(?:have|see|welcom\w+|get|win|convince) ((?:[A-Z][\w&'\-]+)(?: (?:& )?[A-Z][\w&'\-]+){0,3}) "
    r"(?:on board|among our|as a (?:customer|client|user)|to our (?:users|customers|clients))"
)


def check(part: str, view: View, context: Context) -> Iterator[Reason]:
    known = context.known_words
    for start, end in (*_japanese(view.text, known), *_english(view.text, known)):
        yield Reason("other_recipient", part=part, span=view.span(start, end))
    yield from _other_industry(part, view, context)


def _japanese(text: str, known: str) -> Iterator[tuple[int, int]]:
    for first, last in persons(tokenize(text)):
        name = text[first.start : last.end]
        if len(name) > 1 and _TITLE.match(text, last.end) and not _is_known(name, known):
            yield first.start, last.end
    for found in _FOREIGN_NAME.finditer(text):
        name = found.group(1)
        if not name.endswith((*_PEOPLE, *_ORGANISATIONS)) and not _is_known(name, known):
            yield found.span(1)


def _english(text: str, known: str) -> Iterator[tuple[int, int]]:
    for found in (*_VOCATIVE.finditer(text), *_PLACED.finditer(text)):
        group = next(number for number, name in enumerate(found.groups(), start=1) if name)
        name = found.group(group)
        if name not in _OPENERS and not name.endswith("ly") and not _is_known(name, known):
            yield found.span(group)


def _is_known(name: str, known: str) -> bool:
    return folding.fold(name) in known or all(folding.fold(word) in known for word in name.split())


def _other_industry(part: str, view: View, context: Context) -> Iterator[Reason]:
    """Your pupils, 貴院: whom a reader has around them says what they do."""
    if not context.industry or context.industry == Industry.OTHER:
        return
    sources = (context.company, context.lead.department, context.lead.title, context.industry_label)
    own = clean(" ".join((*sources, *(fact.text for fact in context.facts)))).text.lower()
    for industries, words in AROUND:
        for found in words.finditer(view.text) if context.industry not in industries else ():
            if next(word for word in found.groups() if word).lower() not in own:
                yield Reason("other_industry", part=part, span=view.span(*found.span()))
    for found in HOUSE.finditer(view.text):
        house = next(word for word in found.groups() if word)
        if HOUSES[house] != context.industry and house not in own:
            yield Reason("other_industry", part=part, span=view.span(*found.span()))
