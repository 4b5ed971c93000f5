"""A next action that is done enters the lead's history and leaves its place to the next one."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import ingest, taking_back
from leads.editing import single, undoing, values
from leads.editing.values import Field
from leads.models import ActivityType, EditedLead, LeadEdit
from salesdash.errors import DomainError
from salesdash.models import User

SOURCE: Final = "task"


def finish(*, lead_id: int, user: User, seen: dict[str, Any] | None) -> LeadEdit:
    """`seen` is the next action as the person saw it, see leads/editing/values.py.

    Errors: `not_found`, `nothing_to_do`, and `changed_meanwhile` if another one stands there by now.
    """
    nothing = values.next_action("", None)
    with transaction.atomic():
        step = single.edit(lead_id=lead_id, user=user, field=Field.NEXT_ACTION, value=nothing, seen=seen)
        if step is None:
            raise DomainError("nothing_to_do", _("There is no next action any more."))
        done = ingest.NewActivity(
            lead_id, ActivityType.TASK_DONE, timezone.now(), SOURCE, external_id=_key(step.pk),
            properties={"title": (seen or {}).get("text", "")}, actor_id=user.pk,
        )  # fmt: skip
        ingest.record([done])
    return step


def take_back(*, edit_id: int, user: User) -> list[int]:
    """The next action stands there again; the history no longer says that it was done. Errors: as undoing."""
    with transaction.atomic():
        step = undoing.undo(edit_id=edit_id, user=user)
        restored = list(step.leads.filter(state=EditedLead.State.RESTORED).values_list("lead_id", flat=True))
        taking_back.take_back([taking_back.Key(lead_id, SOURCE, _key(edit_id)) for lead_id in restored])
    return restored


def _key(edit_id: int) -> str:
    return f"edit-{edit_id}"
