"""An edit taken back, by whoever made it and within minutes; what others changed since stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.editing import bulk, chunks
from leads.models import LeadEdit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

# the toast stands for 10 s, and as long as somebody points at it
undo_for: Final = timedelta(minutes=10)
# what leads had before may name people: not kept longer than of use
kept_for: Final = timedelta(days=1)
Status = LeadEdit.Status


def undo(*, edit_id: int, user: User) -> LeadEdit:
    """Undone already, or queued if it was large: then the caller enqueues the worker after the commit.

    Errors: `not_found`, `undone`, `too_late`, and `changed_since` if nothing could be taken back.
    """
    with transaction.atomic():
        edit = _claim(edit_id, user)
        if edit.status == Status.QUEUED:
            return edit
        while chunks.restore(edit).leads:
            pass
        bulk.finish(edit)
    if not edit.restored:
        message = _("This was changed again meanwhile, so it stays as it is now.")
        raise ConflictError("changed_since", message, {"kept": edit.kept})
    return edit


def _claim(edit_id: int, user: User) -> LeadEdit:
    """For one undo alone: a second click finds it taken."""
    edit = bulk.mine(edit_id, user, lock=True)
    if edit.undoing:
        raise ConflictError("undone", _("This has been undone already."))
    if edit.finished_at is None:
        raise ConflictError("still_running", _("This is still running. Please cancel it first."))
    if edit.finished_at < timezone.now() - undo_for:
        raise DomainError("too_late", _("It is too late to undo this."))
    edit.undoing = True
    if edit.changed > bulk.SMALL:
        edit.status, edit.attempt_at, edit.finished_at = Status.QUEUED, timezone.now(), None
    edit.save(update_fields=["undoing", "status", "attempt_at", "finished_at"])
    return edit


def forget() -> int:
    """How many edits were old enough to be deleted."""
    old = LeadEdit.objects.filter(finished_at__lt=timezone.now() - kept_for)
    ids = list(old.values_list("pk", flat=True))
    old.filter(pk__in=ids).delete()
    return len(ids)
