"""What was found of a record, and what that means in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_FOUND: Final = 600


class State(models.TextChoices):
    OK = "ok", _("In order")
    WEAK = "weak", _("Works, could be better")
    MISSING = "missing", _("Not there")
    WRONG = "wrong", _("Not right")
    UNKNOWN = "unknown", _("DNS did not answer")
    UNSET = "unset", _("Not looked up")


REASONS: Final[dict[str, str | Promise]] = {
    "dns_silent": _("DNS gave no usable answer for %(name)s. This changes nothing; it is asked again soon."),
    "token_found": _("The record is there: the domain is yours."),
    "token_missing": _("There is no TXT record at %(name)s yet. New records can take some hours to be seen."),
    "token_other": _("The TXT record at %(name)s carries another value. Copy the value from here."),
    "spf_ok": _("The mail server may send for the domain (%(lookups)s of 10 lookups)."),
    "spf_present": _("One record that can be read (%(lookups)s of 10 lookups)."),
    "spf_missing": _("The domain has no SPF record: nobody knows which servers may send for it."),
    "spf_several": _("The domain has %(number)s SPF records. Only one is allowed; put them together."),
    "spf_without": _("The SPF record does not name %(wanted)s: mail from it looks forged."),
    "spf_lookups": _("The SPF record needs more than 10 lookups; receivers then ignore it."),
    "spf_broken": _("The SPF record names %(name)s, which has no SPF record of its own that can be used."),
    "spf_open": _("The SPF record lets every server of the world send for the domain."),
    "dkim_unset": _(
        "No selector is entered. Your mail provider tells it; signatures are then looked up, too."
    ),
    "dkim_ok": _("There is a key at the selector (%(kind)s)."),
    "dkim_short": _("The key is short (%(kind)s); 2048 bits are recommended."),
    "dkim_testing": _("The key is marked as a test (t=y); receivers may ignore the signatures."),
    "dkim_missing": _("There is no key at %(name)s. Publish the record that your mail provider shows."),
    "dkim_revoked": _("The key at %(name)s is empty, which means: withdrawn."),
    "dkim_unreadable": _("The key at %(name)s cannot be read. Was it copied whole?"),
    "dmarc_ok": _("Forged mail is kept away (policy %(policy)s)."),
    "dmarc_none": _("There is a policy, but it only asks for reports (none)."),
    "dmarc_missing": _("The domain says nothing about forged mail. Gmail and others ask for a policy."),
    "dmarc_several": _("The domain has %(number)s DMARC records. Only one is allowed."),
    "dmarc_unreadable": _("The DMARC record names no policy that exists (none, quarantine, reject)."),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`found` is what stands in DNS, public and cut to 600 characters; `values` fill the reason's places."""

    state: State
    code: str
    found: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.found) > LONGEST_FOUND:
            object.__setattr__(self, "found", f"{self.found[: LONGEST_FOUND - 1]}…")

    @property
    def reason(self) -> str:
        """In the active language."""
        return str(REASONS[self.code]) % self.values

    @property
    def holds(self) -> bool:
        return self.state in (State.OK, State.WEAK)

    @property
    def misses(self) -> bool:
        return self.state in (State.MISSING, State.WRONG)

    def stored(self) -> dict[str, Any]:
        return asdict(self) | {"state": self.state.value}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**dict(stored) | {"state": State(stored["state"])})


def silent(name: str) -> Verdict:
    return Verdict(state=State.UNKNOWN, code="dns_silent", values={"name": name})
