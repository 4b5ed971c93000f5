"""Judgement by rule: the answer to the task "judge".

Plain heuristics on three axes, each from 0 to 100: does the text name the right customer and use what is
known (industry_alignment), is it polite (tone), does it say only what the facts say (truth).
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from salesdash.devllm import moderation
from salesdash.devllm.prompt import Fact, Task

_WEIGHTS = {"truth": 0.4, "industry_alignment": 0.3, "tone": 0.3}
_WORST_AXIS_LEAD = 8  # points by which the score may exceed the worst axis
_JITTER = 3
_DISAGREEMENT = 30

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CALL = re.compile(r"15\s*(?:分|-?\s*min)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PAGE = re.compile(r"https://([a-z0-9.-]+)(?:[/?#]|\Z)")
_PROMISE = re.compile(
    r"保証(?:いた|し)|お約束(?:いた|し)|確約|必ず[^。]{0,20}(?:ます|します)|絶対に"
    r"|割引|値引|半額|今だけ|業界No|日本一|世界一"
    r"|guarantee|\bdiscount|\b(?:will|shall) (?:double|triple)|risk[- ]free|best in the world|free of charge",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[{\[<【]{1,2}\s*(?:会社名|氏名|お名前|[a-z_]+)\s*[}\]>】]{1,2}|〇〇|○○|XXX", re.IGNORECASE
)
_POLITE_JA = re.compile(r"いただ|ございます|申し上げ|いたし|恐れ入り|幸いです|存じ|恐縮|頂戴|失礼")
_CASUAL_JA = re.compile(
    r"だよ|だね|っす|じゃん|やばい|マジ|めっちゃ|[wｗ]{2,}(?![.\w])|[！!]{2,}|♪|買って|してね"
    r"|くれ。|しろ。|早くし"
)
_POLITE_EN = re.compile(
    r"\b(?:dear|thanks?|please|would|could|may i|appreciate|glad|grateful|look forward|happy to|regards)\b",
    re.IGNORECASE,
)
_CASUAL_EN = re.compile(
    r"\b(?:hey|gonna|wanna|asap|buy now|act now|dude|lol|crap|damn|last chance)\b|!{2,}", re.IGNORECASE
)
_SHOUT = re.compile(r"\b[A-Z]{4,}(?:\s+[A-Z]{3,})+\b")


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass
class _Axis:
    score: int
    reasons: list[str] = field(default_factory=list)

    def lower(self, points: int, ja: str, en: str, task: Task) -> None:
        self.score = max(0, self.score - points)
        self.reasons.append(ja if task.language == "ja" else en)


def judge(task: Task, *, seed: int = 0, fixed: int | None = None, disagree: bool = False) -> dict[str, Any]:
    """{"score", "axes", "reasons"}; two runs differ by at most 3 points either way, by seed and variant."""
    if fixed is not None:
        score = min(100, fixed)
        return {"score": score, "axes": dict.fromkeys(_WEIGHTS, score), "reasons": []}
    axes = {"industry_alignment": _alignment(task), "tone": _tone(task), "truth": _truth(task)}
    mean = sum(_WEIGHTS[name] * axis.score for name, axis in axes.items())
    score = min(round(mean), min(axis.score for axis in axes.values()) + _WORST_AXIS_LEAD)
    score += _jitter(task, seed) - (_DISAGREEMENT if disagree else 0)
    return {
        "score": max(0, min(100, score)),
        "axes": {name: axis.score for name, axis in axes.items()},
        "reasons": [reason for axis in axes.values() for reason in axis.reasons],
    }


def _jitter(task: Task, seed: int) -> int:
    key = f"{seed}/{task.variant}".encode()
    number = int.from_bytes(hashlib.blake2b(task.digest + key, digest_size=4).digest())
    return number % (2 * _JITTER + 1) - _JITTER


def _alignment(task: Task) -> _Axis:
    axis, body = _Axis(96), _normal(f"{task.subject}\n{task.body}")
    if task.company and _normal(task.company) not in body:
        axis.lower(30, "宛先の会社名が本文にありません。", "The customer's company is not named.", task)
    names = (task.lead.family_name, task.lead.given_name)
    if any(names) and not any(_normal(name) in body for name in names if name):
        axis.lower(25, "宛先の氏名が本文にありません。", "The recipient is not named.", task)
    if not _mentions_industry(task, body) and not _used_facts(task, body):
        ja, en = "業種にも顧客の行動にも触れていません。", "Neither the industry nor any fact is mentioned."
        axis.lower(22, ja, en, task)
    if _PLACEHOLDER.search(f"{task.subject}\n{task.body}"):
        axis.lower(40, "差し込み前の記号が残っています。", "A placeholder was left in the text.", task)
    return axis


def _mentions_industry(task: Task, body: str) -> bool:
    names = [task.industry, *(fact.value for fact in task.facts if fact.kind == "industry")]
    return any(_normal(name) in body for name in names if name)


def _used_facts(task: Task, body: str) -> list[Fact]:
    return [fact for fact in task.facts if _is_used(_normal(fact.text), body)]


def _is_used(text: str, body: str) -> bool:
    """Six characters in a row of the fact (or all of a shorter one) stand in the body."""
    size = min(6, len(text))
    return size > 0 and any(text[n : n + size] in body for n in range(len(text) - size + 1))


def _tone(task: Task) -> _Axis:
    axis, text = _Axis(95), f"{task.subject}\n{task.body}"
    polite, casual = (_POLITE_JA, _CASUAL_JA) if task.language == "ja" else (_POLITE_EN, _CASUAL_EN)
    missing = max(0, 3 - len(polite.findall(text)))
    if missing:
        axis.lower(12 * missing, "敬語が足りません。", "Courteous wording is missing.", task)
    named = text.replace(task.company or "\0", "").replace(task.sender_company or "\0", "")
    rude = len(casual.findall(named)) + len(_SHOUT.findall(named))
    if rude:
        axis.lower(min(60, 20 * rude), "くだけた、または強引な表現があります。", "Too casual or pushy.", task)
    if task.language == "ja" and "様" not in task.body:
        axis.lower(15, "宛名の敬称がありません。", "The honorific is missing.", task)
    if moderation.is_flagged(text):
        axis.lower(90, "脅しや侮辱にあたる表現があります。", "The text threatens or insults.", task)
    return axis


def _known(task: Task) -> str:
    lead = task.lead
    parts = [lead.family_name, lead.given_name, lead.title, lead.department, task.company, task.industry]
    parts += [task.sender, task.sender_team, task.sender_company]
    parts += [text for fact in task.facts for text in (fact.text, fact.value)]
    return _normal("\n".join(parts))


def _is_own(address: str, task: Task) -> bool:
    """A page of the sender's, at their domain or below."""
    host = _PAGE.match(address)
    return bool(task.own_domain and host and f".{host[1]}".endswith(f".{task.own_domain}"))


