"""A team's sending domain as it is shown: confirmed or not and why, and the exact records to publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesdash.models import DomainProof, Team
from salesdash.sending_domains import dkim, dmarc, proving, spf
from salesdash.sending_domains.verdicts import Verdict

LABELS: Final[dict[str, str | Promise]] = {
    "token": gettext_lazy("Proof that the domain is yours"),
    "spf": gettext_lazy("SPF: which servers may send"),
    "dkim": gettext_lazy("DKIM: the key of the signatures"),
    "dmarc": gettext_lazy("DMARC: what happens to forged mail"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """`value` is to be published as it stands; empty where only the mail provider knows it."""

    label: str
    name: str
    value: str
    required: bool
    state: str
    words: str
    reason: str
    found: str


@dataclass(frozen=True, slots=True)
class Page:
    team: Team
    proof: DomainProof
    records: list[Record]
    default_spf: str
    default_selector: str

    @property
    def confirmed(self) -> bool:
        return self.team.sending_domain_verified_at is not None

    @property
    def by_hand(self) -> bool:
        return self.confirmed and self.proof.overridden_at is not None

    @property
    def left(self) -> int:
        """Misses until the confirmation is lost; 0 while nothing is missed."""
        return proving.MOST_MISSES - self.proof.misses if self.confirmed and self.proof.misses else 0


def of(team: Team) -> Page | None:
    """None while the team has no domain."""
    proof = proving.of(team)
    if proof is None:
        return None
    records = _records(proof, proving.verdicts_of(proof))
    return Page(team, proof, records, settings.MAIL_SPF, settings.MAIL_DKIM_SELECTOR)


def _records(proof: DomainProof, verdicts: dict[str, Verdict]) -> list[Record]:
    asked, domain = proving.question(proof), proof.domain
    found = {record: verdict.found for record, verdict in verdicts.items()}
    held = {record: verdict.found.partition("\n")[0] for record, verdict in verdicts.items() if verdict.holds}
    selector = asked.selector or _("selector")
    spf_value = spf.suggestion(found.get("spf", ""), asked.mechanism)
    return [
        _record("token", asked.token_name, asked.token_value, True, verdicts),
        _record("spf", domain, spf_value, bool(asked.mechanism), verdicts),
        _record("dkim", dkim.name(domain, selector), held.get("dkim", ""), bool(asked.selector), verdicts),
        _record("dmarc", dmarc.name(domain), held.get("dmarc") or dmarc.suggestion(domain), False, verdicts),
    ]


def _record(kind: str, name: str, value: str, required: bool, verdicts: dict[str, Verdict]) -> Record:
    verdict = verdicts.get(kind)
    return Record(
        label=str(LABELS[kind]),
        name=name,
        value=value,
        required=required,
        state=verdict.state.value if verdict else "",
        words=str(verdict.state.label) if verdict else _("Not looked up yet"),
        reason=verdict.reason if verdict else "",
        found="" if verdict is None or verdict.found == value else verdict.found,
    )
