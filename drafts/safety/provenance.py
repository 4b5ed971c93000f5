"""Truth by source: each claim must say what its fact says, and figures, dates and names need a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from drafts.safety.base import Context, Fact, Reason
from drafts.safety.customer import COMPANY, persons
from drafts.safety.normal import View, clean
from drafts.safety.tokens import tokenize
from leads import folding

# the share of a phrase's bigrams that must stand in its fact
_LIKENESS: Final = 0.5
_UNITS: Final = (
    r"%|パーセント|倍|割|円|万円|億円|ドル|社|名|人|件|台|本|年間|年|か月|ヶ月|カ月|ヵ月|月|日間|日|週間|時間|分|秒|回|"
    r"位|期|代|拠点|店舗|カ国|か国|ヶ国|percent|times|x|companies|customers|people|years?|months?|weeks?|days?|hours?|"
    r"minutes?|usd|jpy|yen|dollars?|countries"
)
_KANJI: Final = "〇一二三四五六七八九十百千"
# May and March are words too: they need a day
_MONTHS: Final = "January|February|April|June|July|August|September|October|November|December"
_DATE: Final = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年(?:\d{1,2}月)?|\d{4}[/\-.]\d{1,2}[/\-.]\d{1,2}"
    r"|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)? (?:May|March)|(?:May|March) \d{1,2}(?:st|nd|rd|th)?)(?:,? \d{4})?\b",
    re.ASCII,
)
# a proposed talk is no claim: its length and its hour need no source
_PROPOSAL: Final = re.compile(
    r"\d{1,3}\s*(?:分|-?\s*min(?:ute)?s?\b)|\d{1,2}:\d{2}|(?:午前|午後)?\d{1,2}時(?:半|\d{1,2}分)?|\b\d{1,2}\s*(?:am|pm)\b"
    r"|\d{1,2}\s*(?:点|つ)(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_NUMBER: Final = re.compile(
    rf"\d[\d,.]*\s*(?:千|万|億|兆|thousand\b|million\b|billion\b)?\s*(?:{_UNITS})?"
    rf"|[{_KANJI}]*[{_KANJI}万億兆]+(?:倍|割|パーセント|円|社|名|人|件|億|万|年|か月|ヶ月|カ月|％|%)"
    rf"|(?:[{_KANJI}]{{2,}}|[二三四五六七八九十百千])(?:周年|台|回|日間|店舗|拠点|時間|歳|本|か国|カ国)(?!ほど|程)"
    r"|\b(?:a|one|two|three) (?:third|quarter|fifth|tenth)s?\b"
    r"|\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ \-])*"
    r"(?:hundred|thousand|million)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)(?= (?:\w+ )?"
    r"(?:log-?ins?|visits?|offices|branches|employees|sites|stores|shops|users|customers|clients|companies|countries|licen[cs]es|machines|devices|"
    r"tickets|orders|invoices|projects|years|months|times|per ?cent)\b)|\b\w+ (?:in|out of) (?:two|three|four|five|ten|twenty)\b",
    re.IGNORECASE | re.ASCII,
)
_SPELLED: Final = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: str(10 * tens)
    for tens, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_TITLED: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.? ([A-Z][\w\-]+(?: [A-Z][\w\-]+)?)", re.ASCII)


def check(subject: View, body: View, context: Context) -> Iterator[Reason]:
    """Nothing where the text comes without claims (`context.claims is None`)."""
    if context.claims is None:
        return
    facts = {fact.id: fact for fact in context.facts}
    yield from _claims(f"{subject.text}\n{body.text}", context, facts)
    cited = {claim.fact_id for claim in context.claims}
    sources = [fact for fact in context.facts if context.by_person or fact.id in cited]
    backing = _parts(_backing(context, sources))
    for part, view in (("subject", subject), ("body", body)):
        yield from _figures(part, view, backing)
        yield from _names(part, view, context)


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", folding.fold(text))


def _claims(whole: str, context: Context, facts: dict[str, Fact]) -> Iterator[Reason]:
    squashed = _squash(whole)
    for claim in context.claims or ():
        phrase = _squash(claim.phrase)
        if not phrase or phrase not in squashed:
            yield Reason("claim_not_in_text", claim.fact_id)
        elif claim.fact_id not in facts:
            yield Reason("claim_unknown_fact", claim.fact_id)
        elif not _rests_on(claim.phrase, facts[claim.fact_id]):
            yield Reason("claim_mismatch", claim.fact_id)


def _rests_on(phrase: str, fact: Fact) -> bool:
    source = f"{fact.text}\n{fact.value}"
    if not figures(phrase) <= figures(source):
        return False
    words, known = _squash(phrase), _squash(source)
    pairs = [words[at : at + 2] for at in range(len(words) - 1)] or [words]
    return sum(pair in known for pair in pairs) >= len(pairs) * _LIKENESS


def figures(text: str) -> set[str]:
    """Numbers with their units, and dates, in one spelling: 1,000 円 = 1000円."""
    dates = {_spelling(found.group()) for found in _DATE.finditer(text)}
    rest = _PROPOSAL.sub(" ", _DATE.sub(" ", text))
    return dates | {_spelling(found.group()) for found in _NUMBER.finditer(rest)}


def _spelling(figure: str) -> str:
    plain = re.sub(r"[\s,]|\.$", "", folding.fold(figure))
    return _SPELLED.get(plain, plain)


def _backing(context: Context, sources: list[Fact]) -> set[str]:
    lead = context.lead
    names = [context.company, *context.company_names, lead.department, lead.title, context.sender.company]
    names += [context.sender.team, context.sender.name, *(f"{fact.text}\n{fact.value}" for fact in sources)]
    return figures(clean("\n".join(names)).text)


def _parts(known: set[str]) -> set[str]:
    """And what a date contains: whoever knows 2025年6月 may say 6月."""
    parts = {part for date in known for part in re.findall(r"\d+年|\d+月", date)}
    return known | parts | {number.group() for figure in known if (number := re.match(r"\d+", figure))}


def _figures(part: str, view: View, backing: set[str]) -> Iterator[Reason]:
    text = view.text
    for found in _DATE.finditer(text):
        if _spelling(found.group()) not in backing:
            yield Reason("uncited_date", part=part, span=view.span(*found.span()))
    rest = _DATE.sub(lambda found: " " * len(found.group()), text)
    rest = _PROPOSAL.sub(lambda found: " " * len(found.group()), rest)
    for found in _NUMBER.finditer(rest):
        if _spelling(found.group()) not in backing:
            yield Reason("uncited_number", part=part, span=view.span(*found.span()))


def _names(part: str, view: View, context: Context) -> Iterator[Reason]:
    """People and companies that neither the lead nor the sender nor a fact is called."""
    known = context.known_words
    names = (context.company, *context.company_names, context.sender.company)
    own = [folding.company_key(name) for name in names if name]
    for first, last in persons(tokenize(view.text)):
        name = view.text[first.start : last.end]
        if len(name) >= 2 and not all(folding.fold(word) in known for word in name.split()):
            yield Reason("uncited_name", part=part, span=view.span(first.start, last.end))
    for found in (*COMPANY.finditer(view.text), *_TITLED.finditer(view.text)):
        group = 1 if found.re is _TITLED else 0
        key = folding.company_key(found.group(group))
        # the run of letters may go on behind the name
        is_own = any(name and key.startswith(name) for name in own)
        if not is_own and key not in re.sub(r"[^\w&+ー]", "", known):
            yield Reason("uncited_name", part=part, span=view.span(*found.span(group)))
