"""Placeholders of mail templates: a closed list of names, what each stands for, and how a text is filled.

Nothing is evaluated: a name is looked up and replaced by a line of text. What is not known of a lead stays as
its placeholder, which the format layer lets nobody send.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts.facts import industry_label, plain
from drafts.texts import Text
from leads.models import Lead
from salesdash.errors import DomainError
from salesdash.formatting import names
from salesdash.models import User

_PATTERN: Final = re.compile(r"\{\{\s*([^{}\n]{0,60}?)\s*\}\}")
_BRACE: Final = re.compile(r"[{}]")


@dataclass(frozen=True)
class Placeholder:
    label: Promise
    value: Callable[[Lead, User], str]


def _name(lead: Lead) -> str:
    return names.full_name(lead.family_name, lead.given_name)


def _sender_team(lead: Lead) -> str:
    english = lead.language == "en" and lead.team.name_en
    return lead.team.name_en if english else lead.team.name


KNOWN: Final[dict[str, Placeholder]] = {
    "lead.name": Placeholder(gettext_lazy("Lead: name"), lambda lead, _user: _name(lead)),
    "lead.family_name": Placeholder(gettext_lazy("Lead: family name"), lambda lead, _user: lead.family_name),
    "lead.given_name": Placeholder(gettext_lazy("Lead: given name"), lambda lead, _user: lead.given_name),
    "lead.title": Placeholder(gettext_lazy("Lead: job title"), lambda lead, _user: lead.title),
    "lead.department": Placeholder(gettext_lazy("Lead: department"), lambda lead, _user: lead.department),
    "company.name": Placeholder(gettext_lazy("Company: name"), lambda lead, _user: lead.company.name),
    "company.industry": Placeholder(
        gettext_lazy("Company: industry"),
        lambda lead, _user: industry_label(lead.company.industry, lead.language),
    ),
    "sender.name": Placeholder(gettext_lazy("You: name"), lambda _lead, user: user.get_full_name()),
    "sender.family_name": Placeholder(gettext_lazy("You: family name"), lambda _lead, user: user.last_name),
    "sender.title": Placeholder(gettext_lazy("You: job title"), lambda _lead, user: user.title),
    "sender.team": Placeholder(gettext_lazy("You: team"), lambda lead, _user: _sender_team(lead)),
    "sender.company": Placeholder(gettext_lazy("You: company"), lambda lead, _user: lead.team.company_name),
}


@dataclass(frozen=True)
class Filled:
    """`unknown`: placeholders that were left standing, each once, as they stand in the text."""

    text: Text
    unknown: tuple[str, ...] = ()

    @property
    def labels(self) -> list[tuple[str, str]]:
        """(as it stands in the text, what it means)."""
        return [(mark, str(KNOWN[mark.strip("{}")].label)) for mark in self.unknown]


def check(subject: str, body: str) -> None:
    """DomainError("unknown_placeholder" | "stray_brace") for what could never be filled."""
    for text in (subject, body):
        # as a reader sees it: full-width braces are braces
        seen = unicodedata.normalize("NFKC", text)
        unknown = [name for name in _PATTERN.findall(seen) if name not in KNOWN]
        if unknown:
            sentence = _("There is no placeholder {{%(name)s}}. The list below shows those that there are.")
            raise DomainError("unknown_placeholder", sentence % {"name": unknown[0]}, {"name": unknown[0]})
        if _BRACE.search(_PATTERN.sub("", seen)) or len(_PATTERN.findall(text)) != len(
            _PATTERN.findall(seen)
        ):
            sentence = _("Braces stand only around placeholders, two and two, half-width: {{lead.name}}.")
            raise DomainError("stray_brace", sentence)


def fill(subject: str, body: str, *, lead: Lead, user: User) -> Filled:
    """Needs `lead.company` and `lead.team`."""
    left: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        known = KNOWN.get(found[1])
        value = plain(known.value(lead, user)) if known else ""
        if value:
            return value
        mark = f"{{{{{found[1]}}}}}"
        if known:
            left[mark] = None
        return mark

    text = Text(_PATTERN.sub(put, subject), _PATTERN.sub(put, body))
    return Filled(text, tuple(left))


def left_in(text: Text) -> list[str]:
    """Placeholders of the list that stand in a text, each once."""
    found = _PATTERN.findall(f"{text.subject}\n{text.body}")
    return list(dict.fromkeys(f"{{{{{name}}}}}" for name in found if name in KNOWN))
