"""The table of rules that tell machines from people; the help page prints it, docs/tracking.md explains it.

Sources for the signs: Apple's Mail Privacy Protection names itself "Mozilla/5.0" and nothing more
(ua-parser/uap-core #509). Gmail's proxy fetches when a person opens the mail and says so; what Gmail fetches
before that bears an old Edge (SparkPost, "Gmail is prefetching images", 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

OPEN_SECONDS: Final = 10
CLICK_SECONDS: Final = 15
BURST_SECONDS: Final = 10
BURST_LINKS: Final = 3
GATEWAY_MINUTES: Final = 10
REPEAT_SECONDS: Final = 5


class Kind(StrEnum):
    """What a hit counts as."""

    HUMAN = "human"
    MACHINE = "machine"
    # neither in the human figures nor in the raw ones
    NOTHING = "nothing"


@dataclass(frozen=True)
class Rule:
    """`code` is kept with each hit. `brands_network`: a gateway asks so, and its network is remembered."""

    code: str
    kind: Kind
    label: Promise | str
    brands_network: bool = False

    @property
    def by_machine(self) -> bool:
        return self.kind is Kind.MACHINE


# in this order: the first that speaks decides
RULES: Final = (
    Rule("not_sent", Kind.NOTHING, _("The mail was never sent.")),
    Rule("ours", Kind.NOTHING, _("Asked from a browser that is signed in to salesdash: one of us.")),
    Rule("head", Kind.MACHINE, _("Asks whether the address exists, without wanting its content.")),
    Rule("prefetch", Kind.MACHINE, _("Says itself that it loads ahead or for a preview.")),
    Rule(
        "apple_mpp",
        Kind.MACHINE,
        _("Apple Mail with privacy protection, which loads the pictures of unread mails."),
    ),
    Rule("gmail_prefetch", Kind.MACHINE, _("Gmail loading pictures before anybody opens the mail.")),
    Rule("scanner", Kind.MACHINE, _("Names itself as a mail filter or virus scanner."), brands_network=True),
    Rule("preview", Kind.MACHINE, _("A chat that draws a preview of a forwarded link.")),
    Rule("program", Kind.MACHINE, _("A program or crawler instead of a mail program or browser.")),
    Rule(
        "too_soon",
        Kind.MACHINE,
        format_lazy(
            _("Opened within {opened} seconds of sending or clicked within {clicked}: nobody reads so fast."),
            opened=OPEN_SECONDS,
            clicked=CLICK_SECONDS,
        ),
    ),
    Rule(
        "all_links",
        Kind.MACHINE,
        format_lazy(
            _("{links} links of one mail (or both, if it has two) within {seconds} seconds."),
            links=BURST_LINKS,
            seconds=BURST_SECONDS,
        ),
        brands_network=True,
    ),
    Rule(
        "gateway",
        Kind.MACHINE,
        format_lazy(
            _("Within {minutes} minutes of sending, from the network of a filter that was seen that day."),
            minutes=GATEWAY_MINUTES,
        ),
    ),
    Rule(
        "repeat",
        Kind.NOTHING,
        format_lazy(
            _("The same again within {seconds} seconds: one act of one person."), seconds=REPEAT_SECONDS
        ),
    ),
)
BY_CODE: Final = {rule.code: rule for rule in RULES}
BRANDING: Final = tuple(rule.code for rule in RULES if rule.brands_network)


def kind(code: str) -> Kind:
    """'' is a person."""
    return BY_CODE[code].kind if code else Kind.HUMAN
