"""Codes of what went wrong, in words for the person at the screen."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesdash.errors import DomainError

MESSAGES: Final[dict[str, str | Promise]] = {
    # the law layer
    "opted_out": _("This person has opted out of mail. Nothing may be sent to them."),
    "do_not_contact": _("This lead is marked “do not contact”."),
    "erased": _("The data of this person has been erased."),
    "suppressed": _("This address is on the suppression list."),
    "no_address": _("This lead has no e-mail address. Add one first."),
    "consent_unknown": _("No basis for mail is recorded for this lead. Record one on the lead first."),
    "sender_not_named": _(
        "Your team's company name, postal address or opt-out contact is missing; the law wants them in every "
        "mail. Ask an administrator to fill them in."
    ),
    # writing
    "llm_not_configured": _("No writing service is connected. Ask an administrator."),
    "llm_unavailable": _("The writing service did not answer. Please try again in a few minutes."),
    "llm_busy": _("Many drafts are being written right now. Please try again in a few minutes."),
    "llm_refused": _("The writing service refused this request. Please write this mail by hand."),
    "llm_rejected": _(
        "The writing service did not accept the request. Ask an administrator to check its settings."
    ),
    "llm_bad_answer": _("The writing service gave an unusable answer. Please try again."),
    "budget_exhausted": _("This month's budget for writing is used up. A manager can raise it."),
    "no_prompt": _("There is no prompt for this purpose and language yet."),
    "prompt_broken": _("The prompt for this purpose cannot be filled in. Ask an administrator."),
    "gave_up": _("Writing took too long and was stopped. Please try again."),
    "internal_error": _("Something went wrong while writing. Please try again; it has been reported."),
}


def message(code: str) -> str:
    """The sentence for a code, in the reader's language."""
    return str(MESSAGES.get(code) or gettext("Something went wrong (%(code)s).") % {"code": code})


def error(code: str, *, status: int = 400) -> DomainError:
    return DomainError(code, message(code), status=status)
