"""What is said after an edit, an undo, and when either left leads as they were."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from leads.editing import bulk, values
from leads.editing.values import Field
from leads.models import Lead, LeadEdit
from salesdash.formatting import numbers

Status = LeadEdit.Status


def said(lead: Lead, edit: LeadEdit) -> str:
    """Of one lead."""
    words = {"lead": str(lead), "value": values.in_words(edit.field, edit.value)}
    if edit.field == Field.STAGE:
        return _("%(lead)s: the stage is now “%(value)s”.") % words
    if edit.field == Field.OWNER:
        return _("%(lead)s: the owner is now %(value)s.") % words
    if edit.field == Field.NO_CONTACT:
        return _contact(edit) % words
    if edit.value and edit.value["text"]:
        return _("%(lead)s: the next action is saved.") % words
    return _("%(lead)s: the next action is cleared.") % words


def _contact(edit: LeadEdit) -> str:
    if edit.value and edit.value["blocked"]:
        return _("%(lead)s is marked “do not contact”.")
    return _("%(lead)s: the mark “do not contact” is lifted.")


def outcome(edit: LeadEdit) -> str:
    """Of many, when it has ended: how many were changed, how many not and why."""
    if edit.undoing:
        return _joined(_undone(edit.restored), edit.kept, edit)
    if edit.status == Status.CANCELLED:
        return _cancelled(edit.changed)
    if edit.status == Status.FAILED:
        return _failed(edit.changed)
    done = _changed(edit) if edit.changed else _("Nothing was changed.")
    return _joined(done, edit.skipped, edit)


def _joined(done: str, left: int, edit: LeadEdit) -> str:
    if not left:
        return done
    parts = [
        _("%(reason)s: %(n)s") % {"reason": why, "n": numbers.number(count)}
        for why, count in bulk.reasons(edit)
    ]
    text = ngettext(
        "%(n)s lead was left as it is (%(why)s).", "%(n)s leads were left as they are (%(why)s).", left
    )
    why = pgettext("between the items of a list", ", ").join(parts)
    return f"{done} {text % {'n': numbers.number(left), 'why': why}}"


def _changed(edit: LeadEdit) -> str:
    n = edit.changed
    if edit.field == Field.STAGE:
        text = ngettext(
            "The stage of %(n)s lead is now “%(value)s”.", "The stage of %(n)s leads is now “%(value)s”.", n
        )
    else:
        text = ngettext(
            "The owner of %(n)s lead is now %(value)s.", "The owner of %(n)s leads is now %(value)s.", n
        )
    return text % {"n": numbers.number(n), "value": values.in_words(edit.field, edit.value)}


def _undone(n: int) -> str:
    text = ngettext("Undone for %(n)s lead.", "Undone for %(n)s leads.", n)
    return text % {"n": numbers.number(n)}


def _cancelled(n: int) -> str:
    if not n:
        return _("Cancelled. Nothing was changed.")
    text = ngettext("Cancelled. %(n)s lead was changed.", "Cancelled. %(n)s leads were changed.", n)
    return text % {"n": numbers.number(n)}


def _failed(n: int) -> str:
    text = ngettext(
        "An error stopped it. %(n)s lead was changed.",
        "An error stopped it. %(n)s leads were changed.",
        n,
    )
    return text % {"n": numbers.number(n)}
