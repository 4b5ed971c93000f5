"""Layer 1: instructions to the writer hidden in fields of the CRM.

Fields reach the prompt as data, between marks, in JSON. This layer is the second line: what reads like an
order to a language model is kept out of the facts, and the draft goes to a person.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from drafts.safety.base import Context, Reason, Verdict, verdict
from drafts.safety.normal import clean
from drafts.texts import Text

VERSION: Final = "1"

_ORDERS: Final = re.compile(
    # English
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(?:previous|above|prior|earlier|all|any|system|these|those|your)\b.{0,30}"
    r"\b(?:instructions?|prompts?|rules?|directions?|guidelines?|text)\b"
    r"|\b(?:system|developer)\s+(?:prompt|message|instructions?)\b|\bjailbreak\b|\bdan mode\b"
    r"|\byou are (?:now|no longer)\b|\bact as (?:an? )?(?:ai|assistant|language model|different|my)\b"
    r"|\bpretend (?:to be|that you)\b"
    r"|\b(?:print|reveal|repeat|output|show|leak)\b.{0,30}"
    r"\b(?:prompt|instructions?|secrets?|api keys?|passwords?)\b"
    r"|\bnew instructions?\b|\b(?:respond|reply|answer) only with\b"
    # marks of chat formats and of our own prompt
    r"|<\|[^|]{0,30}\|>|\[/?inst\]|<<sys>>|</?(?:data|system|instructions?|prompt)\b[^>]{0,40}>"
    r"|#{2,}\s*(?:system|instructions?)\b|\b(?:system|assistant)\s*:\s*(?:you|ignore|always|never)\b"
    # Japanese
    r"|(?:これまで|以前|上記|前述|先ほど|今まで|すべて|全て|他|システム|元)の?.{0,8}"
    r"(?:指示|命令|指令|ルール|規則|プロンプト|設定).{0,12}(?:無視|忘れ|破棄|上書き|従わ|解除|リセット)"
    r"|(?:指示|命令|ルール|プロンプト)(?:を|は)?(?:すべて|全て)?(?:無視|忘れ|破棄|上書き)"
    r"|システムプロンプト|プロンプトを(?:表示|出力|教え)|あなたは(?:今|いま|これ)?から"
    r"|(?:次|以下)の(?:文|文章|内容|指示|命令)(?:だけ|のみ)?(?:を|に).{0,10}(?:出力|返答|回答|従|実行)"
    r"|と(?:だけ|のみ)(?:出力|返答|回答|返信|書い)|(?:新しい|追加の|緊急の)(?:指示|命令)[:：は]"
    r"|(?:本文|件名)(?:の.{0,6})?に.{0,40}と(?:必ず)?(?:書|入れ|記載|含め)",
    # ASCII: a Latin word ends where a Japanese one begins
    re.IGNORECASE | re.ASCII,
)
_TAG_FIRST, _TAG_LAST = 0xE0020, 0xE007E
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_BLANK: Final = re.compile(r"\s+")


def visible(value: str) -> str:
    """One line without control, format and tag characters."""
    kept = (
        char for char in value if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )
    return _BLANK.sub(" ", "".join(kept)).strip()


def hidden(value: str) -> bool:
    """Characters that nobody types: tags, direction marks, runs of zero-width ones."""
    zero_width = sum(char in "\u200b\u200c\u2060\ufeff\u00ad" for char in value)
    return zero_width > 2 or any(char in _BIDI or 0xE0000 <= ord(char) <= 0xE007F for char in value)


def smuggled(value: str) -> str:
    """Tag characters as the ASCII that they carry."""
    return "".join(chr(ord(char) - 0xE0000) for char in value if _TAG_FIRST <= ord(char) <= _TAG_LAST)


def suspicious(value: str) -> bool:
    """Whether a field speaks to the writer."""
    seen = unicodedata.normalize("NFKC", visible(value))
    forms = (
        seen,
        clean(value).text.replace("\n", " "),
        smuggled(value),
        re.sub(r"(?<=\w) (?=\w\b)", "", seen),
    )
    return any(_ORDERS.search(form) for form in forms if form)


class InputFilter:
    name = "input_filter"
    remote = False

    def version(self, _context: Context) -> str:
        return VERSION

    def check(self, _text: Text, context: Context) -> Verdict:
        """Writing again does not help: the field stays as it is until somebody mends it."""
        fields = {"instruction": context.instruction, **context.raw_fields}
        reasons = []
        for name, value in fields.items():
            if suspicious(value):
                reasons.append(Reason("hidden_instruction", name))
            elif hidden(value):
                reasons.append(Reason("hidden_characters", name))
        return verdict(reasons, retry=False)
