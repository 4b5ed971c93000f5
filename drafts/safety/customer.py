"""The right customer: named at all, and no other person, company or industry in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from drafts.safety import sentences
from drafts.safety.base import Context, Reason
from drafts.safety.industries import INDUSTRIES, WORK
from drafts.safety.normal import View, clean
from drafts.safety.tokens import Token, tokenize
from leads import folding
from leads.models import Industry

# a company's name is looked for among runs of so many words
_MAX_WORDS: Final = 6
_MIN_KEY_CHARS: Final = 2
_LEGAL: Final = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)|㈱|㈲")
_HONORIFIC: Final = re.compile(r"[\s]*(?:様|さま|さん|氏|殿)")
_GREETING: Final = re.compile(r"^\s*(?:dear|hi|hello)\s+([^,\n:]{1,60})[,:\n]", re.IGNORECASE | re.MULTILINE)
_READER: Final = re.compile(
    r"様|さま|御社|貴社|貴院|貴校|(?:お悩み|お困り)では|に最適|にぴったり|\byou(?:r|rs)?\b",
    re.IGNORECASE | re.ASCII,
)
_NOBODY: Final = re.compile(
    r"\b(?:sir|madam|team|all|there|colleagues?|customer|hiring|manager|whom|everyone|friends?)\b",
    re.IGNORECASE,
)
_ENGLISH_RUN: Final = re.compile(
    r"[A-Z][\w&.\-']*(?:\s+(?:&\s+|of\s+|and\s+)?[A-Z][\w&.\-']*){0,4}", re.ASCII
)
_ORGANISATION: Final = re.compile(
    r"([一-鿿ァ-ヺー々ヶケ]{2,12}(?:学院|学園|大学|高校|病院|医院|クリニック|製薬|工業|商事|銀行|信用金庫|商店|百貨店|運輸|物流|建設|電機|"
    r"製作所|食品|ホテル|旅館|保険|証券|不動産|印刷|出版|新聞|テレビ|薬局|鉄道|航空|自動車|化学|鉄鋼|電力|市役所|区役所|グループ|ホールディングス|電工|精機|精工|建材|水産|酒造|商会|産業|物産|通商|興業|運送|工務店))"
    r"(?:様|さま|さん|殿|御中|の(?:皆様|皆さま|社長|担当))"
)
# names that are common nouns without a title of respect behind them
_FIRM: Final = re.compile(
    r"(?<![一-鿿ァ-ヺー々ヶケ])((?![各同御貴弊当両全諸某別他])[一-鿿ァ-ヺー々ヶケ]{1,12}(?:(?<![番仕取枠])組|倉庫|管理|包装|荘|亭|苑|庵|デンタル|歯科|化粧品|製菓|製粉|製麺|製紙|製材|製鋼|紙業|紙器|金属|化成"
    r"|ケミカル|技研|重工|機工|電子|電装|電気|通信|設備|設計|建築|住宅|興産|実業|総業|農園|牧場|観光|交通|タクシー|陸運|海運|通運|冷蔵|フーズ|マート|ストア|リース|テック|システムズ|エンジニアリング"
    r"|トラベル|モータース|ファーマ|石油|木材|石材|硝子|染工|織物|紡績|刃物|農機|書店|書房|米菓|乳業|製油|飲料))(?:様|さま|さん|殿|御中|の(?:部長|課長|専務|常務|社長)さん)"
)
_ENGLISH_ORGANISATION: Final = re.compile(
    r"\b(?!(?:At|From|In|With|For|To|And|The) )((?:[A-Z][\w'\-]+ (?:& )?){1,3}"
    r"(?:Pharma(?:ceuticals)?|Bank|Hotels?|Foods?|Logistics|Hospital|University|School|College|Academy|"
    r"Clinic|Group|Holdings|Partners|Industries|Motors|Airlines|Airways|Insurance|Studios?|Steel|Energy|Foundation|Council|Labs?|Systems|"
    r"Technologies|Consulting|Solutions|Shipping|Bakery|Brewery|Dairy|Builders|Construction|Realty|Press|Media|Textiles|Chemicals))\b",
    re.ASCII,
)
# a name beside its legal form
COMPANY: Final = re.compile(
    r"(?:株式会社|有限会社|合同会社|\(株\))\s?[\wー・&]{2,20}|[\wー・&]{2,20}(?:株式会社|有限会社|合同会社|\(株\))"
    # a name behind the form: what stands before it is the rest of a sentence
    r"(?!(?!様|殿|御中|社長|代表|宛|側|内|本社|各)[一-鿿ァ-ヺA-Za-z])"
    r"|(?<![A-Za-z])[A-Z][A-Za-z0-9&\-]*(?: [A-Z][A-Za-z0-9&\-]*){0,3},? "
    r"(?:Inc|Ltd|Corp|Corporation|LLC|GmbH|Co)(?![A-Za-z])"
)
_ENGLISH_TITLE: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+", re.IGNORECASE)


def check(subject: View, body: View, context: Context) -> Iterator[Reason]:
    whole = folding.fold(f"{subject.text}\n{body.text}")
    yield from _named(whole, context)
    for part, view in (("subject", subject), ("body", body)):
        yield from _other_recipient(part, view, context)
        yield from _other_industry(part, view, context)
        yield from _other_organisation(part, view, context)
    yield from _other_customers({"subject": subject, "body": body}, context)


def _named(whole: str, context: Context) -> Iterator[Reason]:
    companies = {folding.company_key(name) for name in (context.company, *context.company_names) if name}
    plain = re.sub(r"[^\w&+ー]|_", "", whole)
    written = any(name and folding.fold(name) in whole for name in (context.company, *context.company_names))
    if companies and not written and not any(key and key in plain for key in companies):
        yield Reason("company_missing", part="body")
    names = {folding.fold(name) for name in (context.lead.family_name, context.lead.given_name) if name}
    if names and not any(name in whole for name in names):
        yield Reason("name_missing", part="body")


def _other_recipient(part: str, view: View, context: Context) -> Iterator[Reason]:
    known = context.known_words
    for first, last in persons(tokenize(view.text)):
        addressed = _HONORIFIC.match(view.text, last.end)
        if addressed and not _is_known(view.text[first.start : last.end], known):
            yield Reason("other_recipient", part=part, span=view.span(first.start, last.end))
    for found in _GREETING.finditer(view.text):
        name = _ENGLISH_TITLE.sub("", found.group(1)).strip().removesuffix("-san")
        if not _NOBODY.search(name) and not _is_known(name, known):
            yield Reason("other_recipient", part=part, span=view.span(*found.span(1)))


def persons(words: tuple[Token, ...]) -> Iterator[tuple[Token, Token]]:
    """First and last word of each person's name; a space may stand inside."""
    run: list[Token] = []
    for word in words:
        if word.is_person:
            run.append(word)
        elif run and word.kind != "空白":
            yield run[0], run[-1]
            run = []
    if run:
        yield run[0], run[-1]


