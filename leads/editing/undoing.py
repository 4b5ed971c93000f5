"""An edit taken back, by whoever made it and within minutes; what others changed since stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.editing import chunks
from leads.models import Lead, LeadEdit
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

# the toast stands for 10 s, and as long as somebody points at it
undo_for: Final = timedelta(minutes=10)
# what leads had before may name people: not kept longer than of use
kept_for: Final = timedelta(days=1)
Status = LeadEdit.Status


def undo(*, edit_id: int, user: User) -> tuple[LeadEdit, list[int]]:
    """A small edit, at once: the edit and the leads that have their value back.

    Errors: `not_found`, `undone`, `too_late`, `changed_since` if nothing could be taken back.
    """
    with transaction.atomic():
        edit = claim(edit_id, user)
        restored: list[int] = []
        while (done := chunks.restore(edit)).leads:
            restored += done.written
        finish(edit)
    if not restored:
        message = _("This was changed again meanwhile, so it stays as it is now.")
        raise ConflictError("changed_since", message, {"kept": edit.kept})
    return edit, restored


def claim(edit_id: int, user: User) -> LeadEdit:
    """In a transaction. For one undo alone: a second click finds it taken."""
    edit = LeadEdit.objects.select_for_update().filter(pk=edit_id, author=user).first()
    if edit is None:
        raise DomainError("not_found", _("There is nothing to undo."), status=404)
    if edit.undoing:
        raise ConflictError("undone", _("This has been undone already."))
    if edit.finished_at is None or edit.finished_at < timezone.now() - undo_for:
        raise DomainError("too_late", _("It is too late to undo this."))
    edit.author = user
    edit.undoing = True
    edit.save(update_fields=["undoing"])
    return edit


def finish(edit: LeadEdit) -> None:
    details = {"field": edit.field, "edit": edit.pk, "restored": edit.restored, "kept": edit.kept}
    lead = Lead.objects.filter(pk__in=edit.leads.values("lead")).first() if edit.total == 1 else None
    audit.record(actor=edit.author, action="lead.edit_undo", target=lead or edit, details=details)


def forget() -> int:
    """How many edits were old enough to be deleted."""
    old = LeadEdit.objects.filter(finished_at__lt=timezone.now() - kept_for)
    ids = list(old.values_list("pk", flat=True))
    old.filter(pk__in=ids).delete()
    return len(ids)
