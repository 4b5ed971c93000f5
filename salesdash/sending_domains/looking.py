"""All four records of a domain, looked up side by side. Knows no database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Final

from salesdash.sending_domains import dkim, dmarc, spf
from salesdash.sending_domains.lookup import TOTAL_SECONDS, Dns, DnsSilentError
from salesdash.sending_domains.verdicts import State, Verdict, silent

LABEL: Final = "_salesdash"
KEY: Final = "salesdash-domain="


class Outcome(Enum):
    """Of everything that is required: all there, something surely not there, or nobody knows."""

    PROVED = "proved"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Question:
    """`mechanism` of SPF and `selector` of DKIM are required where they are given."""

    domain: str
    token: str
    mechanism: str = ""
    selector: str = ""

    @property
    def token_name(self) -> str:
        return f"{LABEL}.{self.domain}"

    @property
    def token_value(self) -> str:
        return f"{KEY}{self.token}"


def look(question: Question, *, seconds: float = TOTAL_SECONDS) -> dict[str, Verdict]:
    """Verdicts by record: token, spf, dkim, dmarc. Never raises for what DNS says or fails to say."""
    dns, domain = Dns(seconds), question.domain
    looks: dict[str, tuple[str, Callable[[], Verdict]]] = {
        "token": (question.token_name, lambda: _token(dns, question)),
        "spf": (domain, lambda: spf.look(dns, domain, question.mechanism)),
        "dkim": (dkim.name(domain, question.selector), lambda: dkim.look(dns, domain, question.selector)),
        "dmarc": (dmarc.name(domain), lambda: dmarc.look(dns, domain)),
    }
    with ThreadPoolExecutor(len(looks), thread_name_prefix="dns") as pool:
        jobs = {record: pool.submit(_answer, name, one) for record, (name, one) in looks.items()}
    return {record: job.result() for record, job in jobs.items()}


def outcome(question: Question, verdicts: dict[str, Verdict]) -> Outcome:
    required = [verdicts["token"]]
    required += [verdicts["spf"]] if question.mechanism else []
    required += [verdicts["dkim"]] if question.selector else []
    if any(verdict.misses for verdict in required):
        return Outcome.MISSED
    return Outcome.PROVED if all(verdict.holds for verdict in required) else Outcome.UNKNOWN


def _token(dns: Dns, question: Question) -> Verdict:
    """Other values beside ours are fine: other teams, and what was there before."""
    records, values = dns.txt(question.token_name), {"name": question.token_name}
    found = "\n".join(records)
    if any(text.strip().lower() == question.token_value for text in records):
        return Verdict(state=State.OK, code="token_found", found=question.token_value, values=values)
    if records:
        return Verdict(state=State.WRONG, code="token_other", found=found, values=values)
    return Verdict(state=State.MISSING, code="token_missing", values=values)


def _answer(name: str, look_up: Callable[[], Verdict]) -> Verdict:
    try:
        return look_up()
    except DnsSilentError:
        return silent(name)
