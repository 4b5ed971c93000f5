"""A large edit in the background: claimed by one worker at a time, resumed where a worker died.

Each chunk is one transaction that also checks that the edit is still ours, so a killed worker leaves whole
chunks behind, and the next one goes on with the leads that still wait: none is changed twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import OperationalError, transaction

from leads import leases
from leads.editing import bulk, chunks, selecting
from leads.editing.chunks import Done
from leads.editing.selecting import Selection
from leads.models import LeadEdit
from salesdash import telemetry

# a chunk takes well under a second; a worker silent for this long is dead
lease: Final = timedelta(seconds=30)
# an edit that no worker could finish ends after this time
resumed_for: Final = timedelta(hours=6)
_ATTEMPTS: Final = 4
Status = LeadEdit.Status


def run(*, edit_id: int) -> bool:
    """Do a queued edit, or go on with one whose worker died. False if there was nothing to do."""
    token = leases.claim(LeadEdit.objects.all(), edit_id, lease)
    if token is None:
        return False
    edit = LeadEdit.objects.select_related("author").get(pk=edit_id)
    with telemetry.span("leads.edit", edit=edit_id, leads=edit.total), leases.working(partial(fail, edit_id)):
        _work(edit, token)
        return True
    return False


def _work(edit: LeadEdit, token: uuid.UUID) -> None:
    if edit.query:
        _step(edit, token, _collect)
    act = chunks.restore if edit.undoing else chunks.apply
    while not (cancelled := _is_cancelled(edit)):
        if not _step(edit, token, act).leads:
            break
    _step(edit, token, partial(_finish, status=Status.CANCELLED if cancelled else Status.DONE))


def _step(edit: LeadEdit, token: uuid.UUID, act: Callable[[LeadEdit], Done]) -> Done:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                leases.renew(leases.held(LeadEdit.objects.all(), edit.pk, token))
                return act(edit)
        except OperationalError:
            # a deadlock was resolved at our expense
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _collect(edit: LeadEdit) -> Done:
    total = selecting.collect(edit, Selection(tuple(edit.excepted), edit.query))
    edit.query, edit.total = "", total
    edit.save(update_fields=["query", "total"])
    return Done(total, [])


def _finish(edit: LeadEdit, status: str) -> Done:
    bulk.finish(edit, status)
    return Done(0, [])


def _is_cancelled(edit: LeadEdit) -> bool:
    return not edit.undoing and LeadEdit.objects.filter(pk=edit.pk, cancel_requested=True).exists()


def fail(edit_id: int) -> None:
    """The edit ends here; what is changed stays and can be undone."""
    with transaction.atomic():
        edits = LeadEdit.objects.select_for_update(of=("self",)).select_related("author")
        edit = leases.unfinished(edits.filter(pk=edit_id)).first()
        if edit is not None:
            bulk.finish(edit, Status.FAILED)


def sweep() -> list[int]:
    """Ids of the edits that need a worker; ends those that none could finish."""
    return leases.sweep(LeadEdit.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)
