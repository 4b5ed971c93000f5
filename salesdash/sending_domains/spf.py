"""SPF (RFC 7208): one record, which names our mail server, within ten lookups."""

from __future__ import annotations

from typing import Final

from salesdash.sending_domains.lookup import Dns
from salesdash.sending_domains.verdicts import State, Verdict

VERSION: Final = "v=spf1"
MOST_LOOKUPS: Final = 10
_LOOKED_UP: Final = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})


class _PermError(Exception):
    """What receivers answer by ignoring the record. `code` as in verdicts.REASONS."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code)
        self.code, self.name = code, name


def look(dns: Dns, domain: str, mechanism: str) -> Verdict:
    """`mechanism` such as `include:spf.example.jp`; empty: any single record in order will do."""
    records = [text for text in dns.txt(domain) if is_record(text)]
    if not records:
        return Verdict(state=State.MISSING, code="spf_missing")
    found = "\n".join(records)
    if len(records) > 1:
        return Verdict(state=State.WRONG, code="spf_several", found=found, values={"number": len(records)})
    walk = _Walk(dns, mechanism)
    try:
        walk.read(records[0])
    except _PermError as error:
        return Verdict(state=State.WRONG, code=error.code, found=found, values={"name": error.name})
    if any(term in ("all", "+all") for term in records[0].lower().split()):
        return Verdict(state=State.WRONG, code="spf_open", found=found)
    if mechanism and not walk.named:
        return Verdict(state=State.WRONG, code="spf_without", found=found, values={"wanted": mechanism})
    values = {"lookups": walk.lookups}
    code = "spf_ok" if mechanism else "spf_present"
    return Verdict(state=State.OK, code=code, found=found, values=values)


def is_record(text: str) -> bool:
    return text.lower().split(" ")[0] == VERSION


def suggestion(found: str, mechanism: str) -> str:
    """The record to publish: the one that is there with the mechanism in it, or a first one."""
    first = found.partition("\n")[0]
    if not is_record(first):
        return " ".join(part for part in (VERSION, mechanism, "~all") if part)
    terms = first.split()
    if not mechanism or mechanism.lower() in (term.lower().removeprefix("+") for term in terms):
        return " ".join(terms)
    return " ".join([terms[0], mechanism, *terms[1:]])


class _Walk:
    """Through a record and those that it includes: is the mechanism in it, how many lookups does it take?"""

    def __init__(self, dns: Dns, mechanism: str) -> None:
        self._dns, self._mechanism = dns, mechanism.lower().removeprefix("+")
        self.lookups, self.named = 0, False

    def read(self, record: str, *, trusted: bool = True) -> None:
        """`trusted`: what the record lets pass, the domain lets pass."""
        terms = record.lower().split()[1:]
        # with "all" in it, a record never comes to its redirect (RFC 7208, 6.1)
        ends = any(term.lstrip("+-~?") == "all" for term in terms)
        for term in terms:
            passes = trusted and term[0] not in "-~?"
            bare = term.lstrip("+-~?")
            self.named |= passes and bool(self._mechanism) and bare == self._mechanism
            name = _name(bare)
            if name not in _LOOKED_UP or (name == "redirect" and ends):
                continue
            self.lookups += 1
            if self.lookups > MOST_LOOKUPS:
                raise _PermError("spf_lookups")
            target = bare[len(name) + 1 :]
            # what a macro stands for depends on the mail
            if name in ("include", "redirect") and "%" not in target:
                self._follow(target, trusted=passes)

    def _follow(self, target: str, *, trusted: bool) -> None:
        records = [text for text in self._dns.txt(target) if is_record(text)] if target else []
        if len(records) != 1:
            raise _PermError("spf_broken", target)
        self.read(records[0], trusted=trusted)


def _name(term: str) -> str:
    for end in ":=/":
        term = term.partition(end)[0]
    return term
