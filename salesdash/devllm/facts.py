"""Which facts of the prompt a mail may mention, and in what order."""

import re
import unicodedata

from salesdash.devllm.prompt import Fact, Task

_MAX_CHARS = {"ja": 60, "en": 120}
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々]")
# Not fit for a mail: addresses, markup, template marks, and sentences that speak to the writer.
_NOT_PLAIN = re.compile(
    r"https?:|www\.|@|[<>{}\[\]|`\\]"
    r"|\b(?:ignore|disregard|forget|override|system prompt|prompt|instructions?|assistant)\b"
    r"|指示|命令|無視|プロンプト|あなたは|出力し|送金|振込|パスワード|password",
    re.IGNORECASE,
)
# Promises and money belong to people: a rule must not repeat them even where a note holds them.
_NOT_OURS_TO_SAY = re.compile(
    r"保証|確約|必ず|絶対|割引|値引|無料|予算|[\d万億]円|[¥￥$€]"
    r"|guarantee|discount|free of charge|budget|\b(?:USD|JPY)\b",
    re.IGNORECASE,
)
_UNWELCOME = re.compile(
    r"不在|留守|拒否|断り|断られ|競合|開封|クリック|absent|no answer|voicemail|opened|clicked|competitor",
    re.IGNORECASE,
)
# Facts of these kinds describe our own work, not something to tell the customer.
_INTERNAL_KINDS = frozenset({"score", "temperature", "band", "fit", "stage", "owner", "internal"})
_OFFER_KINDS = frozenset({"product", "offer", "service"})
_PLACE_KINDS = frozenset({"industry", "company"})
# The nearer to a conversation, the better to begin with.
_WARMEST_FIRST = (
    r"問い?合わ?せ|相談|inquir|enquir|contact|form",
    r"返信|repl",
    r"商談|面談|打ち?合わ?せ|meeting|demo|デモ",
    r"ウェビナー|セミナー|講座|webinar|seminar|event",
    r"資料|ホワイトペーパー|ダウンロード|document|download|whitepaper|brochure",
    r"料金|価格|プラン|pricing|price|plan",
    r"事例|case stud",
    r"ページ|サイト|page|site|visit",
)
_ANY_NUMBER = re.compile(r"\d")
_DISTRUSTED = re.compile(
    r"数字|数値|日付|根拠|事実|出典|truth|number|date|claim|uncited|unsupported|fact", re.IGNORECASE
)


def _in_language(text: str, language: str) -> bool:
    """English names and short terms may stand in a Japanese mail, Japanese never in an English one."""
    in_japanese = bool(_JAPANESE.search(text))
    return in_japanese or len(text.split()) <= 3 if language == "ja" else not in_japanese


def is_plain(text: str, language: str) -> bool:
    """Short, in the mail's language, and nothing but a statement."""
    return (
        0 < len(text) <= _MAX_CHARS[language]
        and _in_language(text, language)
        and not any(unicodedata.category(char).startswith("C") for char in text)
        and not any(rule.search(text) for rule in (_NOT_PLAIN, _NOT_OURS_TO_SAY, _UNWELCOME))
    )


def _warmth(fact: Fact) -> int:
    words = f"{fact.kind} {fact.text}"
    return next(
        (n for n, rule in enumerate(_WARMEST_FIRST) if re.search(rule, words, re.IGNORECASE)),
        len(_WARMEST_FIRST),
    )


def _usable(task: Task) -> list[Fact]:
    # A rejection for an unsupported claim: say nothing with a number in it this time.
    wary = any(_DISTRUSTED.search(reason) for reason in task.avoid)
    return [
        fact
        for fact in task.facts
        if fact.id
        and is_plain(fact.text, task.language)
        and not (wary and _ANY_NUMBER.search(unicodedata.normalize("NFKC", fact.text)))
    ]


def activities(task: Task) -> list[Fact]:
    """What the lead did, warmest first; notes of earlier talks come last."""
    other = _INTERNAL_KINDS | _OFFER_KINDS | _PLACE_KINDS
    mine = [fact for fact in _usable(task) if fact.kind not in other]
    return sorted(mine, key=lambda fact: (fact.kind == "note", _warmth(fact), fact.id))


def offer(task: Task) -> Fact | None:
    return next((fact for fact in _usable(task) if fact.kind in _OFFER_KINDS), None)


def industry(task: Task) -> tuple[str, Fact | None]:
    """The industry's name as it may stand in the text, and the fact it rests on if there is one."""
    fact = next((fact for fact in task.facts if fact.kind == "industry" and fact.id), None)
    names = [task.industry, fact.value if fact else ""]
    # "製造業" before a code such as "manufacturing" in a Japanese mail.
    names.sort(key=lambda name: bool(_JAPANESE.search(name)) != (task.language == "ja"))
    for name in names:
        if name and len(name) <= 30 and is_plain(name, task.language):
            return name, fact if fact and name in f"{fact.value}\n{fact.text}" else None
    return "", None
