"""What the editor of a cell shows: the choices, what is typed, what is in the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from leads.editing import values
from leads.editing.forms import NOBODY
from leads.editing.values import Field
from leads.models import Lead, Stage
from leads.recall import suggestions
from salesdash.models import User

# from here on a list of people can be narrowed down by typing
MANY_PEOPLE: Final = 8


def content(lead: Lead, field: str, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`typed` is a form that was refused: nothing of it is lost."""
    now = values.of(lead, field)
    shown: dict[str, Any] = {"title": Field(field).label}
    shown["seen"] = typed.get("seen", "") if typed else json.dumps(now)
    if field == Field.STAGE:
        shown["choices"] = [(value, label, value == now) for value, label in Stage.choices]
    elif field == Field.OWNER:
        people = [(str(person.pk), str(person), person.pk == now) for person in values.members(lead.team_id)]
        shown["choices"] = [*people, (NOBODY, _("nobody"), now is None)]
        shown["many"] = len(people) >= MANY_PEOPLE
    else:
        sent = typed or _as_sent(field, now)
        shown["text"], shown["due"] = sent.get("next_action", ""), sent.get("due_at", "")
        shown["times"] = suggestions(timezone.now())
    return shown


def bulk_content(user: User, field: str) -> dict[str, Any]:
    """For many leads, whose values differ: none is marked. The people are those of the user's teams."""
    shown: dict[str, Any] = {"title": Field(field).label, "many": False}
    if field == Field.STAGE:
        shown["choices"] = [(value, label, False) for value, label in Stage.choices]
    else:
        people = [(str(person.pk), str(person), False) for person in values.colleagues(user)]
        shown["choices"] = [*people, (NOBODY, _("nobody"), False)]
        shown["many"] = len(people) >= MANY_PEOPLE
    return shown


def conflict(field: str, mine: Any, theirs: Any) -> dict[str, Any]:
    """Both values; the form sends the same again, this time having seen theirs."""
    return {
        "title": Field(field).label,
        "mine": values.in_words(field, mine),
        "theirs": values.in_words(field, theirs),
        "seen": json.dumps(theirs),
        "sent": _as_sent(field, mine),
    }


def _as_sent(field: str, value: Any) -> dict[str, str]:
    if field == Field.STAGE:
        return {"stage": value}
    if field == Field.OWNER:
        return {"owner": NOBODY if value is None else str(value)}
    if field == Field.NO_CONTACT:
        return {"blocked": "1" if value["blocked"] else "0", "contact_reason": value["reason"]}
    due = values.due_at(value)
    due_text = timezone.localtime(due).replace(tzinfo=None).isoformat(timespec="minutes") if due else ""
    return {"next_action": value["text"], "due_at": due_text}
