"""Does a reply ask in words that we stop writing? A few rules for two languages. Pure.

Looked at sentence by sentence, without what the reply quotes. Careful rather than complete, and never more
than a question to a person: the rep reads a wish that is not found here all the same, while needless
questions would soon be clicked away unread.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 20_000
_END: Final = re.compile(r"[。．!?！？\n]+|\.(?=\s|$)")
_QUOTED: Final = re.compile(r"^\s*[>＞|]")
# what programs write above the mail that is answered: all that follows is ours
_ABOVE_QUOTE: Final = re.compile(
    r"^\s*(-{2,}\s*(original message|元のメッセージ|forwarded message|転送メッセージ)"
    r"|_{10,}\s*$"
    r"|(from|差出人|送信者|送信元)\s*[:：].*@"
    r"|on .{4,80}wrote\s*:\s*$"
    r"|\d{4}年\d{1,2}月\d{1,2}日.{0,120}[:：]\s*$"
    r"|\d{4}[/-]\d{1,2}[/-]\d{1,2}.{0,120}<[^>]*@[^>]*>.{0,10}[:：]?\s*$)",
    re.IGNORECASE,
)
_PLEASE_JA: Final = (
    r"(て|で)?(を|で|に|が|は)?(下さ|くださ|いただ|頂|ほしい|欲しい|もらえ|願|希望|お願い|依頼)"
)
_MAILS_JA: Final = (
    r"(配信|メール|メルマガ|dm|ご?案内|ご?連絡|営業)"
    r"(?:(?!返信|返事|返答|添付|確認|サーバ|システム|ソフト).){0,12}?"
)
_MAILS_EN: Final = r"(e-?mails?|mails?|messages?|newsletters?|offers?|updates?|advertis\w+)"
_AGAIN_EN: Final = r"(again|further|any ?more|any further|any longer|in (the )?future|from now on)"
_ASKS: Final = tuple(
    re.compile(rule)
    for rule in (
        rf"{_MAILS_JA}(の)?(停止|中止|解除)(処理|手続き?|の手続き?)?(を|の)?(し|させ)?{_PLEASE_JA}",
        rf"{_MAILS_JA}(は|を|の)?(お?控え|ご?遠慮|止め|やめ|辞め)({_PLEASE_JA}|るよう)",
        rf"{_MAILS_JA}(は|の)?(一切|今後|もう)?(不要|必要ありません|必要ない|要りません|いりません)"
        r"(です|でございます|だ|と|ので|の為|のため|$)",
        # "で結構です" is its opposite: a mail will do
        r"(配信|メール|メルマガ|dm|案内|連絡|送付)(は|はもう|は一切)結構(です|でございます)",
        rf"{_MAILS_JA}(は|を)?(ご?遠慮|お断り)(させて|し(て|ま)|いた|申し|です)",
        r"(送ら|送信し|おくら|配信し|連絡し|メールし)ないで(くださ|下さ|いただ|頂|ほしい|欲しい|もらえ|くれ|$)",
        r"(送信|配信|連絡|送付|送)(を|は)?(お?控え|ご遠慮)(て)?(くださ|下さ|いただ|頂|願|もらえ)",
        r"(リスト|名簿|宛先|配信先)[^。]{0,10}(から|より)[^。]{0,10}(外し|はずし|除外|削除|抜い)",
        r"(配信停止|配信解除|登録解除|受信拒否|オプトアウト)(を)?(希望|お願い|願|して(くださ|下さ|いただ|頂|ほしい|欲しい))",
        r"(営業|勧誘|セールス|売り込み)(の)?(メール|電話|連絡)?(は|を)?(一切)?(お断り|ご遠慮)",
        r"(送ら|送信し)なくて(も)?(結構|いい|よい|大丈夫)",
        # English
        r"(^|, )please stop( it| this| now)?$",
        r"(^|please |pls |kindly |to |just |and )unsubscribe( (me|us|this|my|from)\b|$| please)",
        r"\b(stop|quit|cease) (\w+ ){0,2}?"
        r"(sending|e-?mailing|mailing|contacting|writing|messaging|spamming)\b",
        rf"\b(stop|cease) (these|those|all|the|your|such) (\w+ ){{0,2}}?{_MAILS_EN}\b",
        r"(^|please |kindly |, |and |so )(do not|don't|dont|never) (ever )?send( (me|us))?"
        rf"( (any|more|further|other|these|such|your|unsolicited|sales|marketing))+ {_MAILS_EN}\b",
        r"(^|please |kindly |, |and |so )(do not|don't|dont|never) (ever )?"
        rf"(contact|e-?mail|mail|message|write( to)?) (me|us|this address)( {_AGAIN_EN}|$)",
        r"\b(remove|take|delete|drop) (me|us|my (name|e-?mail|address|details)|this address)\b"
        r"( \w+){0,3}? (from|off|out of)( \w+){0,4}? (lists?|database|mailings?|contacts|records)\b",
        r"\b(no longer|not|don't) (want|wish|care|like) to (receive|get|hear)\b",
        rf"(^|please,? |want |receive )no (more|further) {_MAILS_EN}( please| from you)?($|,)",
        r"(^|please |want to |wish to |like to |let us |let me )opt (me |us )?out\b",
        r"\b(please|just) leave (me|us) alone\b",
    )
)
# the whole reply, or a whole line of it
_ALONE: Final = re.compile(
    r"(メール|メルマガ|dm)?(の)?(配信)?(停止|解除|不要)(希望)?(です|します|お願いします)?"
    r"|stop|unsubscribe|remove|opt ?-?out"
)
# not a wish: a condition, its opposite, a question about the subject
_NO_WISH: Final = re.compile(
    r"(不要|停止|中止|解除|希望|望ま|必要|遠慮)[^。]{0,8}(場合|方は|方へ|方が|際|とき|時は|ケース)"
    r"|(停止|解除|中止|削除)(を)?(し)?ないで|(止め|やめ|控え|外さ|消さ)ないで|(止め|やめ|停止|解除)(し)?なくて"
    r"|(停止|解除|中止)(方法|機能|仕様|する方法)"
    r"|\bif (you|anyone|they|one|somebody|recipients?)\b"
    r"|\b(do not|don't|dont|never|did not|didn't) (\w+ ){0,2}?"
    r"(stop|cease|quit|unsubscribe|opt|remove|take (me|us) off)\b"
    r"|\bhow (do|does|can|could|would)\b|\bunsubscribe (link|button|page|rate)"
    r"|\b(customers?|clients?|users?|subscribers?) (want|wish|who)\b"
)


def asks_to_stop(text: str) -> bool:
    """Whether a sentence of the reply's own words may ask for it."""
    return any(_asks(sentence) for sentence in _sentences(own_words(text[:LONGEST])))


def own_words(text: str) -> str:
    """Without the lines that the reply quotes, and what stands below the mark of a quotation."""
    own = []
    for line in text.splitlines():
        if _ABOVE_QUOTE.match(line):
            break
        if not _QUOTED.match(line):
            own.append(line)
    return "\n".join(own)


def _sentences(text: str) -> list[str]:
    """Lines of one paragraph belong together: Japanese mails are broken where the line is full."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = []
    for paragraph in re.split(r"\n\s*\n", plain):
        joined = re.sub(r"(?<=[a-z,])\s*\n\s*(?=[a-z])", " ", paragraph)
        joined = re.sub(r"(?<=[ぁ-んァ-ヶ一-龠、])\s*\n\s*(?=[ぁ-んァ-ヶ一-龠])", "", joined)
        found += [" ".join(part.split()) for part in _END.split(joined)]
        # a short line of its own, such as "配信停止" above a signature
        found += [line.strip(" 　.。!") for line in paragraph.split("\n") if len(line) < 30]
    return [sentence for sentence in found if sentence]


def _asks(sentence: str) -> bool:
    if _ALONE.fullmatch(sentence):
        return True
    return not _NO_WISH.search(sentence) and any(rule.search(sentence) for rule in _ASKS)
