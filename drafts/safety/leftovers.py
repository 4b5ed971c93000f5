"""Remains of the writing: refusals, error messages, several versions, the task itself, a text cut off in the middle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from drafts.safety.base import Reason
from drafts.safety.normal import View

_REMAINS: Final = re.compile(
    # programs
    r"traceback \(most recent|internal server error|\b[a-z]+(?:error|exception)\b:|\bstack ?trace\b|(?<![a-z])(?:nan|null|undefined)(?![a-z])"
    r"|\bhoge(?:hoge)?\b|\bfuga(?:fuga)?\b|\bfoo ?bar\b|テストテスト|(?<![a-z])(?:mm/dd|yyyy|hh:mm)(?![a-z])|\\(?:\n|$)"
    r"|[縺繧繝][^\n]{0,4}[縺繧繝]|\ufffd|Ã[\x80-\xbf©]|â€"
    # the writer speaks of its work
    r"|^\s*(?:subject|body|claims|件名|本文)\s*[:：]|^-{3,}$|\boption \d\s*:|\bversion \d\s*:|案\s?[0-9一二三abc]\s*[:：]|choose whichever"
    r"|以下(?:の|に).{0,6}(?:メール|文面|文案|本文)|他にご要望|ご要望があれば(?:お|修)|\bhere(?: is|'s) (?:the|your) (?:draft|e-?mail|mail|text|message)\b"
    r"|^(?:sure|certainly|of course)[,!.]|承知(?:し|いた)ました。(?:以下|こちら)"
    r"|お手伝いできません|作成でき(?:ません|かね)|安全上の理由|ガイドライン(?:に|により)|\bi (?:cannot|can't|am unable to) (?:assist|help|write|comply|create)\b|\bi won't (?:assist|comply|create|write (?:this|that|such))\b"
    r"|\b(?:unable|not able) to (?:write|assist|help|create|generate)\b|\bwas not (?:written|generated|created)\b|\bsafety (?:reasons|guidelines|policy)\b"
    # the task
    r"|次の(?:事実|条件|情報)(?:だけ|のみ|をもと)|json(?:形式|で(?:答|返|出))|(?:[0-9]+|[二三四五百千]+)字(?:以内|程度)?(?:で|の)|\banswer in json\b|\bonly the facts\b|\bfacts listed\b"
    r"|\bwrite an? (?:\w+ )?(?:e-?mail|mail|letter|message)\b|\bof (?:\w+ ){0,2}(?:\d+|hundred|fifty|sixty|eighty) words\b"
    # a line that is a code and nothing else: what somebody had ordered to be written
    r"|^(?!(?:tel|fax|iso|jis|iec|din|http)\b)(?:[^\s:]{1,8}: ?)?(?-i:(?=[A-Z0-9 _-]*[A-Z]{2})(?=[A-Z0-9 _-]*\d{3})[A-Z0-9]+(?:[-_ ][A-Z0-9]+)+)\.?$"
    # notes to oneself
    r"|(?:後で|あとで|要|未)(?:記入|確認|入力|追記)|仮置き|自社(?:名|サービス名|製品名)|自分の名前|相手の(?:会社|名前)|(?:一言|ひとこと)[)）]|\bfill (?:in (?:here|later|the (?:name|blank|gap|date)s?)|this in)\b|(?:[(\[:] ?|- )to be (?:filled|confirmed|added)\b|\bto be (?:filled(?: in)?|confirmed|added)[)\]]|\bprovisional\b|\bplaceholder\b|\bdd/mm\b|\bblah\b|\basdf\w*|\btest test\b|\bsample text\b|\btbc\b|#(?:ref|n/a|value)!?|%[a-z_]+%|\b(?:john|jane) doe\b|\b(?:mr|ms|mrs)\.? x\b|\bcompany [xyz]\b|\byour company name\b|\bxx+\b",
    re.IGNORECASE | re.ASCII | re.MULTILINE,
)
_SENTENCE: Final = re.compile(r"[^。！？!?.\n]{4,}[。！？!?.]")
_MANY: Final = 3
_SIGNATURE_CHARS: Final = 240
# what no sentence and no signature ends with
_OPEN_END: Final = {
    "ja": re.compile(r"[はがをにでとのもへや、,]$"),
    "en": re.compile(
        r"\b(?:the|an?|to|of|and|or|with|for|in|on|at|by|from|our|your|that|which|because|would|will|is|are),?$",
        re.I,
    ),
}
_ENGLISH: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "in",
        "for",
        "on",
        "with",
        "at",
        "by",
        "from",
        "is",
        "are",
        "was",
        "were",
        "be",
        "have",
        "has",
        "had",
        "i",
        "you",
        "we",
        "it",
        "this",
        "that",
        "your",
        "our",
        "my",
        "me",
        "us",
        "not",
        "as",
        "but",
        "if",
        "so",
        "do",
        "can",
        "could",
        "would",
        "will",
        "may",
        "about",
        "there",
        "all",
        "any",
        "at",
        "up",
        "out",
        "hello",
        "hi",
        "dear",
        "thank",
        "thanks",
        "please",
    ]
)
_LEAST_ENGLISH: Final = 0.12
_LEAST_WORDS: Final = 12


def check(part: str, value: str, view: View, language: str) -> Iterator[Reason]:
    """`value` is the text as it stands, `view` its cleaned form."""
    for found in _REMAINS.finditer(view.text):
        if found.group().startswith("-") and (part != "body" or _before_signature(view.text, found.span())):
            continue
        if found.group().strip():
            yield Reason("leftover", part=part, span=view.span(*found.span()))
    if part != "body":
        return
    sentences = Counter(found.group().strip() for found in _SENTENCE.finditer(view.text))
    if sentences and max(sentences.values()) >= _MANY:
        yield Reason("repetition", part=part)
    last = value.rstrip().rsplit("\n", 1)[-1].strip()
    if _OPEN_END[language].search(last):
        yield Reason("unfinished", part=part)
    if language == "en" and _foreign(view.text):
        yield Reason("wrong_language", part=part)


def _before_signature(text: str, rule: tuple[int, int]) -> bool:
    """A line of dashes near the end; between two versions of a mail there is a whole mail behind it."""
    return rule[0] > 0 and len(text[rule[1] :].strip()) <= _SIGNATURE_CHARS


def _foreign(text: str) -> bool:
    """Latin letters, yet hardly one of the words that no English text does without."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return (
        len(words) >= _LEAST_WORDS and sum(word in _ENGLISH for word in words) < len(words) * _LEAST_ENGLISH
    )
