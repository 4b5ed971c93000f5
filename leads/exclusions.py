"""The two exclusions that everybody needs, as plain lists: competitors, and domains not to be contacted.

They are ordinary exclude rules; this module folds such rules into lists and writes lists as rules. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from leads.fit import Op
from leads.rule_words import BLOCKED_DOMAIN, COMPETITOR

_DOMAIN: Final = re.compile(r"[\w-]+(\.[\w-]+)+")
_COMPANY_DOMAIN: Final = ("company.domain", Op.IN, COMPETITOR)
_COMPANY_NAME: Final = ("company.name", Op.CONTAINS, COMPETITOR)
_COMPETITOR_MAIL: Final = ("lead.email_domain", Op.IN, COMPETITOR)
_BLOCKED_MAIL: Final = ("lead.email_domain", Op.IN, BLOCKED_DOMAIN)
_SIMPLE: Final = (_COMPANY_DOMAIN, _COMPETITOR_MAIL, _COMPANY_NAME, _BLOCKED_MAIL)


@dataclass
class Exclusions:
    """A competitor's domain is looked for at the company and in the mail address alike."""

    competitor_domains: list[str] = field(default_factory=list)
    competitor_names: list[str] = field(default_factory=list)
    blocked_domains: list[str] = field(default_factory=list)
    # rules that are more than such a list
    others: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, rules: Sequence[dict[str, Any]]) -> Self:
        found: dict[tuple[str, str, str], list[str]] = {}
        others = []
        for rule in rules:
            about = (rule.get("field", ""), rule.get("op", ""), rule.get("reason", ""))
            if about in _SIMPLE and about not in found and isinstance(rule.get("value"), list):
                found[about] = [str(one) for one in rule["value"]]
            else:
                others.append(rule)
        # only together are they "the domains of competitors"
        if found.get(_COMPANY_DOMAIN) != found.get(_COMPETITOR_MAIL):
            pair = (_COMPANY_DOMAIN, _COMPETITOR_MAIL)
            others += [_rule(about, found.pop(about)) for about in pair if about in found]
        domains, names = found.get(_COMPANY_DOMAIN, []), found.get(_COMPANY_NAME, [])
        return cls(domains, names, found.get(_BLOCKED_MAIL, []), others)

    @property
    def competitors(self) -> list[str]:
        return [*self.competitor_domains, *self.competitor_names]

    def rules(self) -> list[dict[str, Any]]:
        lists = (
            self.competitor_domains,
            self.competitor_domains,
            self.competitor_names,
            self.blocked_domains,
        )
        simple = [_rule(about, values) for about, values in zip(_SIMPLE, lists, strict=True) if values]
        return [*simple, *self.others]


def domain(text: str) -> str | None:
    """`rival.co.jp` from `@rival.co.jp`, `https://www.rival.co.jp/x` or an address; None if it is none."""
    host = re.sub(r"^[a-z]+://(www\.)?", "", text.strip().lower()).split("/")[0]
    bare = host.rpartition("@")[2]
    return bare if _DOMAIN.fullmatch(bare) else None


def sort_competitors(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """(domains, names), each once, in the order given."""
    domains = {found: None for word in words if (found := domain(word))}
    names = {word: None for word in words if not domain(word)}
    return list(domains), list(names)


def _rule(about: tuple[str, str, str], values: list[str]) -> dict[str, Any]:
    name, op, reason = about
    return {"field": name, "op": str(op), "value": values, "reason": reason}
