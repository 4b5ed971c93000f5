"""Places that were to be filled in before a mail goes out: marked by brackets, signs or words, or empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety.base import Reason
from drafts.safety.normal import View

_NAMES: Final = r"(?:会社|企業|団体|担当者|お客様|サービス|製品|商品|事業|部署|相手|自社)名|社名|氏名|御芳名"
# whatever is written like this
_ANY_CASE: Final = re.compile(
    # square brackets; a number in them is a note
    r"\[(?!\d+\])[^\[\]\n]{2,60}\]"
    r"|##[^#\n]{1,30}##|%%[^%\n]{1,30}%%|<<[^<>\n]{1,30}>>"
    r"|\?{3,}|(?<![\w*])\*[a-z][a-z ]{2,20}\*(?![\w*])"
    # nothing where something belongs
    r"|「[ \u3000]*」|『[ \u3000]*』|(?<![\w一-鿿ぁ-ヺー々)」』\]}>】%#@])様(?:[のにへはを、]|より|から|宛)"
    r"|\b(?:at|of|from|with|about|by) {1,4}[,.](?=\s)|\b(?:your|our|the|a) (?:\.{3}|…) ?\w"
    # signs for letters
    r"|[○〇◯●△□][ ]?(?:月|日|時|社|様|さん|氏|円|件|%|ページ|頁|名|年|分)|(?<![a-z0-9])[x×]{1,3}(?:月|日|様|社|円|時)"
    r"|(?:・{2,}|…+|\.{3,}|~{2,}|〜{2,}|@{1,}|\*{2,}|-{2,})(?:様|社の|さん|の件|についてご)"
    r"|(?<!\d)0{3}-0{4}(?!\d)|(?<![\d-])0{5,}(?!\d)"
    # words for names
    rf"|(?:{_NAMES}|first_?name|last_?name)(?: ?様|さん)|[「『((](?:{_NAMES}|仮|例|後日記入)[)」』)]|(?<!\w)姓 名(?!\w)"
    r"|(?<![a-z0-9])[a-c]社(?:様|さん|の)"
    r"|\bfirst_?name\b(?! basis)|\blast_?name\b|\bfirstname lastname\b|\b(?:industry|product|company|customer|client|city|name) ?[1-3]\b"
    r"|(?<=[ぁ-ん、])【[^【】\n]{2,24}】(?=[をにのとはがへで])|\$[a-z_]{2,20}(?= ?(?:様|さん))"
    r"|[(\[【<]ここに[^)\]】>\n]{1,20}[)\]】>]|[■□◆◇▲△]{2,}(?=[をにのとはがへで様])"
    # notes to whoever fills it in
    r"|\([^()\n]{1,16}を(?:入力|記入|挿入|追記|選択|記載)\)|残りを(?:削除|消)"
    r"|\((?:note|nb|reminder) ?:[^()\n]*\b(?:replace|add|insert|fill|change|remove|personali[sz]e)\b"
    r"|ここに[^。\n]{1,24}(?:入れ|書く|書いて|記入|挿入|入力)|(?:後|あと)で(?:入れ|直し|差し替え|書き)|[【(\[]要(?:修正|確認|追記|差替)|※(?:数字|金額|日付|名前)は"
    r"|[((](?:以下|中|後)略[))]|以下省略|どちらか(?:を|一方)[^。\n]{0,8}消"
    r"|\((?:add|insert|personali[sz]e|fill|mention|replace|delete|name|company|their)\b[^()\n]{0,60}\)"
    r"|\((?:topic|title|industry|date|product|city|their \w+)\)|[\"“](?:title|name|company|product)[\"”]|\bacme\b|\bfill: "
    r"|\bgoes here\b|\bdelete as (?:needed|appropriate|applicable)\b|(?:^|(?<=[.!?] ))insert [a-z]|\badd (?:name|company|link|date) here\b"
    r"|\banytown\b|\b123 main st(?:reet)?\b",
    re.IGNORECASE | re.ASCII | re.MULTILINE,
)
# words that name a gap only in capitals
_CAPITALS: Final = re.compile(
    r"\b(?:FIRST|LAST|FULL)? ?(?:NAME|COMPANY|DATE|CITY|EVENT|TITLE|TOPIC|PRODUCT|INDUSTRY|ROLE|REASON|PLACE|TIME|LOCATION)\b"
    r"(?=[ ,.?!]|$)|\b[A-Z]{3,}_[A-Z]{3,}\b|\bFIRST LAST\b|[$@#][A-Z][A-Z_]{3,}\b|\$[XN]\b|\b(?:NN|N|XX) (?:people|minutes|days|weeks|years|%)",
    re.ASCII,
)
_SHOUTED: Final = 3


def check(part: str, view: View) -> Iterator[Reason]:
    places = [found.span() for found in _ANY_CASE.finditer(view.text)]
    places += [found.span() for found in _CAPITALS.finditer(view.text) if not _in_a_heading(view.text, found)]
    for place in places:
        yield Reason("placeholder", part=part, span=view.span(*place))


def _in_a_heading(text: str, found: re.Match[str]) -> bool:
    """A line in capitals names nothing that is missing."""
    first = text.rfind("\n", 0, found.start()) + 1
    last = text.find("\n", found.end())
    line = text[first : last if last >= 0 else len(text)]
    words: list[str] = re.findall(r"[A-Za-z]{2,}", line)
    return sum(word.isupper() for word in words) > _SHOUTED
