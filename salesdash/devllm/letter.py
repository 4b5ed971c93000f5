"""What both writers share: choosing among phrasings, and the finished letter with its claims."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salesdash.devllm.prompt import Task

SHORTER = re.compile(
    r"短く|短め|簡潔|長すぎ|\bshort(?:er|en)?\b|concise|brief|(?:too|body).?long|length", re.IGNORECASE
)


@dataclass(frozen=True)
class Claim:
    """A phrase that stands word for word in the body, and the fact it rests on."""

    phrase: str
    fact_id: str


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str
    claims: tuple[Claim, ...]

    def as_json(self) -> dict[str, Any]:
        claims = [{"phrase": claim.phrase, "fact_id": claim.fact_id} for claim in self.claims]
        return {"subject": self.subject, "body": self.body, "claims": claims}


def wants_short(task: Task) -> bool:
    wishes = (task.instruction, *task.avoid)
    return "short" in (task.length, task.revision[:5]) or any(SHORTER.search(text) for text in wishes)


class Choice:
    """Picks phrasings by the data's hash.

    Three variants in a row share no phrasing; the next three shuffle them anew.
    """

    def __init__(self, task: Task, variant: int) -> None:
        self._task = task
        self._variant = variant

    def pick(self, key: str, options: Sequence[str]) -> str:
        shuffle = self._task.number(f"{key}/{self._variant // 3}")
        return options[(shuffle + self._variant) % len(options)]

    def fresh(self, key: str, options: Sequence[str], taken: Sequence[str]) -> str:
        """As pick, passing over texts that were used before; with a word added once all of them were."""
        added = "（あらためて）" if self._task.language == "ja" else " (once more)"
        left = [text for text in options if text not in taken]
        again = [text + added for text in options if text + added not in taken]
        return self.pick(key, left or again or options)
