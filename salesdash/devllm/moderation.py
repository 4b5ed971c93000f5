"""Moderation by a short list of words.

The answer has the shape and the scale of omni-moderation, but the scores are made by rule: a word's weight,
and a faint noise from the text's hash where no word fits. They measure nothing beyond these words.
"""

import hashlib
import re
import unicodedata
from typing import Any

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
# The provider looks at images in these categories only.
_IMAGE_CATEGORIES = frozenset(
    {
        "self-harm",
        "self-harm/intent",
        "self-harm/instructions",
        "sexual",
        "violence",
        "violence/graphic",
    }
)
_FLAGGED_FROM = 0.5
# The threat that a draft carries when a fault asks for a text that moderation flags.
THREATS = {
    "ja": "お返事がなければ、痛い目に遭わせます。",
    "en": "If you do not answer, I will hurt you.",
}

_WORDS: tuple[tuple[str, dict[str, float]], ...] = (
    (
        r"(?:ぶっ)?殺す|殺してやる|殺すぞ|\b(?:kill|murder)\s+(?:you|him|her|them|everyone)\b",
        {"violence": 0.94, "harassment/threatening": 0.86, "harassment": 0.8},
    ),
    (
        r"痛い目に[遭あ]わせ|ただでは済まな|ただじゃ済ま"
        r"|\b(?:hurt|beat|stab|shoot)\s+you\b|\byou(?:'ll| will) regret\b",
        {"harassment/threatening": 0.83, "harassment": 0.78, "violence": 0.66},
    ),
    (
        r"死ね|消えろ|クズ野郎|ゴミ野郎|馬鹿野郎|バカ野郎"
        r"|\byou\s+(?:are\s+)?(?:an?\s+)?(?:idiot|moron|scum)\b|\bgo to hell\b",
        {"harassment": 0.91},
    ),
    (
        r"(?:外国人|移民|障害者|[一-鿿]{1,4}人)(?:は|を)(?:出て行け|追い出せ|排除しろ|劣って)|\b(?:immigrants|foreigners)\s+(?:are|is)\s+(?:vermin|subhuman|animals)\b",
        {"hate": 0.9, "harassment": 0.6},
    ),
    (
        r"皆殺し|根絶やし|\bexterminate\s+(?:all|them|the)\b",
        {"hate/threatening": 0.84, "hate": 0.8, "violence": 0.88},
    ),
    (
        r"セックス|性行為|ポルノ|裸の写真|\b(?:porn|pornographic|nudes|have sex|sexual favou?rs)\b",
        {"sexual": 0.92},
    ),
    (r"児童ポルノ|\bchild porn\w*", {"sexual/minors": 0.97, "sexual": 0.95}),
    (
        r"血まみれ|内臓|首を切り落と|\b(?:dismember|behead|gore|disembowel)\w*",
        {"violence/graphic": 0.85, "violence": 0.88},
    ),
    (
        r"自殺し(?:たい|よう)|死にたい|\bkill myself\b|\bwant to die\b",
        {"self-harm/intent": 0.9, "self-harm": 0.92},
    ),
    (
        r"自殺の(?:方法|仕方)|リストカットの(?:方法|やり方)|\bhow to (?:kill|cut) (?:yourself|myself)\b",
        {"self-harm/instructions": 0.9, "self-harm": 0.93},
    ),
    (r"覚[せ醒]い剤を|違法薬物を|\b(?:buy|sell|cook)\s+(?:meth|cocaine|heroin)\b", {"illicit": 0.86}),
    (r"爆弾の(?:作り方|製造)|\b(?:build|make)\s+a\s+bomb\b", {"illicit/violent": 0.9, "illicit": 0.92}),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE), weights) for pattern, weights in _WORDS)


def scores(text: str) -> dict[str, float]:
    """Category to score from 0 to 1."""
    normal = unicodedata.normalize("NFKC", text)
    noise = hashlib.blake2b(normal.encode("utf-8", "replace"), digest_size=len(CATEGORIES)).digest()
    result = {name: round(1e-6 + byte * 1e-6, 8) for name, byte in zip(CATEGORIES, noise, strict=True)}
    for rule, weights in _RULES:
        if rule.search(normal):
            for category, weight in weights.items():
                result[category] = max(result[category], weight)
    return result


def is_flagged(text: str) -> bool:
    return max(scores(text).values()) >= _FLAGGED_FROM


def result(
    text: str, *, with_text: bool = True, with_image: bool = False, flag: bool = False
) -> dict[str, Any]:
    """One entry of "results"; flag adds a harassment verdict that no word in the text explains."""
    marks = scores(text)
    if flag:
        marks["harassment"] = max(marks["harassment"], 0.9)
    categories = {name: score >= _FLAGGED_FROM for name, score in marks.items()}
    kinds = {
        name: ["text"] * with_text + ["image"] * (with_image and name in _IMAGE_CATEGORIES)
        for name in CATEGORIES
    }
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": marks,
        "category_applied_input_types": kinds,
    }
