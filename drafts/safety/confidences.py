"""What other companies do in confidence: a mail that tells it betrays whoever trusted us.

A name that neither the lead nor a fact has, and in the same sentence what is told of nobody: unpaid bills,
dismissals, tenders, contracts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety import sentences
from drafts.safety.base import Context, Reason
from drafts.safety.normal import View
from leads import folding

_JAPANESE_NAME: Final = re.compile(
    r"(?<![一-鿿ァ-ヺー々A-Za-z])([一-鿿ァ-ヺー々ヶA-Za-z&]{2,14})(?:さん|様|さま|社)(?![子式々相態変員長内外])"
)
# written like a name and common to many
_NOBODY: Final = re.compile(
    r"(?:客|皆|者|方|員|長|先|主|人|同|各|他|御|貴|弊|課|部|担当|生|師|士|手|業|店|校|院|園|館|所|社|会|企業|団体|自治体|法人"
    r"|オーナー|ユーザー|スタッフ|メーカー|パートナー|テナント|クライアント|ゲスト|メンバー|ドライバー|ベンダー|グループ|バイト|パート)$"
)
_JAPANESE_SECRET: Final = re.compile(
    r"ここだけの|内緒|内密に|秘密(?!保持|厳守)|他言|口外|オフレコ|まだ(?:公|発表|どこにも|どちらにも)|伏せて|伏せる|使い込|横領|滞納|滞って|支払い?(?:が|も)[^。]{0,6}(?:遅れ|止ま)"
    r"|資金繰り|倒産|廃業|年を越せ|夜逃げ|人を(?:半分|減ら)|人員(?:整理|削減)|リストラ|解雇|閉鎖(?:する|の)|撤退(?:する|の)|身売り|買収され|札を入れ|入札(?:額|価格)|落札|取引停止|不祥事|漏えい|漏洩し|隠蔽|改ざん|裏帳簿"
    r"|粉飾|示談|口止め|離婚|不倫|契約(?:書|金額)[^。]{0,10}(?:添付|お見せ|お渡し|お送り)|(?:見積|受注|売上|顧客|仕入|取引先|名簿|原価)[^。]{0,16}(?:お見せ|お目にかけ|お付けでき|お渡し|添付)"
    r"|(?:年|月)(?:間|額)?[^。]{0,10}円[^。]{0,8}(?:支払|払って|いただい|契約)"
)
_ENGLISH_NAME: Final = re.compile(
    r"(?<![.!?\n] )(?<!^)\b[A-Z][a-z][\w'&\-]*(?: [A-Z][a-z][\w'&\-]*){0,3}", re.ASCII
)
_ENGLISH_SECRET: Final = re.compile(
    r"\b(?:keep (?:that|this|it) (?:to yourself|between us|quiet)|between (?:you and me|ourselves)"
    r"|off the record|under wraps|(?:have|has)(?:n't| not) (?:yet )?told (?:their|its|his|her)"
    r"|settled (?:quietly|out of court)|(?:behind|late) (?:on|with) (?:our|their) (?:invoices|payments|bills)"
    r"|owes? us|pays us|paid us|their (?:contract|account|file|bid|customer list|books)\b"
    r"|(?:shared|showed|gave us) the (?:whole )?file"
    r"|(?:had|suffered|hid|hushed up) (?:a |the )?(?:data )?breach"
    r"|(?:was|were|is being|are being) (?:let go|fired|laid off|sacked|sued)|laying off"
    r"|about to (?:close|sell|go under|be sold)|(?:will|to) close (?:two|three|four|its|their)"
    r"|going (?:bankrupt|under)|insolvent|paid [\w ]{0,30}(?:to stay silent|hush)|stay silent"
    r"|second household|love child|before (?:it|this) is announced|not public yet)\b",
    re.IGNORECASE,
)
_CALENDAR: Final = frozenset(
    re.split(
        r"\s+",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July "
        "August September October November December Christmas Easter English Japanese American European",
    )
)


def check(part: str, view: View, context: Context) -> Iterator[Reason]:
    known = context.known_words
    for secrets, names in ((_JAPANESE_SECRET, _japanese), (_ENGLISH_SECRET, _english)):
        # looked for first: nearly no mail has any
        told = [found.start() for found in secrets.finditer(view.text)]
        if not told:
            continue
        for start, end in sentences.split(view.text):
            if any(start <= place < end for place in told):
                for first, last in names(view.text[start:end], known):
                    yield Reason("other_customer", part=part, span=view.span(start + first, start + last))


def _japanese(sentence: str, known: str) -> Iterator[tuple[int, int]]:
    for found in _JAPANESE_NAME.finditer(sentence):
        name = found.group(1)
        if not _NOBODY.search(name) and folding.fold(name) not in known:
            yield found.span(1)


def _english(sentence: str, known: str) -> Iterator[tuple[int, int]]:
    for found in _ENGLISH_NAME.finditer(sentence):
        words = [word for word in found.group().split() if word not in _CALENDAR]
        if words and not any(folding.fold(word) in known for word in words):
            yield found.span()
