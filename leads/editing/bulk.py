"""One value for many leads: few at once and in the request, many by a worker that shows how far it is.

The click names itself by `request_id`: the second of a double click finds the first one's edit.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.editing import chunks, selecting
from leads.editing.chunks import Reason
from leads.editing.selecting import Selection
from leads.models import EditedLead, Lead, LeadEdit
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

# as many are changed within a request
SMALL: Final = 500
State, Status = EditedLead.State, LeadEdit.Status


def start(*, user: User, field: str, value: Any, selection: Selection, request_id: uuid.UUID) -> LeadEdit:
    """Done already, or queued: then the caller enqueues the worker after the commit.

    Errors: `nothing_selected`, `not_found` for a request id of somebody else.
    """
    number = selection.count(user)
    if not number:
        raise DomainError("nothing_selected", _("None of the selected leads is there any more."))
    with transaction.atomic():
        edit, created = LeadEdit.objects.get_or_create(
            request_id=request_id,
            defaults={"author": user, "field": field, "value": value, **_waiting(selection, number)},
        )
        if edit.author_id != user.pk:
            raise DomainError("not_found", _("There is nothing to undo."), status=404)
        edit.author = user
        if created and not edit.query:
            edit.total = selecting.collect(edit, selection)
            edit.save(update_fields=["total"])
        if created and edit.status == Status.DONE:
            while chunks.apply(edit).leads:
                pass
            finish(edit)
    return edit


def _waiting(selection: Selection, number: int) -> dict[str, Any]:
    now = timezone.now()
    if number <= SMALL:
        return {"status": Status.DONE}
    queued = {"status": Status.QUEUED, "attempt_at": now, "total": number}
    # a filter is read by the worker: it may let many thousands through
    return (
        queued
        if selection.query is None
        else queued
        | {
            "query": selection.query or "view=all",
            "excepted": list(selection.ids),
        }
    )


def finish(edit: LeadEdit, status: str = Status.DONE) -> None:
    """In the transaction of the last chunk."""
    edit.refresh_from_db(fields=["changed", "skipped", "restored", "kept", "total", "undoing"])
    edit.status, edit.finished_at, edit.attempt_token = status, timezone.now(), None
    edit.save(update_fields=["status", "finished_at", "attempt_token"])
    if edit.undoing:
        counts = {"restored": edit.restored, "kept": edit.kept}
    else:
        counts = {"changed": edit.changed, "skipped": edit.skipped, "of": edit.total}
    details = {"field": edit.field, "edit": edit.pk, "status": status, **counts}
    action = "lead.edit_undo" if edit.undoing else "lead.edit"
    # of one lead: it stands in the history of that lead
    only = Lead.objects.filter(pk__in=edit.leads.values("lead")).first() if edit.total == 1 else None
    audit.record(actor=edit.author, action=action, target=only or edit, details=details)


def cancel(*, edit_id: int, user: User) -> LeadEdit:
    """What is changed stays and can be undone. An undo is not cancelled half-way."""
    with transaction.atomic():
        edit = mine(edit_id, user, lock=True)
        if edit.undoing or edit.status not in (Status.QUEUED, Status.RUNNING):
            raise ConflictError("not_running", _("This is not running any more."))
        if edit.status == Status.QUEUED and not edit.changed:
            finish(edit, Status.CANCELLED)
        else:
            edit.cancel_requested = True
            edit.save(update_fields=["cancel_requested"])
    return edit


def mine(edit_id: int, user: User, *, lock: bool = False) -> LeadEdit:
    """Nobody sees the edits of others, who may have changed leads that this person does not see."""
    edits = LeadEdit.objects.select_for_update() if lock else LeadEdit.objects.all()
    edit = edits.filter(pk=edit_id, author=user).first()
    if edit is None:
        raise DomainError("not_found", _("This does not exist."), status=404)
    edit.author = user
    return edit


def reasons(edit: LeadEdit) -> list[tuple[str, int]]:
    """Why leads were left as they are, the most frequent reason first."""
    left = State.KEPT if edit.undoing else State.SKIPPED
    counted = edit.leads.filter(state=left).values_list("reason").annotate(n=Count("pk")).order_by("-n")
    return [(str(Reason(reason).label), n) for reason, n in counted]
