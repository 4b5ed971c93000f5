"""Notes on a lead."""

from __future__ import annotations

from django.db import transaction

from leads.models import Lead, Note
from salesdash import audit
from salesdash.models import User


def add_note(*, lead: Lead, user: User, body: str) -> Note:
    with transaction.atomic():
        note = Note.objects.create(lead=lead, author=user, author_name=str(user), body=body)
        audit.record(actor=user, action="lead.note", target=lead, details={"note": note.pk})
    return note
