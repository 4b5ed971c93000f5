"""Faults on purpose: by rate, by a marker in the prompt, or asked for by a test.

Markers, anywhere in a chat message or a moderated text:
    [[dev:429]] [[dev:500]] [[dev:timeout]] [[dev:malformed]] [[dev:truncate]]  the transport fails
    [[dev:reset]] [[dev:cut]]           the connection is reset: before the answer, or in the middle of it
    [[dev:badjson]] [[dev:badschema]]   the answer is no JSON, or JSON of another shape
    [[dev:unsafe]]      the draft promises a result and a discount that no fact supports
    [[dev:flag]]        the draft carries a threat; a moderated text is flagged
    [[dev:judge=55]]    the judge's score is 55
    [[dev:disagree]]    every second judgement of the same draft is 30 points lower
A target before the name limits it to one kind of request: [[dev:judge.500]], [[dev:draft.429]],
[[dev:moderation.timeout]].
"""

import random
import re
import threading
from dataclasses import dataclass
from enum import StrEnum

from salesdash.devllm.options import Options


class Target(StrEnum):
    DRAFT = "draft"
    JUDGE = "judge"
    CHAT = "chat"  # a chat request without a task of ours
    MODERATION = "moderation"
    TRANSCRIPTION = "transcription"


class Fault(StrEnum):
    RATE_LIMIT = "429"
    SERVER_ERROR = "500"
    TIMEOUT = "timeout"
    TRUNCATE = "truncate"
    MALFORMED = "malformed"
    RESET = "reset"
    CUT = "cut"
    BAD_JSON = "badjson"
    BAD_SCHEMA = "badschema"
    UNSAFE = "unsafe"
    FLAG = "flag"
    JUDGE = "judge"
    DISAGREE = "disagree"


_CHATS = frozenset({Target.DRAFT, Target.JUDGE, Target.CHAT})
_REACH: dict[Fault, frozenset[Target]] = {
    Fault.TRUNCATE: _CHATS,
    Fault.BAD_JSON: _CHATS,
    Fault.BAD_SCHEMA: _CHATS,
    Fault.UNSAFE: frozenset({Target.DRAFT}),
    Fault.FLAG: frozenset({Target.DRAFT, Target.MODERATION}),
    Fault.JUDGE: frozenset({Target.JUDGE}),
    Fault.DISAGREE: frozenset({Target.JUDGE}),
}
MARKER = re.compile(r"\[\[dev:(?:([a-z]+)\.)?([a-z0-9]+)(?:=(\d{1,3}))?\]\]")


@dataclass(frozen=True)
class Asked:
    """One fault asked for; value is the judge's score where the fault carries one."""

    fault: Fault
    value: int | None = None
    target: Target | None = None

    def applies_to(self, target: Target) -> bool:
        return self.target in (None, target) and target in _REACH.get(self.fault, frozenset(Target))


def marked(text: str) -> list[Asked]:
    """The faults that the markers in text ask for; unknown markers are plain text."""
    found: list[Asked] = []
    for target, name, value in MARKER.findall(text):
        if name in set(Fault) and (not target or target in set(Target)):
            score = int(value) if value else None
            found.append(Asked(Fault(name), score, Target(target) if target else None))
    return found


class Faults:
    """Decides what befalls the next request; safe to use from several threads."""

    def __init__(self, options: Options) -> None:
        self._rates = (
            (Fault.RATE_LIMIT, options.rate_429),
            (Fault.SERVER_ERROR, options.rate_500),
            (Fault.TIMEOUT, options.rate_timeout),
            (Fault.TRUNCATE, options.rate_truncate),
            (Fault.MALFORMED, options.rate_malformed),
            (Fault.FLAG, options.rate_flagged),
        )
        self._dice = random.Random(options.seed)  # noqa: S311 -- faults must be repeatable, not secret
        self._next: list[Asked] = []
        self._lock = threading.Lock()

    def next(
        self, fault: str, times: int = 1, *, target: str | None = None, value: int | None = None
    ) -> None:
        """Let the next `times` requests that the fault can befall (of one target, if given) have it."""
        asked = Asked(Fault(fault), value, Target(target) if target else None)
        with self._lock:
            self._next.extend([asked] * times)

    def clear(self) -> None:
        with self._lock:
            self._next.clear()

    def draw(self, text: str, target: Target) -> Asked | None:
        """Asked for by a test goes before a marker in text, and that before the rates."""
        with self._lock:
            queued = next((asked for asked in self._next if asked.applies_to(target)), None)
            if queued is not None:
                self._next.remove(queued)
                return queued
            dice = self._dice.random()
        by_marker = next((asked for asked in marked(text) if asked.applies_to(target)), None)
        return by_marker or self._by_rate(dice, target)

    def _by_rate(self, dice: float, target: Target) -> Asked | None:
        for fault, rate in self._rates:
            if dice < rate:
                asked = Asked(fault)
                # By rate only drafts are flagged: moderation itself stays a plain function of the text.
                spared = fault is Fault.FLAG and target is Target.MODERATION
                return asked if asked.applies_to(target) and not spared else None
            dice -= rate
        return None

    def between(self, low: float, high: float) -> float:
        with self._lock:
            return self._dice.uniform(low, high)