def _truth(task: Task) -> _Axis:
    axis, known = _Axis(97), _known(task)
    text = _normal(f"{task.subject}\n{task.body}")
    foreign = {found for found in _ADDRESS.findall(text) if found not in known and not _is_own(found, task)}
    for address in sorted(foreign):
        axis.lower(25, f"根拠のないURLまたはアドレス: {address}", f"Address without a fact: {address}", task)
    said = _CALL.sub("", _ADDRESS.sub("", text))
    for number in sorted(set(_NUMBER.findall(said)) - set(_NUMBER.findall(known))):
        axis.lower(18, f"根拠のない数字: {number}", f"Number without a fact: {number}", task)
    for promise in sorted(set(_PROMISE.findall(text))):
        axis.lower(35, f"根拠のない約束や値引き: {promise}", f"Promise or discount: {promise}", task)
    _check_claims(task, axis)
    return axis


def _check_claims(task: Task, axis: _Axis) -> None:
    facts = {fact.id: fact for fact in task.facts}
    for phrase, fact_id in task.claims:
        fact = facts.get(fact_id)
        if not phrase or _normal(phrase) not in _normal(task.body):
            axis.lower(12, f"引用が本文にありません: {phrase}", f"Not in the text: {phrase}", task)
        elif fact is None:
            axis.lower(20, f"事実 {fact_id} は存在しません。", f"There is no fact {fact_id}.", task)
        elif not _rests_on(_normal(phrase), fact):
            axis.lower(15, f"事実と合わない引用: {phrase}", f"Not what the fact says: {phrase}", task)


def _rests_on(phrase: str, fact: Fact) -> bool:
    """Half of the phrase's pairs of characters stand in the fact, and so does each of its numbers."""
    source = _normal(f"{fact.text} {fact.value}")
    if not set(_NUMBER.findall(phrase)) <= set(_NUMBER.findall(source)):
        return False
    pairs = [phrase[n : n + 2] for n in range(len(phrase) - 1)] or [phrase]
    return sum(pair in source for pair in pairs) * 2 >= len(pairs)
