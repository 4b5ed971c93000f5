"""The regression set: texts that reviewers have decided about, without persons, run again under later rules.

An unsafe text that a layer without a model once caught and none catches now has leaked back. A false alarm is
counted only: whether it may stop is for whoever writes the rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from drafts.models import Draft, RegressionCase
from drafts.safety import customer, examples, own_pages, rulebook
from drafts.safety.examples import LOCAL_LAYERS
from drafts.safety.rulebook import RuleBook
from leads import folding
from leads.models import Company
from salesdash import audit
from salesdash.models import User
from salesdash.rates import Rate

# who stands in for the lead, the company and us, by language
_STAND_INS: Final = {
    "ja": {
        "lead": {"family_name": "見本", "given_name": "太郎", "title": "部長", "department": "総務部"},
        "company": {"name": "株式会社見本商事"},
        "sender": {
            "name": "例田 梢",
            "team": "第一営業部",
            "company": "株式会社例示",
            "domain": "reiji.example",
        },
    },
    "en": {
        "lead": {
            "family_name": "Sample",
            "given_name": "Robin",
            "title": "Director",
            "department": "Finance",
        },
        "company": {"name": "Sample Trading Ltd"},
        "sender": {
            "name": "Alex Example",
            "team": "Sales One",
            "company": "Example Inc",
            "domain": "reiji.example",
        },
    },
}
# and who for every other customer
_OTHER: Final = {"ja": "株式会社架空製作所", "en": "Imaginary Works Ltd"}
# as it is called in the middle of a sentence
_SHORT: Final = re.compile(r"^株式会社| Ltd$")

_BESIDE_NAMES: Final = (
    "様", " 様", "\u3000様", "さま", "さん", "氏", "殿", "です", "でございます", "と申します", "より", "\n",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """`leaked_back`: ids of unsafe texts that a layer caught when they were kept and none catches now."""

    unsafe: Rate
    false_alarms: Rate
    leaked_back: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "unsafe": self.unsafe.trials,
            "caught": self.unsafe.hits,
            "clean": self.false_alarms.trials,
            "flagged": self.false_alarms.hits,
            "leaked_back": list(self.leaked_back),
        }


def keep(*, draft: Draft, reviewer: User, unsafe: bool, code: str = "") -> RegressionCase:
    """The draft's present text as a case; a text that is one already stays as it was decided first."""
    line = _line(draft, code if unsafe else "false_alarm")
    case, created = RegressionCase.objects.get_or_create(
        text_hash=draft.text_hash,
        defaults={
            "team_id": draft.team_id,
            "draft": draft,
            "unsafe": unsafe,
            "code": code,
            "line": line,
            # by what is kept: without the customer's data some layers see less than they saw of the draft
            "caught_by": _caught_by({"id": "kept", **line}, rulebook.active(), LOCAL_LAYERS),
            "added_by_name": str(reviewer),
        },
    )
    if created:
        details = {"unsafe": unsafe, "code": code}
        audit.record(actor=reviewer, action="regression.keep", target=case, details=details)
    return case


def run(rules: RuleBook, cases: Iterable[RegressionCase], layers: tuple[str, ...] = LOCAL_LAYERS) -> Report:
    """Only layers that need no model: the others are asked about the red-team set."""
    local = tuple(name for name in layers if name in LOCAL_LAYERS)
    unsafe, caught, clean, flagged = 0, 0, 0, 0
    back: list[str] = []
    for case in cases:
        found = _caught_by(_as_line(case), rules, local)
        if not case.unsafe:
            clean, flagged = clean + 1, flagged + bool(found)
            continue
        unsafe, caught = unsafe + 1, caught + bool(found)
        if not found and set(case.caught_by) & set(local):
            back.append(str(case))
    return Report(Rate(caught, unsafe), Rate(flagged, clean), tuple(back))


def exported(case: RegressionCase) -> str:
    """A line of JSON, as `manage.py check_text` reads it."""
    return json.dumps(_as_line(case), ensure_ascii=False)


def _as_line(case: RegressionCase) -> dict[str, Any]:
    return {"id": str(case), **case.line, "unsafe": case.unsafe, "caught_by": case.caught_by}


def _caught_by(line: dict[str, Any], rules: RuleBook, layers: tuple[str, ...]) -> list[str]:
    example = examples.read(json.dumps(line).encode(), rules)
    return list(examples.check(example, layers).flagged_by())


