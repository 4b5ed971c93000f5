"""The task that the application's prompt carries, read from the block between <data> and </data>.

Everything in the block is data. Nothing in it is obeyed; only the fields named here have an effect.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from salesdash.devllm.errors import invalid
from salesdash.devllm.faults import MARKER

_BLOCK = re.compile(r"^<data>[ \t]*\r?\n(.*?)^</data>[ \t]*$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n|\n\s*```\s*\Z")
_SPACES = re.compile(r"\s+")


def clean(value: object) -> str:
    """One line, without markers; numbers as their digits, anything else that is no text as nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return _SPACES.sub(" ", MARKER.sub("", value)).strip() if isinstance(value, str) else ""


def _section(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _items(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _body(section: dict[str, Any]) -> str:
    return section["body"] if isinstance(section.get("body"), str) else ""


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(text for text in map(clean, values) if text)


@dataclass(frozen=True)
class Fact:
    id: str
    kind: str
    text: str
    value: str

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        return cls(*(clean(data.get(name)) for name in ("id", "kind", "text", "value")))


@dataclass(frozen=True)
class Person:
    family_name: str
    given_name: str
    title: str
    department: str

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        return cls(*(clean(data.get(name)) for name in ("family_name", "given_name", "title", "department")))


@dataclass(frozen=True)
class Task:
    """One draft to write or, with subject, body and claims, one draft to judge.

    `current` is the body of a mail that is to become shorter or softer (`revision`).
    """

    name: str
    language: str
    purpose: str
    tone: str
    length: str
    keigo: str
    revision: str
    current: str
    variant: int
    lead: Person
    company: str
    industry: str
    sender: str
    sender_team: str
    sender_company: str
    facts: tuple[Fact, ...]
    instruction: str
    avoid: tuple[str, ...]
    previous_subjects: tuple[str, ...]
    subject: str
    body: str
    claims: tuple[tuple[str, str], ...]
    own_domain: str
    digest: bytes

    @property
    def register(self) -> str:
        """Which set of closing phrases fits: soft, friendly, plain, formal or polite."""
        if self.revision == "softer":
            return "soft"
        if self.tone == "friendly":
            return "friendly"
        return self.keigo if self.keigo in ("plain", "formal") else "polite"

    def number(self, key: str) -> int:
        """A number that depends on the data (but not on the variant) and on key only."""
        return int.from_bytes(hashlib.blake2b(self.digest + key.encode(), digest_size=8).digest())


def find_block(messages: Iterable[str]) -> dict[str, Any] | None:
    """The JSON object of the last block in the messages; None where there is none."""
    blocks = [block for text in messages for block in _BLOCK.findall(text)]
    if not blocks:
        return None
    try:
        data = json.loads(_FENCE.sub("", blocks[-1]))
    except (ValueError, RecursionError) as error:
        raise invalid(f"The <data> block is not valid JSON: {error}", param="messages") from error
    if not isinstance(data, dict):
        raise invalid("The <data> block must hold one JSON object.", param="messages")
    return data


def read_task(data: dict[str, Any]) -> Task:
    name = data.get("task")
    if name not in ("draft", "judge"):
        raise invalid('"task" in the <data> block must be "draft" or "judge".', param="messages")
    language = data.get("language")
    if language not in ("ja", "en"):
        raise invalid('"language" in the <data> block must be "ja" or "en".', param="messages")
    company, sender, draft = _section(data, "company"), _section(data, "sender"), _section(data, "draft")
    variant = data.get("variant")
    # Claims stand beside the draft or inside it.
    claims = _items(data, "claims") or _items(draft, "claims")
    return Task(
        name=name,
        language=language,
        purpose=clean(data.get("purpose")),
        tone=clean(data.get("tone")),
        length=clean(data.get("length")),
        keigo=clean(data.get("keigo")),
        revision=clean(data.get("revision")),
        current=_body(_section(data, "current")),
        variant=variant if isinstance(variant, int) else 0,
        lead=Person.read(_section(data, "lead")),
        company=clean(company.get("name")),
        industry=clean(company.get("industry")),
        sender=clean(sender.get("name")),
        sender_team=clean(sender.get("team")),
        sender_company=clean(sender.get("company")),
        facts=tuple(Fact.read(fact) for fact in _items(data, "facts") if isinstance(fact, dict)),
        instruction=clean(data.get("instruction")),
        avoid=_texts(_items(data, "avoid")),
        previous_subjects=_texts(_items(data, "previous_subjects")),
        subject=clean(draft.get("subject")),
        body=_body(draft),
        claims=tuple(
            (clean(claim.get("phrase")), clean(claim.get("fact_id")))
            for claim in claims
            if isinstance(claim, dict)
        ),
        own_domain=clean(data.get("own_domain")).lower(),
        digest=_digest(data),
    )


def _digest(data: dict[str, Any]) -> bytes:
    same = {key: value for key, value in data.items() if key not in ("variant", "avoid", "own_domain")}
    return hashlib.blake2b(json.dumps(same, sort_keys=True).encode(), digest_size=16).digest()
