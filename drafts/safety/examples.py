"""Texts from a file, checked as drafts are: a JSON object per line in, one out. The form: docs/safety.md.

What a draft's context takes from the database stands in the line itself; the layers, and the way in which
they are called, are the pipeline's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from django.utils import translation

from drafts import facts as fact_source
from drafts.models import Check
from drafts.safety import own_pages, pipeline, reasons
from drafts.safety.base import Claim, Context, Fact, Person, Reason, Sender
from drafts.safety.names import LAYERS
from drafts.safety.pipeline import Spoken
from drafts.safety.rulebook import RuleBook
from drafts.texts import Text
from leads import folding
from leads.importing.industries import industry_of

# the layers that need neither a model nor a recipient on record; "law" passes where there is none
LOCAL_LAYERS: Final = ("input_filter", "format", "rules", "law")
MAX_LINE_BYTES: Final = 1_000_000
LANGUAGES: Final = ("ja", "en")


class BadLine(ValueError):
    """A line that is no example. The message says what is wrong and quotes nothing."""


@dataclass(frozen=True, repr=False)
class Example:
    id: str | int
    text: Text
    context: Context
    category: str = ""


@dataclass(frozen=True)
class Result:
    """`ms` is the time of all layers together."""

    example: Example
    spoken: tuple[Spoken, ...]
    ms: float

    @property
    def flagged(self) -> bool:
        return any(one.verdict.outcome != Check.Verdict.PASS for one in self.spoken)

    def flagged_by(self) -> frozenset[str]:
        """Layers that have found something; one that could not speak stops a draft, but has found nothing."""
        return self._layers(Check.Verdict.FLAG)

    def silent(self) -> frozenset[str]:
        """Layers that could not speak."""
        return self._layers(Check.Verdict.ERROR)

    def _layers(self, outcome: Check.Verdict) -> frozenset[str]:
        return frozenset(one.layer for one in self.spoken if one.verdict.outcome == outcome)

    def as_json(self) -> dict[str, Any]:
        """Messages are in the text's own language."""
        with translation.override(self.example.context.language):
            layers = [_layer(one) for one in self.spoken]
        verdict = "flag" if self.flagged else "pass"
        return {"id": self.example.id, "verdict": verdict, "layers": layers, "ms": round(self.ms, 3)}


def layers_of(wanted: str) -> tuple[str, ...]:
    """Layers by name, comma separated, in the pipeline's order; "all" names all of them.

    Raises BadLine for a name that no layer has.
    """
    names = {name.strip() for name in wanted.split(",") if name.strip()}
    if names == {"all"}:
        return LAYERS
    if unknown := sorted(names - set(LAYERS)):
        raise BadLine(f"no such layer: {', '.join(unknown)} (there are {', '.join(LAYERS)}, all)")
    if not names:
        raise BadLine(f"name at least one layer of {', '.join(LAYERS)}")
    return tuple(name for name in LAYERS if name in names)


def check(example: Example, layers: tuple[str, ...]) -> Result:
    started = time.perf_counter()
    spoken = pipeline.examine(example.text, example.context, layers)
    return Result(example, tuple(spoken), (time.perf_counter() - started) * 1000)


def lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Line by line; of one that is longer than a line may be, only its beginning."""
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        yield raw
        while len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES + 1)


def read(line: bytes, rules: RuleBook, *, team_id: int = 0) -> Example:
    """Raises BadLine. Fields that the form does not know are ignored."""
    data = _parsed(line)
    if not isinstance(data, dict):
        raise BadLine("not a JSON object")
    identity = data.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        raise BadLine("id: a text or a whole number is needed")
    if data.get("language") not in LANGUAGES:
        raise BadLine(f"language: one of {', '.join(LANGUAGES)} is needed")
    for name in ("subject", "body"):
        if not isinstance(data.get(name), str):
            raise BadLine(f"{name}: a text is needed")
    text = Text(data["subject"], data["body"])
    return Example(identity, text, _context(data, rules, team_id), _word(data, "category"))


def identity_of(line: bytes) -> str | int | None:
    """The id of a line that is no example, if it has one."""
    try:
        found = _parsed(line)["id"]
    except (BadLine, KeyError, TypeError):
        return None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def _parsed(line: bytes) -> Any:
    if len(line) > MAX_LINE_BYTES:
        raise BadLine(f"longer than {MAX_LINE_BYTES} bytes")
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problem = "not UTF-8"
    except ValueError as error:
        problem = f"not JSON: {getattr(error, 'msg', 'cannot be read')}"
    except RecursionError:
        problem = "not JSON: nested too deeply"
    raise BadLine(problem)


def _context(data: dict[str, Any], rules: RuleBook, team_id: int) -> Context:
    lead, company, sender = (_object(data, name) for name in ("lead", "company", "sender"))
    plain = fact_source.plain
    known_facts = _facts(data)
    named = _word(company, "industry", "company.")
    industry = industry_of(named) if named else ""
    return Context(
        language=data["language"],
        purpose=_word(data, "purpose") or "ice_breaker",
        tone=_word(data, "tone") or "polite",
        rules=rules,
        lead=Person(
            *(
                plain(_word(lead, name, "lead."))
                for name in ("family_name", "given_name", "title", "department")
            )
        ),
        company=plain(_word(company, "name", "company.")),
        company_names=tuple(
            name for key in ("name_en", "name_kana") if (name := _word(company, key, "company."))
        ),
        industry=industry,
        industry_label=fact_source.industry_label(industry, data["language"]),
        sender=Sender(*(plain(_word(sender, name, "sender.")) for name in ("name", "team", "company"))),
        own_contacts=tuple(_words(sender, "contacts", "sender.")),
        own_domain=own_pages.usable(_word(sender, "domain", "sender.")),
        facts=known_facts,
        claims=_claims(data),
        by_person=data.get("by_person") is True,
        instruction=plain(_word(data, "instruction"), 300),
        raw_fields=_raw_fields(data, lead, company, known_facts),
        known_companies=_known_companies(_words(data, "other_customers")),
        team_id=team_id,
    )


def _raw_fields(
    data: dict[str, Any], lead: dict[str, Any], company: dict[str, Any], known_facts: tuple[Fact, ...]
) -> dict[str, str]:
    """Free text that other people's hands filled in: what the input filter reads."""
    fields = {f"lead.{name}": value for name, value in lead.items() if isinstance(value, str)}
    fields |= {f"company.{name}": value for name, value in company.items() if isinstance(value, str)}
    fields |= {f"note.{number}": note for number, note in enumerate(_words(data, "notes"), start=1)}
    fields |= {f"fact.{fact.id}": f"{fact.text} {fact.value}".strip() for fact in known_facts}
    return {name: value for name, value in fields.items() if value}


def _facts(data: dict[str, Any]) -> tuple[Fact, ...]:
    """Objects with id, kind, text, value; or bare texts, which become F1, F2, …"""
    found = []
    for number, entry in enumerate(_list(data, "facts"), start=1):
        item = {"text": entry} if isinstance(entry, str) else entry
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            raise BadLine(f"facts[{number - 1}]: a text, or an object with a text")
        where = f"facts[{number - 1}]."
        identity = _word(item, "id", where) or f"F{number}"
        found.append(
            Fact(identity, _word(item, "kind", where) or "note", item["text"], _word(item, "value", where))
        )
    return tuple(found)


def _claims(data: dict[str, Any]) -> tuple[Claim, ...] | None:
    """None where the line has no claims: provenance is then not judged."""
    if data.get("claims") is None:
        return None
    found = []
    for number, item in enumerate(_list(data, "claims")):
        if not isinstance(item, dict) or not item.get("phrase") or not item.get("fact_id"):
            raise BadLine(f"claims[{number}]: an object with phrase and fact_id")
        where = f"claims[{number}]."
        found.append(Claim(_word(item, "phrase", where), _word(item, "fact_id", where)))
    return tuple(found)


def _known_companies(names: list[str]) -> Callable[[set[str]], set[str]] | None:
    if not names:
        return None
    keys = {folding.company_key(name) for name in names}
    return lambda asked: asked & keys


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    if found is not None and not isinstance(found, dict):
        raise BadLine(f"{name}: an object is needed")
    return found or {}


def _list(data: dict[str, Any], name: str, where: str = "") -> list[Any]:
    found = data.get(name)
    if found is not None and not isinstance(found, list):
        raise BadLine(f"{where}{name}: a list is needed")
    return found or []


def _words(data: dict[str, Any], name: str, where: str = "") -> list[str]:
    found = _list(data, name, where)
    if not all(isinstance(word, str) for word in found):
        raise BadLine(f"{where}{name}: a list of texts is needed")
    return [word for word in found if word]


def _word(data: dict[str, Any], name: str, where: str = "") -> str:
    """A text, or a number as text (a fact's value); empty where it is absent."""
    found = data.get(name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise BadLine(f"{where}{name}: a text is needed")
    return str(found)


def _layer(one: Spoken) -> dict[str, Any]:
    return {
        "name": one.layer,
        "verdict": str(one.verdict.outcome),
        "reasons": [_reason(reason) for reason in one.verdict.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    label = reasons.label(reason.code)
    return reason.as_json() | {"message": f"{label}: {reason.message}" if reason.message else label}