def _line(draft: Draft, category: str) -> dict[str, Any]:
    others = dict(_other_customers(draft))
    pairs = _replacements(draft, others)
    known = _STAND_INS[draft.language]
    facts = [
        {
            "id": str(fact.get("id", "")),
            "kind": str(fact.get("kind", "note")),
            "text": _replaced(str(fact.get("text", "")), pairs),
            "value": _replaced(str(fact.get("value") or ""), pairs),
        }
        for fact in draft.facts
    ]
    claims = [
        {"phrase": _replaced(str(one.get("phrase", "")), pairs), "fact_id": str(one.get("fact_id", ""))}
        for one in draft.claims
        if one.get("phrase") and one.get("fact_id")
    ]
    return {
        "language": draft.language,
        "category": category,
        "purpose": draft.purpose,
        "subject": _replaced(draft.subject, pairs),
        "body": _replaced(draft.body, pairs),
        "lead": known["lead"],
        "company": known["company"] | {"industry": draft.lead.company.industry},
        "other_customers": [_OTHER[draft.language]] if others else [],
        "sender": known["sender"],
        "facts": facts,
        "claims": claims,
        "by_person": draft.text_author_id is not None,
    }


def _replaced(text: str, pairs: list[tuple[str, str]]) -> str:
    """In one pass: what was put in is not replaced again."""
    if not pairs:
        return text
    known = dict(pairs)
    pattern = "|".join(re.escape(words) for words, _stand_in in pairs)
    return re.sub(pattern, lambda found: known[found.group()], text)


def _replacements(draft: Draft, others: dict[str, str]) -> list[tuple[str, str]]:
    """(words of a real person or company, the stand-in's), longest first: no part of a name is left over."""
    found = others | {words: stand_in for words, stand_in in _known(draft) if len(words.strip()) > 1}
    return sorted(found.items(), key=lambda pair: (-len(pair[0]), pair))


def _other_customers(draft: Draft) -> Iterator[tuple[str, str]]:
    """(as it stands in the text, the stand-in's) of each company of another lead of the same team."""
    text = "\n".join([draft.subject, draft.body, *_told(draft)])
    found = {text[start:end] for start, end in customer.runs(text)}
    keys = {folding.company_key(words) for words in found}
    company = draft.lead.company
    named = Company.objects.filter(Q(name_key__in=keys) | Q(name_en__in=found), team=draft.team_id)
    others = {
        folding.company_key(name)
        for names in named.exclude(pk=company.pk).values_list("name", "name_en")
        for name in names
        if name
    }
    own = (company.name, company.name_en, company.name_kana, draft.team.company_name)
    own_keys = {folding.company_key(name) for name in own if name}
    stand_in = _OTHER[draft.language]
    for words in found:
        key = folding.company_key(words)
        if len(key) > 1 and key in others and not any(key in name for name in own_keys):
            yield words, stand_in if _is_legal(words) else _SHORT.sub("", stand_in)


def _is_legal(words: str) -> bool:
    """Whether the name stands there with what kind of company it is."""
    return len(folding.company_key(words)) < len(folding.fold(words).replace(" ", ""))


def _told(draft: Draft) -> Iterator[str]:
    for fact in draft.facts:
        yield from (str(fact.get("text", "")), str(fact.get("value") or ""))
    yield from (str(claim.get("phrase", "")) for claim in draft.claims)


def _known(draft: Draft) -> Iterator[tuple[str, str]]:
    known = _STAND_INS[draft.language]
    lead, company, team, user = draft.lead, draft.lead.company, draft.team, draft.requested_by
    for name in ("family_name", "given_name", "title", "department"):
        yield getattr(lead, name), known["lead"][name]
    yield from _called(lead.family_name, lead.given_name, known["lead"])
    for words in (company.name, company.name_en, company.name_kana):
        yield words, known["company"]["name"]
    yield lead.email, "taro@mihon.example"
    yield team.company_name, known["sender"]["company"]
    for words in (team.name, team.name_en):
        yield words, known["sender"]["team"]
    yield own_pages.domain_of(team), known["sender"]["domain"]
    if user:
        given, family = known["sender"]["name"].split()[::-1]
        yield str(user), known["sender"]["name"]
        yield from _called(user.last_name, user.first_name, {"family_name": family, "given_name": given})
        yield user.last_name, family
        yield user.first_name, given
        yield user.email, "kozue@reiji.example"


def _called(family: str, given: str, stand_in: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Names in both orders; one of a single character, which any word may contain, only as a name is used."""
    if family and given:
        for blank in ("", " ", "\u3000"):
            yield f"{family}{blank}{given}", f"{stand_in['family_name']}{blank}{stand_in['given_name']}"
        yield f"{given} {family}", f"{stand_in['given_name']} {stand_in['family_name']}"
    for name, other in ((family, stand_in["family_name"]), (given, stand_in["given_name"])):
        if len(name) == 1:
            yield from ((f"{name}{said}", f"{other}{said}") for said in _BESIDE_NAMES)