def _is_known(name: str, known: str) -> bool:
    """Every part of the name is known; each on its own, for they may stand in either order."""
    return all(folding.fold(word) in known for word in name.split())


def _other_industry(part: str, view: View, context: Context) -> Iterator[Reason]:
    if not context.industry or context.industry == Industry.OTHER:
        return
    lead, sender = context.lead, context.sender
    own = clean(
        " ".join(
            [
                *(context.company, sender.company, sender.team, lead.department, lead.title),
                *(fact.text for fact in context.facts),
            ]
        )
    ).text
    for kind in (INDUSTRIES, WORK):
        for industry, words in kind.items():
            for found in words.finditer(view.text) if industry != context.industry else ():
                if found.group() in own or (
                    kind is WORK and not _of_reader(view.text, found.start(), context)
                ):
                    continue
                yield Reason("other_industry", part=part, span=view.span(*found.span()))


def _of_reader(text: str, place: int, context: Context) -> bool:
    """Whether the sentence around `place` speaks to the reader: a school's harvest is no farm's."""
    for start, end in sentences.split(text):
        if start <= place < end:
            sentence = text[start:end]
            names = (context.company, *context.company_names, context.lead.family_name)
            return bool(_READER.search(sentence)) or any(name and name in sentence for name in names)
    return True


def _other_organisation(part: str, view: View, context: Context) -> Iterator[Reason]:
    """星ヶ丘学院様: by its last syllables an organisation, and neither the customer nor in a fact."""
    known = re.sub(r"[^\w&+ー]|_", "", context.known_words)
    own = [folding.company_key(name) for name in (context.company, *context.company_names) if name]
    for found in (
        *_ORGANISATION.finditer(view.text),
        *_FIRM.finditer(view.text),
        *_ENGLISH_ORGANISATION.finditer(view.text),
    ):
        key = folding.company_key(found.group(1))
        if key not in known and not any(name and name in key for name in own):
            yield Reason("uncited_name", part=part, span=view.span(*found.span(1)))
    own.append(folding.company_key(context.sender.company))
    for found in COMPANY.finditer(view.text):
        key = folding.company_key(found.group())
        if key not in known and not any(name and (name in key or key in name) for name in own):
            yield Reason("uncited_name", part=part, span=view.span(*found.span()))


def _other_customers(views: Mapping[str, View], context: Context) -> Iterator[Reason]:
    """Runs of words that are the name of another company among the team's leads: one indexed look-up."""
    if context.known_companies is None:
        return
    own = {
        folding.company_key(name)
        for name in (context.company, *context.company_names, context.sender.company)
    }
    places: dict[tuple[str, str], tuple[int, int]] = {}
    for part, view in views.items():
        for start, end in runs(view.text):
            key = _key(view.text[start:end])
            if len(key) >= _MIN_KEY_CHARS and key not in own:
                places.setdefault((key, part), (start, end))
    known = context.known_companies({key for key, _part in places}) if places else set()
    for key, part in sorted(places):
        if key in known and not any(key in name for name in own):
            yield Reason("other_customer", part=part, span=views[part].span(*places[key, part]))


@lru_cache(maxsize=8192)
def _key(run: str) -> str:
    """Sixty a text, and most of them stand in every other text, too."""
    return folding.company_key(run)


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Where the name of a company may stand."""
    yield from _japanese_runs(text)
    yield from _english_runs(text)


def _japanese_runs(text: str) -> Iterator[tuple[int, int]]:
    """Up to six words in a row; a lone common noun counts only beside 株式会社 and the like."""
    words = tokenize(text)
    for at, first in enumerate(words):
        if first.kind not in ("名詞", "接頭辞", "接尾辞", "形状詞", "記号"):
            continue
        run = []
        for last in words[at : at + _MAX_WORDS]:
            if last.kind not in ("名詞", "接頭辞", "接尾辞", "形状詞", "記号", "補助記号"):
                break
            if last.surface in "、。\n" or "\n" in last.surface:
                break
            run.append(last)
            beside = text[max(0, first.start - 4) : last.end + 4]
            if len(run) > 1 or any(word.is_name for word in run) or _LEGAL.search(beside):
                yield first.start, last.end


def _english_runs(text: str) -> Iterator[tuple[int, int]]:
    for found in _ENGLISH_RUN.finditer(text):
        words = list(re.finditer(r"\S+", found.group()))
        for at, first in enumerate(words):
            for last in words[at:]:
                yield found.start() + first.start(), found.start() + last.end()
