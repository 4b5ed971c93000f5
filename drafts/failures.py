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
    # sending
    "text_changed": _("The text is not the one that was checked."),
    "mail_not_configured": _("No mail server is connected. Ask an administrator; copying works as before."),
    "domain_not_verified": _(
        "Your team's sending domain is not confirmed. Ask an administrator to enter and confirm it under "
        "Administration → Teams."
    ),
    "sender_gone": _("The account of the person who sent this mail is closed."),
    "sender_not_allowed": _("The person who sent this mail may not send for this team any more."),
    "sender_without_address": _("Your account has no mail address. Ask an administrator to enter one."),
    "sender_elsewhere": _(
        "Your mail address is not at your team's sending domain. Ask an administrator to correct it."
    ),
    "address_changed": _("The lead's mail address was changed after you pressed Send. Please send again."),
    "rules_changed": _("The safety rules changed before the mail left. The text is being checked again."),
    "links_changed": _("A link in this text is no longer allowed. Press Send again to have it checked."),
    "mail_not_composable": _("The mail server takes no such address. Please check the lead's mail address."),
    "mail_no_such_address": _("The mail server says that this address does not exist."),
    "mail_sender_refused": _("The mail server does not let your address send. Ask an administrator."),
    "mail_refused": _("The mail server refused this mail."),
    "mail_wait": _("The mail server asked to wait."),
    "mail_gave_up": _("The mail server asked to wait again and again; the mail was not sent."),
    "mail_unreachable": _("The mail server could not be reached; the mail was not sent."),
    "mail_no_answer": _("The mail server did not say whether it took the mail."),
    "not_sent": _("Somebody looked and found that this mail was not sent."),
    # a lead of a list that a job works through
    "lead_not_found": _("The lead is no longer there, or not for you."),
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
