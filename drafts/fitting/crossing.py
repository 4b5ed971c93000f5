"""What weights do on texts that they were not found by: each fold is weighed by what the others teach."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.fitting import regression
from drafts.fitting.material import GOOD, SENTENCES, Lesson, Sentence
from drafts.fitting.regression import Options
from drafts.safety.weighing import Weights

# thresholds are whole hundredths in the rules
_HUNDREDTHS: Final = 100
# a sentence of a mail counts as so many single ones, which are shorter and blunter than mails are
MAIL_COUNTS: Final = 2
# how often unmarked sentences of unsafe mails are looked at anew, and what they must weigh to count
ROUNDS: Final = 2
ALIKE: Final = 0.5
SUPPORT: Final = 0.3


def learn(lessons: Iterable[Lesson], language: str, options: Options) -> Weights:
    """Of an unsafe mail the sentences teach that are marked, and those that then weigh as much as such."""
    unsafe: list[Sentence] = []
    maybe: list[Sentence] = []
    good: list[Sentence] = []
    for lesson in lessons:
        times = MAIL_COUNTS if lesson.is_mail else 1
        unsafe += [one for one in lesson.unsafe if one.language == language] * times
        maybe += [one for one in lesson.maybe if one.language == language] * times
        if not lesson.is_unsafe:
            good += [one for one in lesson.all if one.language == language]
    found = regression.weights(unsafe, good, options)
    for _round in range(ROUNDS):
        alike = [one for one in maybe if found.of(one.words, one.topics) > ALIKE]
        found = regression.weights([*unsafe, *alike], good, options)
    return replace(found, support=SUPPORT)


@dataclass(frozen=True)
class Crossed:
    """By source: the weight of each text's heaviest sentence, unsafe and good ones apart."""

    unsafe: dict[str, list[float]]
    good: dict[str, list[float]]

    def threshold(self, share: float) -> float:
        """Above it are at most `share` of the good mails; single sentences are no mails and do not count."""
        mails = sorted((weight for source in GOOD for weight in self.good.get(source, [])), reverse=True)
        if not mails:
            raise ValueError("no good mails to choose a threshold by")
        return math.ceil(mails[int(share * len(mails))] * _HUNDREDTHS) / _HUNDREDTHS

    def shares(self, threshold: float) -> dict[str, tuple[int, int]]:
        """`unsafe_ja.jsonl` → (flagged, all); good texts of a mixed file are `… good`."""
        found = {name: _above(weights, threshold) for name, weights in self.unsafe.items()}
        for name, weights in self.good.items():
            found[f"{name} good" if name in SENTENCES else name] = _above(weights, threshold)
        return dict(sorted(found.items()))


def cross(lessons: Sequence[Lesson], language: str, options: Options, folds: int) -> Crossed:
    unsafe: dict[str, list[float]] = defaultdict(list)
    good: dict[str, list[float]] = defaultdict(list)
    for fold in range(folds):
        taught = learn((one for one in lessons if one.fold(folds) != fold), language, options)
        for lesson in lessons:
            if lesson.fold(folds) != fold or lesson.language != language:
                continue
            own = [one for one in lesson.all if one.language == language]
            # a mail whose fault is no sentence (a wrong name, a gap) is none to weigh
            if not own or (lesson.is_unsafe and not (lesson.unsafe or lesson.maybe)):
                continue
            heaviest = max(taught.supported([taught.of(one.words, one.topics) for one in own]))
            (unsafe if lesson.is_unsafe else good)[lesson.source].append(heaviest)
    return Crossed(dict(unsafe), dict(good))


def _above(weights: list[float], threshold: float) -> tuple[int, int]:
    return sum(weight > threshold for weight in weights), len(weights)
