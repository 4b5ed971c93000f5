"""Spellings that a person takes for the same: folded to one form for search and for matching companies.

`fold` maps full and half width, upper and lower case, hiragana and katakana, old and new or variant kanji
onto one spelling and takes spaces out. The search index holds the bigrams of the folded fields; a query is
answered by the index (all its bigrams) and rechecked by `strpos`, so that no extension is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from operator import add
from typing import Final, NamedTuple, TypeVar

from django.db import models
from django.db.models import Case, F, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from leads import rarity
from leads.models.lead import Company, Lead

M = TypeVar("M", bound=models.Model)

# each group is written by its first character; the others occur in names as variants of it
_VARIANTS: Final = (
    "高髙", "崎﨑嵜碕", "辺邉邊", "斉斎齋齊", "浜濱濵", "沢澤", "広廣", "国國", "真眞", "桜櫻", "島嶋嶌",
    "条條", "滝瀧", "竜龍", "恵惠", "栄榮", "富冨", "吉𠮷", "徳德", "薮藪", "館舘", "橋𣘺", "寿壽", "実實",
    "応應", "学學", "会會", "黒黑", "青靑", "清淸", "増增", "緒緖", "郎郞", "弥彌", "与與", "万萬", "豊豐",
    "亀龜", "鉄鐵鐡", "芸藝", "円圓", "経經", "済濟", "産產", "関關", "証證", "気氣", "駅驛", "亘亙", "塩鹽",
    "荘莊", "蔵藏", "仏佛", "宝寶寳", "礼禮", "来來", "巌巖", "岳嶽", "渓溪", "遥遙", "尭堯", "穂穗",
    "聡聰", "総總", "横橫", "歩步", "毎每", "瀬瀨", "鶏鷄", "麹麴", "槙槇", "頴穎", "桧檜",
    "芦蘆", "鴎鷗", "籠篭", "諌諫",
)  # fmt: skip
_KANJI: Final = {ord(other): group[0] for group in _VARIANTS for other in group[1:]}
# hiragana ぁ–ゖ, ゝ, ゞ lie 0x60 below their katakana
_KANA: Final = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_TABLE: Final = {**_KANJI, **_KANA, **_DASHES}
_DROPPED: Final = re.compile(
    r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)

_LEGAL_JA: Final = re.compile(
    r"\(?(?:株式会社|有限会社|合同会社|合資会社|合名会社|相互会社"
    r"|(?:一般|公益)?(?:社団|財団)法人|(?:特定)?医療法人(?:社団|財団)?|学校法人|社会福祉法人|宗教法人"
    r"|特定非営利活動法人|npo法人|(?:地方)?独立行政法人|国立大学法人|税理士法人|弁護士法人"
    r"|カブシキガイシャ|カブシキカイシャ|ユウゲンガイシャ|ゴウドウガイシャ)\)?|\((?:株|有|同|資|名|社|財|学|医)\)"
)
_LEGAL_EN: Final = re.compile(
    r"(?<![\w&])(?:co\.?,?\s*ltd|company\s+limited|limited|ltd|inc(?:orporated)?|corp(?:oration)?|company|co|llc|llp|plc"
    r"|k\.\s?k|kk|gmbh|ag|s\.\s?a|pty|pte|b\.\s?v|n\.\s?v)\.?(?![\w&])"
)
_PUNCTUATION: Final = re.compile(r"[^\w&+ー]+|_+")

MAX_QUERY_WORDS: Final = 6


class SearchFields(NamedTuple):
    """What `Lead.search_text` and `Lead.search_grams` hold."""

    text: str
    grams: list[str]


def fold(text: str) -> str:
    """NFKC, casefold, katakana, usual kanji, no spaces and no invisible characters. Idempotent."""
    wide = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    folded = unicodedata.normalize("NFKC", wide.casefold()).translate(_TABLE)
    # both steps may have made a sequence that composes
    return _DROPPED.sub("", unicodedata.normalize("NFKC", folded.casefold()))


def grams(text: str) -> list[str]:
    """The distinct bigrams of the folded text, in order; of one character, that character."""
    return list(dict.fromkeys(_bigrams(fold(text))))


def _bigrams(folded: str) -> Iterable[str]:
    return [folded] if len(folded) == 1 else map(add, folded, folded[1:])


def company_key(name: str) -> str:
    """Two spellings of one company meet here: legal form and punctuation removed, then folded.

    A name that consists of nothing else keeps what it has.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = _LEGAL_EN.sub(" ", _LEGAL_JA.sub(" ", plain.translate(_KANA)))
    key = _PUNCTUATION.sub("", fold(bare))
    return (key or fold(name))[:200]


def search_fields(lead: Lead, company: Company) -> SearchFields:
    """One line per field, so that no match runs across two of them; a name in both orders if not Japanese."""
    names = [lead.family_name, lead.given_name]
    lines = ["".join(names)]
    if lines[0] and lines[0].isascii():
        lines.append("".join(reversed(names)))
    lines += [lead.family_kana + lead.given_kana, company.name, company.name_kana, company.name_en]
    lines += [lead.email, re.sub(r"\D", "", unicodedata.normalize("NFKC", lead.phone))]
    starts = [lead.family_name, lead.given_name, lead.family_kana, company_key(company.name)]
    folded = list(dict.fromkeys(line for line in map(fold, lines) if line))
    return SearchFields("\n".join(folded), _index_grams(folded, starts))


def _index_grams(lines: Iterable[str], starts: Iterable[str]) -> list[str]:
    """Bigrams, and the first characters of names: a search for 林 finds what starts with it."""
    found = dict.fromkeys(folded[0] for folded in map(fold, starts) if folded)
    for line in lines:
        found.update(dict.fromkeys(_bigrams(line)))
    return list(found)


def words(text: str) -> list[str]:
    """The folded words of a query, without legal forms: ㈱ finds 株式会社. Of nothing else, these."""
    folded = [word for word in map(fold, text.split()) if word]
    bare = [word for word in (_LEGAL_JA.sub("", word) for word in folded) if word]
    return (bare or folded)[:MAX_QUERY_WORDS]


def search_filter(queryset: models.QuerySet[M], text: str, *, prefix: str = "") -> models.QuerySet[M]:
    """Leads in which every word of `text` occurs: in a name, kana, company, e-mail or phone number.

    `prefix` leads from the queryset's model to `Lead`, such as "lead__".
    A word of one character must begin a name.
    """
    for word in words(text):
        wanted = grams(word)
        if len(word) > 2:
            # the text decides; the index narrows down, by those bigrams that do
            wanted = rarity.telling(wanted)
        queryset = queryset.filter(**{f"{prefix}search_grams__contains": wanted})
        if len(word) > 2:
            queryset = queryset.filter(GreaterThan(StrIndex(f"{prefix}search_text", Value(word)), 0))
    return queryset


def match_class(text: str) -> Case:
    """Of a lead that `search_filter` found: 0 a whole name, company, address or number; 1 each word begins
    one; 2 all else. Compares the folded lines of `search_text`, so spellings meet as they do in the search.
    """
    wanted = words(text)
    whole = _line_has(f"\n{''.join(wanted)}\n") | Q(company__name_key=company_key(text))
    begins = Q()
    for word in wanted:
        begins &= _line_has(f"\n{word}") | Q(company__name_key__startswith=word)
    return Case(
        When(whole, then=Value(0)),
        When(begins, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _line_has(part: str) -> Q:
    lines = Concat(Value("\n"), F("search_text"), Value("\n"), output_field=TextField())
    return Q(GreaterThan(StrIndex(lines, Value(part)), 0))
