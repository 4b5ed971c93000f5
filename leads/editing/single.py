"""One lead changed in its row."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import saving
from leads.editing import values
from leads.editing.values import Field
from leads.models import EditedLead, Lead, LeadEdit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User


def edit(*, lead_id: int, user: User, field: str, value: Any, seen: Any) -> LeadEdit | None:
    """None if the lead has this value already. `seen` is what the person saw when they began.

    Errors: `not_found`, `owner_team`, and `changed_meanwhile` with the value that is there `now`.
    """
    with transaction.atomic():
        visible = Lead.objects.visible_to(user).select_for_update(of=("self",))
        lead = visible.filter(pk=lead_id).first()
        if lead is None:
            raise DomainError("not_found", _("This lead does not exist."), status=404)
        now = values.of(lead, field)
        if now == value:
            return None
        # other fields may have changed: that is no conflict
        if now != seen:
            message = _("Somebody else changed this meanwhile.")
            raise ConflictError("changed_meanwhile", message, {"now": now})
        changed = _save(lead, user, field, value)
        return _remember(lead, changed, user, field, value)


def _save(lead: Lead, user: User, field: str, value: Any) -> Lead:
    if field == Field.STAGE:
        return saving.change_stage(lead_id=lead.pk, user=user, stage=value, version=lead.version)
    if field == Field.OWNER:
        owner = values.members(lead.team_id).filter(pk=value).first() if value is not None else None
        if value is not None and owner is None:
            raise DomainError("owner_team", _("The owner must be a member of the team."))
        return saving.assign(lead_id=lead.pk, user=user, owner=owner, version=lead.version)
    if field == Field.NO_CONTACT:
        return saving.set_do_not_contact(lead_id=lead.pk, user=user, version=lead.version, **value)
    return saving.set_next_action(
        lead_id=lead.pk, user=user, text=value["text"], due_at=values.due_at(value), version=lead.version
    )


def _remember(before: Lead, changed: Lead, user: User, field: str, value: Any) -> LeadEdit:
    now = timezone.now()
    step = LeadEdit.objects.create(author=user, field=field, value=value, total=1, changed=1, finished_at=now)
    EditedLead.objects.create(
        edit=step,
        lead=changed,
        state=EditedLead.State.CHANGED,
        before=values.of(before, field),
        stage_before_since=before.stage_changed_at,
        changed_at=changed.stage_changed_at if field == Field.STAGE else now,
    )
    return step
