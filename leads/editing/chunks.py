"""A chunk of leads gets a new value, or what it had before: a fixed number of statements whatever its size.

The rules are those of a single change (leads/saving.py): the lead is visible, the owner a member of its team.
A lead that they refuse is left as it is, with the reason. A lead that somebody changed since is not undone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import notifying, scoring, signals, sql
from leads.editing import values
from leads.editing.values import Field
from leads.models import EditedLead, Lead, LeadEdit
from salesdash.models import Membership

CHUNK_LEADS: Final = 1000
State = EditedLead.State
_STATEMENTS: Final = {
    Field.STAGE: "edit_stages",
    Field.OWNER: "edit_owners",
    Field.NEXT_ACTION: "edit_next_actions",
    Field.NO_CONTACT: "edit_no_contacts",
}


class Reason(models.TextChoices):
    """Why a lead of an edit was left as it is."""

    SAME = "same", _("already so")
    OWNER_TEAM = "owner_team", _("the owner is not a member of the lead's team")
    GONE = "gone", _("deleted, or no longer visible to you")
    CHANGED = "changed", _("changed by somebody since")


@dataclass(frozen=True, slots=True)
class Done:
    """How many leads one chunk took, and the ids of those that it changed."""

    leads: int
    written: list[int]


def apply(edit: LeadEdit) -> Done:
    """The next waiting leads; none left if `leads` is 0."""
    with transaction.atomic():
        items = _next(edit, State.WAITING)
        leads, now = _locked(edit, items), timezone.now()
        teams = _teams_of_owner(edit.value) if edit.field == Field.OWNER else None
        changes: list[dict[str, Any]] = []
        for item in items:
            lead = leads.get(item.lead_id)
            item.reason = _refusal(edit, lead, teams)
            item.state = State.SKIPPED if item.reason else State.CHANGED
            if lead is None or item.reason:
                continue
            item.before, item.changed_at = values.of(lead, edit.field), now
            item.stage_before_since = lead.stage_changed_at
            changes.append({"id": lead.pk, "value": edit.value, "since": now})
        _write(edit, changes, now, leads)
        if edit.field == Field.OWNER:
            ids = [change["id"] for change in changes]
            notifying.assigned(lead_ids=ids, owner_id=edit.value, actor=edit.author, at=now)
        _mark(items)
        _count(edit, changed=len(changes), skipped=len(items) - len(changes))
    return Done(len(items), [change["id"] for change in changes])


def restore(edit: LeadEdit) -> Done:
    """The next changed leads get back what they had; none left if `leads` is 0."""
    with transaction.atomic():
        items = _next(edit, State.CHANGED)
        leads, now = _locked(edit, items), timezone.now()
        members = _members(leads.values(), items) if edit.field == Field.OWNER else None
        changes: list[dict[str, Any]] = []
        for item in items:
            lead = leads.get(item.lead_id)
            item.reason = _hindrance(edit, item, lead, members)
            item.state = State.KEPT if item.reason else State.RESTORED
            if lead is not None and not item.reason:
                changes.append({"id": lead.pk, "value": item.before, "since": item.stage_before_since})
        _write(edit, changes, now, leads)
        if edit.field == Field.OWNER:
            notifying.taken_back(lead_ids=[change["id"] for change in changes], owner_id=edit.value)
        _mark(items)
        _count(edit, restored=len(changes), kept=len(items) - len(changes))
    return Done(len(items), [change["id"] for change in changes])


def _next(edit: LeadEdit, state: State) -> list[EditedLead]:
    return list(EditedLead.objects.filter(edit=edit, state=state).order_by("lead_id")[:CHUNK_LEADS])


def _locked(edit: LeadEdit, items: Sequence[EditedLead]) -> dict[int, Lead]:
    """In lead order, as every writer of many leads takes them."""
    visible = Lead.objects.visible_to(edit.author).filter(pk__in=[item.lead_id for item in items])
    columns = ("team_id", "stage_changed_at", *values.COLUMNS[edit.field])
    return {lead.pk: lead for lead in visible.select_for_update().order_by("pk").only(*columns)}


def _refusal(edit: LeadEdit, lead: Lead | None, teams_of_owner: set[int] | None) -> str:
    if lead is None:
        return Reason.GONE
    if values.of(lead, edit.field) == edit.value:
        return Reason.SAME
    if teams_of_owner is not None and edit.value is not None and lead.team_id not in teams_of_owner:
        return Reason.OWNER_TEAM
    return ""


def _hindrance(
    edit: LeadEdit, item: EditedLead, lead: Lead | None, members: set[tuple[int, int]] | None
) -> str:
    if lead is None:
        return Reason.GONE
    # a stage that went away and came back was changed, too
    same_stage = edit.field != Field.STAGE or lead.stage_changed_at == item.changed_at
    if values.of(lead, edit.field) != edit.value or not same_stage:
        return Reason.CHANGED
    if members is not None and item.before is not None and (item.before, lead.team_id) not in members:
        return Reason.OWNER_TEAM
    return ""


def _teams_of_owner(owner_id: int | None) -> set[int]:
    active = Membership.objects.filter(user=owner_id, user__is_active=True)
    return set(active.values_list("team_id", flat=True))


def _members(leads: Any, items: Sequence[EditedLead]) -> set[tuple[int, int]]:
    """(user, team) of those who owned these leads and still may."""
    owners = {item.before for item in items if item.before is not None}
    teams = {lead.team_id for lead in leads}
    return set(Membership.objects.filter(user__in=owners, team__in=teams).values_list("user_id", "team_id"))


def _write(
    edit: LeadEdit, changes: Sequence[dict[str, Any]], now: datetime, leads: Mapping[int, Lead]
) -> None:
    if not changes:
        return
    sql.run(sql.load(_STATEMENTS[Field(edit.field)]), {"rows": _json(changes), "now": now})
    if edit.field != Field.NEXT_ACTION:
        scoring.ensure(change["id"] for change in changes)
    by_team: defaultdict[int, list[int]] = defaultdict(list)
    for change in changes:
        by_team[leads[change["id"]].team_id].append(change["id"])
    signals.announce_rows(by_team, edit.author_id)


def _mark(items: Sequence[EditedLead]) -> None:
    rows = [
        {
            "id": item.pk,
            "state": item.state,
            "reason": item.reason,
            "before": item.before,
            "since": item.stage_before_since,
            "changed_at": item.changed_at,
        }
        for item in items
    ]
    if rows:
        sql.run(sql.load("mark_edited"), {"rows": _json(rows)})


def _count(edit: LeadEdit, **more: int) -> None:
    LeadEdit.objects.filter(pk=edit.pk).update(**{name: models.F(name) + n for name, n in more.items()})


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, cls=_Exact)


class _Exact(DjangoJSONEncoder):
    """With microseconds: Django's own encoder cuts them off, and an undo compares."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)
