"""DMARC (RFC 7489): what receivers are to do with mail that is forged in the domain's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from salesdash.sending_domains.dkim import tags
from salesdash.sending_domains.lookup import Dns
from salesdash.sending_domains.verdicts import State, Verdict

POLICIES: Final = ("none", "quarantine", "reject")
MOST_STEPS: Final = 4


def name(domain: str) -> str:
    return f"_dmarc.{domain}"


def look(dns: Dns, domain: str) -> Verdict:
    """At the domain, else at the nearest one above it that says something, whose `sp` comes first."""
    for at in _upwards(domain):
        records = [text for text in dns.txt(name(at)) if tags(text).get("v", "").upper() == "DMARC1"]
        if records:
            return _judge(records, above=at != domain)
    return Verdict(state=State.MISSING, code="dmarc_missing")


def suggestion(domain: str) -> str:
    return f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"


def _upwards(domain: str) -> Iterator[str]:
    """Without a list of public suffixes: they publish no policy for those below them."""
    labels = domain.split(".")
    for start in range(min(max(len(labels) - 1, 1), MOST_STEPS)):
        yield ".".join(labels[start:])


def _judge(records: list[str], *, above: bool) -> Verdict:
    found = "\n".join(records)
    if len(records) > 1:
        return Verdict(state=State.WRONG, code="dmarc_several", found=found, values={"number": len(records)})
    said = tags(records[0])
    policy = (said.get("sp") if above else None) or said.get("p", "")
    if policy.lower() not in POLICIES:
        return Verdict(state=State.WRONG, code="dmarc_unreadable", found=found)
    if policy.lower() == "none":
        return Verdict(state=State.WEAK, code="dmarc_none", found=found)
    return Verdict(state=State.OK, code="dmarc_ok", found=found, values={"policy": policy.lower()})
