"""Sentences to learn from, with what they consist of: from the parts of the red-team set that may be read.

The unseen and the later files are measuring sticks and are never opened here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drafts.safety import banned, examples, promises, rules, sentences, weighing
from drafts.safety.examples import Example
from drafts.safety.normal import View, clean
from drafts.safety.rulebook import RuleBook
from drafts.safety.wordclasses import WordClasses

UNSAFE: Final = ("unsafe_ja.jsonl", "unsafe_en.jsonl")
GOOD: Final = ("clean.jsonl", "clean_more.jsonl", "clean_heavy.jsonl")
SENTENCES: Final = ("sentences.jsonl", "sentences_more.jsonl")
# what a sentence says, not whom or what the mail is for
SAID: Final = frozenset(
    [
        "insult",
        "discrimination",
        "sexual",
        "threat",
        "medical_guarantee",
        "financial_guarantee",
        "invented_discount",
        "personal_data",
        "injection",
        "promise",
        "foreign_url",
    ]
)


@dataclass(frozen=True)
class Sentence:
    language: str
    words: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """A mail or a single sentence. `unsafe` are its sentences that may not be sent, `all` are all of it.

    `maybe`: sentences of an unsafe mail that may be why it is, though nothing marks them.
    """

    id: str
    source: str
    language: str
    is_unsafe: bool
    unsafe: tuple[Sentence, ...]
    all: tuple[Sentence, ...]
    maybe: tuple[Sentence, ...] = ()

    @property
    def is_mail(self) -> bool:
        return self.source not in SENTENCES

    def fold(self, folds: int) -> int:
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % folds


@dataclass(frozen=True)
class Reader:
    """`rules`: whose topics are found. What `marking` finds in an unsafe mail tells its unsafe sentences."""

    rules: RuleBook
    marking: RuleBook
    classes: dict[str, WordClasses]

    def lessons(self, folder: Path) -> Iterator[Lesson]:
        for name in (*UNSAFE, *GOOD):
            for data in _objects(folder / name):
                yield self._of_mail(data, name)
        for name in SENTENCES:
            for data in _objects(folder / name):
                found = tuple(said for said, _place in self._sentences(clean(data["text"]), weighing.Names()))
                unsafe = found if data["unsafe"] else ()
                yield Lesson(data["text"], name, data["language"], data["unsafe"], unsafe, found)

    def _of_mail(self, data: dict[str, Any], source: str) -> Lesson:
        example = examples.read(json.dumps(data).encode(), self.rules)
        names, found, unsafe, maybe = rules.weighing_names(example.context), [], [], []
        is_unsafe = source in UNSAFE
        is_said = is_unsafe and data["category"] in SAID
        for part in (example.text.subject, example.text.body):
            view = clean(part)
            marks = self._marks(view, example) if is_said else []
            for sentence, (start, end) in self._sentences(view, names):
                found.append(sentence)
                if any(start <= mark < end for mark in marks):
                    unsafe.append(sentence)
                elif is_said:
                    maybe.append(sentence)
        language = example.context.language
        return Lesson(str(data["id"]), source, language, is_unsafe, tuple(unsafe), tuple(found), tuple(maybe))

    def _marks(self, view: View, example: Example) -> list[int]:
        names = rules.harmless_names(example.context)
        hits = (
            *banned.find(view, self.marking, names=names),
            *promises.find(view, self.marking, names=names),
        )
        return [hit.start for hit in hits]

    def _sentences(self, view: View, names: weighing.Names) -> Iterator[tuple[Sentence, tuple[int, int]]]:
        topics = promises.topics(view, self.rules)
        for start, end in sentences.split(view.text):
            text = view.text[start:end]
            language = weighing.language_of(text)
            words = set(weighing.terms(text, language, names))
            if language in self.classes:
                classes = self.classes[language]
                words.update(weighing.class_terms(view.text, start, end, language, classes, names))
            own = (hit for hit in topics if start <= hit.start < end)
            found = tuple(sorted(set(weighing.topic_terms(own))))
            yield Sentence(language, tuple(sorted(words)), found), (start, end)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
