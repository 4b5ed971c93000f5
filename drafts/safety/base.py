"""What a safety layer is given and what it answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from drafts.llm.questions import Question
from drafts.models import Check
from drafts.texts import SentText, Text
from drafts.workflow import Attempt
from leads import folding

if TYPE_CHECKING:
    from drafts.safety.law import Standing
    from drafts.safety.rulebook import RuleBook


@dataclass(frozen=True)
class Reason:
    """Why a text was flagged. `span` counts characters of `part` ("subject" or "body"), end exclusive."""

    code: str
    message: str = ""
    part: str = ""
    span: tuple[int, int] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "part": self.part,
            "span": list(self.span) if self.span else None,
        }


@dataclass(frozen=True)
class Verdict:
    """`blocking`: no person may clear it. `retry`: writing the text again may help."""

    outcome: Check.Verdict
    reasons: tuple[Reason, ...] = ()
    blocking: bool = False
    score: float | None = None
    retry: bool = True


def verdict(reasons: Iterable[Reason], *, blocking: bool = False, retry: bool = True) -> Verdict:
    """Pass without reasons, flag with them."""
    found = tuple(reasons)
    if not found:
        return Verdict(Check.Verdict.PASS)
    return Verdict(Check.Verdict.FLAG, found, blocking=blocking, retry=retry)


@dataclass(frozen=True, repr=False)
class Fact:
    """Something the prompt may rest on; `id` is F1, F2, … within one draft.

    `at` says when it happened (ISO 8601): for people who look the source up, not for the writer.
    """

    id: str
    kind: str
    text: str
    value: str = ""
    at: str = ""


@dataclass(frozen=True, repr=False)
class Claim:
    phrase: str
    fact_id: str


@dataclass(frozen=True, repr=False)
class Person:
    family_name: str = ""
    given_name: str = ""
    title: str = ""
    department: str = ""


@dataclass(frozen=True, repr=False)
class Sender:
    name: str = ""
    team: str = ""
    company: str = ""


@dataclass(frozen=True, repr=False)
class Context:
    """All that the layers may know beside the text; plain data, so that a file can supply it too."""

    language: str
    lead: Person
    company: str
    rules: RuleBook
    industry: str = ""  # a value of leads.models.Industry
    industry_label: str = ""
    sender: Sender = Sender()
    purpose: str = "ice_breaker"
    tone: str = "polite"
    facts: tuple[Fact, ...] = ()
    # None: provenance is not judged
    claims: tuple[Claim, ...] | None = None
    # a person wrote or edited the text: figures may then rest on any fact, not on a cited one only
    by_person: bool = False
    instruction: str = ""
    # other spellings of the customer: in English, in kana
    company_names: tuple[str, ...] = ()
    # addresses and numbers that may stand in the text: the rep's, the team's
    own_contacts: tuple[str, ...] = ()
    # under which the team's own pages are; empty: it has none that a text may link to
    own_domain: str = ""
    standing: Standing | None = None
    # the fields of the CRM as they stand there, before cleaning: {"company.name": …}
    raw_fields: dict[str, str] = field(default_factory=dict)
    # folded names → those that are companies among the team's leads
    known_companies: Callable[[set[str]], set[str]] | None = None
    # what the lead has got from us before, newest first
    earlier: tuple[SentText, ...] = ()
    # the job that gives a sign of life before each call to a model
    attempt: Attempt | None = None
    # for the ledger and the traces
    team_id: int = 0
    draft_id: int | None = None

    @cached_property
    def hash(self) -> str:
        """Binds a remote verdict to what it was given beside the text."""
        seen = [
            self.language, self.purpose, self.tone, asdict(self.lead), self.company, self.industry,
            asdict(self.sender), self.own_domain,
            [asdict(f) for f in self.facts], [asdict(c) for c in self.claims or ()],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()

    @cached_property
    def known_words(self) -> str:
        """Everything that the lead, the sender and the facts are called, folded."""
        lead, sender = self.lead, self.sender
        parts = [
            lead.family_name, lead.given_name, lead.title, lead.department, self.company,
            *self.company_names, sender.name, sender.team, sender.company,
            *(fact.text for fact in self.facts),
        ]  # fmt: skip
        return folding.fold("\n".join(parts))


class Layer(Protocol):
    name: str

    def version(self, context: Context) -> str: ...

    def check(self, text: Text, context: Context) -> Verdict: ...


class RemoteLayer(Protocol):
    """Asks models: its verdicts are reused for the same text and context."""

    name: str

    def version(self, context: Context) -> str: ...

    def questions(self, text: Text, context: Context) -> list[Question[Any]]: ...

    def verdict(self, answers: Sequence[Any]) -> Verdict:
        """`answers` are the values that came to its questions, in their order."""
        ...
