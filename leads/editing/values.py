"""The values of the fields that are edited in their place: as JSON keeps them, and in words.

A stage is its code; an owner an id or None; a next action {"text": str, "due_at": ISO 8601 in UTC or None};
the mark “do not contact” {"blocked": bool, "reason": str}.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Lead, LeadEdit, Stage
from salesdash.formatting import times
from salesdash.models import User

Field = LeadEdit.Field
# which columns of a lead hold a field's value
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    Field.STAGE: ("stage",),
    Field.OWNER: ("owner_id",),
    Field.NEXT_ACTION: ("next_action", "next_action_due_at"),
    Field.NO_CONTACT: ("do_not_contact", "do_not_contact_reason"),
}
# the mark stands on the lead's page alone: it is asked for first
IN_TABLE: Final = (Field.STAGE, Field.OWNER, Field.NEXT_ACTION)


def of(lead: Lead, field: str) -> Any:
    if field == Field.STAGE:
        return lead.stage
    if field == Field.NO_CONTACT:
        return no_contact(lead.do_not_contact, lead.do_not_contact_reason)
    return lead.owner_id if field == Field.OWNER else next_action(lead.next_action, lead.next_action_due_at)


def next_action(text: str, due_at: datetime | None) -> dict[str, str | None]:
    text = text.strip()
    return {"text": text, "due_at": due_at.astimezone(UTC).isoformat() if text and due_at else None}


def no_contact(blocked: bool, reason: str) -> dict[str, bool | str]:
    return {"blocked": blocked, "reason": reason.strip() if blocked else ""}


def due_at(value: dict[str, str | None]) -> datetime | None:
    """Of a next action."""
    text = value["due_at"]
    return datetime.fromisoformat(text) if text else None


def members(team_id: int) -> QuerySet[User]:
    """Who may own a lead of this team."""
    people = User.objects.filter(memberships__team=team_id, is_active=True)
    return people.order_by("last_name", "first_name", "pk")


def colleagues(user: User) -> QuerySet[User]:
    """Who may own some lead that this person sees."""
    people = User.objects.filter(memberships__isnull=False, is_active=True)
    if not user.has_perm("leads.view_all"):
        people = people.filter(memberships__team__in=user.team_ids)
    return people.distinct().order_by("last_name", "first_name", "pk")


def in_words(field: str, value: Any) -> str:
    if field == Field.STAGE:
        return str(Stage(value).label)
    if field == Field.OWNER:
        return owner_in_words(value)
    if field == Field.NO_CONTACT:
        return _contact_in_words(value)
    due = due_at(value)
    return " ".join(filter(None, (value["text"], times.day_time(due, timezone.now()) if due else ""))) or "—"


def owner_in_words(pk: int | None) -> str:
    person = User.objects.filter(pk=pk).first() if pk is not None else None
    return str(person) if person else _("nobody")


def _contact_in_words(value: dict[str, Any]) -> str:
    if not value["blocked"]:
        return _("No mark")
    reason = value["reason"]
    return _("Do not contact: %(reason)s") % {"reason": reason} if reason else _("Do not contact")
