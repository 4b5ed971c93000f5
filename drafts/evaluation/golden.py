"""The golden set: invented leads with what a good mail to them mentions (drafts/golden/leads.jsonl)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from drafts import facts
from drafts.history import Deed
from drafts.models import Purpose, Tone
from drafts.safety.base import Context, Person, Sender
from drafts.safety.normal import clean
from drafts.safety.rulebook import RuleBook
from drafts.texts import Text
from leads.models import ActivityType, Industry

FILE: Final = Path(__file__).parents[1] / "golden" / "leads.jsonl"
LANGUAGES: Final = ("ja", "en")
# who writes; their product stands with each lead
SENDERS: Final = {
    "ja": Sender("大森 健", "インサイドセールス", "株式会社ヨリアイ"),
    "en": Sender("Emily Carter", "Inside sales", "Yoriai Inc."),
}


class BadGolden(ValueError):
    """The file cannot be used; the message names the line."""


@dataclass(frozen=True)
class Case:
    """`must_mention` holds groups of words: one word of each group has to stand in the text."""

    id: str
    language: str
    purpose: str
    tone: str
    lead: Person
    company: str
    industry: str
    deeds: tuple[Deed, ...]
    notes: tuple[str, ...]
    product: str
    must_mention: tuple[tuple[str, ...], ...]

    def missing(self, text: Text) -> list[str]:
        """The groups of which no word stands in the text, as `製造 / 生産`."""
        written = clean(f"{text.subject}\n{text.body}").text.casefold()
        return [
            " / ".join(group)
            for group in self.must_mention
            if not any(word.casefold() in written for word in group)
        ]

    def context(self, rules: RuleBook, *, team_id: int) -> Context:
        """What a draft's context takes from the database, from the line instead."""
        told = facts.told(
            language=self.language,
            industry=self.industry,
            deeds=self.deeds,
            product=self.product,
            notes=[(body, "") for body in self.notes],
        )
        return Context(
            language=self.language,
            purpose=self.purpose,
            tone=self.tone,
            rules=rules,
            lead=self.lead,
            company=self.company,
            industry=self.industry,
            industry_label=facts.industry_label(self.industry, self.language),
            sender=SENDERS[self.language],
            facts=told,
            raw_fields={f"note.{n}": body for n, body in enumerate(self.notes, start=1)},
            team_id=team_id,
        )


def load(file: Path = FILE) -> tuple[Case, ...]:
    """All cases in the file's order. Raises BadGolden."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadGolden(f"{file.name}:{number}: {type(error).__name__} {error}") from None
        if case.id in cases:
            raise BadGolden(f"{file.name}:{number}: the id {case.id} stands there twice")
        cases[case.id] = case
    return tuple(cases.values())


def fingerprint(cases: Iterable[Case]) -> str:
    """Changes with any word of any case."""
    return hashlib.sha256("\n".join(map(repr, cases)).encode()).hexdigest()[:16]


def _case(line: dict[str, Any]) -> Case:
    if line["language"] not in LANGUAGES:
        raise ValueError("language")
    must = tuple(tuple(map(str, group)) for group in line["must_mention"])
    if not must or not all(group and all(group) for group in must):
        raise ValueError("must_mention")
    return Case(
        id=str(line["id"]),
        language=line["language"],
        purpose=Purpose(line["purpose"]).value,
        tone=Tone(line.get("tone", Tone.POLITE)).value,
        lead=Person(**line["lead"]),
        company=line["company"]["name"],
        industry=Industry(line["company"]["industry"]).value,
        deeds=tuple(_deed(one) for one in line["activities"]),
        notes=tuple(map(str, line["notes"])),
        product=line["product"],
        must_mention=must,
    )


def _deed(one: dict[str, Any]) -> Deed:
    kind = ActivityType.from_key(one["type"])
    return kind, datetime.fromisoformat(one["date"]), str(one.get("name", "")), int(one.get("times", 1))
