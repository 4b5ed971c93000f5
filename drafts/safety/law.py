"""特定電子メール法: may we write to this person at all? No person may overrule this layer.

Act on Regulation of Transmission of Specified Electronic Mail, art. 3 (consent and its exceptions),
art. 4 (sender's identity and opt-out address in each mail).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from drafts.models import Check, Suppression
from drafts.safety.base import Context, Reason, Verdict
from drafts.texts import Text
from leads.models import Lead
from leads.models.lead import ConsentBasis
from salesdash.models import Team

VERSION: Final = "1"


@dataclass(frozen=True)
class Standing:
    """What the law asks about, read at one moment."""

    consent_basis: str
    has_address: bool
    do_not_contact: bool
    opted_out: bool
    erased: bool
    suppressed: bool
    sender_named: bool

    @property
    def stopped(self) -> bool:
        """By the reader's word or by the list: no mail goes out whatever a person here may wish."""
        return self.opted_out or self.suppressed

    def problems(self) -> list[str]:
        """Reason codes, the weightiest first; empty means: may be written to."""
        found = {
            "opted_out": self.opted_out,
            "do_not_contact": self.do_not_contact,
            "erased": self.erased,
            "suppressed": self.suppressed,
            "no_address": not self.has_address,
            "consent_unknown": self.consent_basis == ConsentBasis.UNKNOWN,
            "sender_not_named": not self.sender_named,
        }
        return [code for code, is_so in found.items() if is_so]


class Folded(Func):
    """An address as the index of the suppression list compares it: full-width letters are plain ones."""

    template = "lower(btrim(normalize(%(expressions)s, NFKC)))"
    output_field = CharField()


def suppressions(*, team: object, address: object) -> QuerySet[Suppression]:
    """What holds mail to `address` (folded) back; both may be expressions of an outer query."""
    # lower() is what the unique index holds; iexact would compare upper() and read the whole table
    rows = Suppression.objects.alias(address=Lower("email")).filter(address=address)
    return rows.filter(Q(team=team) | Q(team=None))


def is_suppressed(*, team_id: int, email: str) -> bool:
    # by the same lower() as the index, and not Python's: they differ in a few letters
    return bool(email) and suppressions(team=team_id, address=Folded(Value(email))).exists()


def standing(*, lead: Lead, team: Team, suppressed: bool | None = None) -> Standing:
    """One query, none if the caller has read `suppressed` with the lead.

    Pass a lead that was read in the transaction that relies on the answer.
    """
    if suppressed is None:
        suppressed = is_suppressed(team_id=team.pk, email=lead.email)
    return Standing(
        consent_basis=lead.consent_basis,
        has_address=bool(lead.email),
        do_not_contact=lead.do_not_contact,
        opted_out=lead.opted_out_at is not None,
        erased=lead.erased_at is not None,
        suppressed=suppressed,
        sender_named=bool(team.company_name and team.sender_address and team.opt_out_contact),
    )


class LawLayer:
    name = "law"

    def version(self, _context: Context) -> str:
        return VERSION

    def check(self, _text: Text, context: Context) -> Verdict:
        """A text without a recipient on record (a file of examples) is not this layer's business."""
        if context.standing is None:
            return Verdict(Check.Verdict.PASS)
        reasons = tuple(Reason(code) for code in context.standing.problems())
        return Verdict(Check.Verdict.FLAG if reasons else Check.Verdict.PASS, reasons, blocking=bool(reasons))
