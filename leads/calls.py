"""The call log: connected, absent, call back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import ingest
from leads.models.activity import ActivityType
from leads.models.lead import Lead, Note
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User

SOURCE: Final = "call"


class Outcome(models.TextChoices):
    CONNECTED = "connected", gettext_lazy("Connected")
    ABSENT = "absent", gettext_lazy("Absent")
    CALL_BACK = "call_back", gettext_lazy("Call back")


_TYPES: Final = {
    Outcome.CONNECTED: ActivityType.CALL_CONNECTED,
    Outcome.ABSENT: ActivityType.CALL_ABSENT,
    Outcome.CALL_BACK: ActivityType.CALL_BACK,
}


def log_call(
    *,
    lead: Lead,
    user: User,
    outcome: str,
    note: str = "",
    recall_at: datetime | None = None,
    request_id: str | None = None,
) -> None:
    """A second call with the same `request_id` (a double click) changes nothing.

    A connected call ends an open recall; an absent one leaves it.
    Errors: `not_found`, `outcome`, `recall_at`.
    """
    kind = _checked(outcome, recall_at)
    now = timezone.now()
    with transaction.atomic():
        if not Lead.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=lead.pk).exists():
            raise DomainError("not_found", _("This lead does not exist."), status=404)
        activity = ingest.NewActivity(
            lead.pk, _TYPES[kind], now, SOURCE, external_id=request_id, actor_id=user.pk
        )
        result = ingest.record([activity])
        if result.rejected:
            raise DomainError(result.rejected[0][1], _("The call could not be logged."))
        if not result.created:
            return
        if note.strip():
            Note.objects.create(lead=lead, author=user, author_name=str(user), body=note.strip())
        if kind is not Outcome.ABSENT:
            lead.recall_at = recall_at
            Lead.objects.filter(pk=lead.pk).update(recall_at=recall_at, updated_at=now)
        audit.record(actor=user, action="lead.call", target=lead, details={"outcome": kind.value})


def _checked(outcome: str, recall_at: datetime | None) -> Outcome:
    if outcome not in Outcome.values:
        raise DomainError("outcome", _("Please say how the call went."))
    if (outcome == Outcome.CALL_BACK) != (recall_at is not None):
        raise DomainError("recall_at", _("A call back, and only that, needs a time."))
    if recall_at is not None and recall_at <= timezone.now():
        raise DomainError("recall_at", _("The time to call back lies in the past."))
    return Outcome(outcome)
