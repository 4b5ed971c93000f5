"""Reason codes of the safety layers, in words for reviewers and reps. They quote nothing of the text."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drafts import failures

LABELS: Final[dict[str, str | Promise]] = {
    # a layer that could not do its work
    "unavailable": _("This check could not be made"),
    # input filter
    "hidden_instruction": _("A field of the lead contains instructions to the writer"),
    "hidden_characters": _("Invisible or direction-changing characters"),
    # format
    "subject_missing": _("No subject"),
    "body_missing": _("No text"),
    "subject_long": _("Subject too long"),
    "body_short": _("Text too short"),
    "body_long": _("Text too long"),
    "wrong_language": _("Wrong language"),
    "placeholder": _("A placeholder was left in the text"),
    "markup": _("Markup in the text"),
    "leftover": _("Remains of the writing in the text"),
    "repetition": _("The same sentence again and again"),
    "unfinished": _("The text breaks off"),
    "url_not_allowed": _("Link to a host that is not allowed"),
    "foreign_address": _("An e-mail address that is not ours or the customer's"),
    "foreign_phone": _("A phone number that is not ours or the customer's"),
    # rules
    "company_missing": _("The customer's company is not named"),
    "name_missing": _("The recipient is not named"),
    "other_customer": _("Names another customer of ours"),
    "other_recipient": _("Addresses another person"),
    "other_industry": _("Speaks of another industry"),
    "insult": _("Insult"),
    "discrimination": _("Discrimination"),
    "sexual": _("Sexual content"),
    "threat": _("Threat"),
    "crime": _("Crime or drugs"),
    "rude": _("Rude wording"),
    "banned": _("Banned word"),
    "price": _("Price"),
    "discount": _("Discount or gift"),
    "guarantee": _("Guarantee"),
    "superlative": _("Claim to be the best or the first"),
    "legal": _("Legal or contractual promise"),
    "medical": _("Medical claim"),
    "financial": _("Promise of profit"),
    "pressure": _("Pressure or false urgency"),
    "disparagement": _("Speaks ill of a competitor"),
    "personal": _("Personal or sensitive data"),
    "meta": _("Obeys instructions, or leads away from the usual channels"),
    "disguised": _("Letters in disguise"),
    "wording": _("Wording that good mails do not have"),
    "uncited_number": _("A number that no fact supports"),
    "uncited_date": _("A date that no fact supports"),
    "uncited_name": _("A name that no fact supports"),
    "uncited_url": _("A link that no fact supports"),
    "claim_not_in_text": _("A source is given for words that are not in the text"),
    "claim_unknown_fact": _("A source is given that does not exist"),
    "claim_mismatch": _("Words that do not say what their source says"),
    "repeats_subject": _("The subject of an earlier mail to this person"),
    "repeats_mail": _("Says again what an earlier mail to this person said"),
    # moderation
    "moderation": _("Flagged by moderation"),
    # judge
    "low_score": _("The judge's score is below 80"),
    "disagreement": _("The two judgements differ by more than 15 points"),
}


def label(code: str) -> str:
    """`code` may carry detail behind a slash (`moderation/hate`)."""
    known = LABELS.get(code) or LABELS.get(code.split("/")[0]) or failures.MESSAGES.get(code)
    return str(known or code)


# fields of the CRM as the input filter names them
_FIELDS: Final[dict[str, str | Promise]] = {
    "lead.family_name": _("Family name"),
    "lead.given_name": _("Given name"),
    "lead.title": _("Title"),
    "lead.department": _("Department"),
    "company.name": _("Company name"),
    "company.name_en": _("Company name in English"),
    "company.name_kana": _("Company name in kana"),
    "team.product": _("What the team offers"),
    "team.product_en": _("What the team offers, in English"),
    "instruction": _("Instruction in one line"),
    "note": _("Note on the lead"),
    "activity": _("Name of a document or event"),
}
_FIELD_CODES: Final = ("hidden_instruction", "hidden_characters")


def remark(code: str, message: str) -> str:
    """What a reason says beside its code; for the input filter: which field, in the reader's language."""
    if code not in _FIELD_CODES:
        return message
    return str(_FIELDS.get(message) or _FIELDS.get(message.split(".")[0]) or message)


def told(code: str, message: str) -> str:
    """A reason as a rep reads it: without words of the text, with the field that has to be mended."""
    if code in _FIELD_CODES and message:
        return gettext("%(reason)s: %(field)s") % {"reason": label(code), "field": remark(code, message)}
    return label(code)
