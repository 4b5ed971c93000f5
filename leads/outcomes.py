"""What a rep knows came of it: a meeting booked, a document asked for. Activities through the one door."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import ingest, taking_back
from leads.models import Activity, ActivityType, Lead
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User

SOURCE: Final = "outcome"
UNDO_FOR: Final = timedelta(minutes=10)


class Outcome(models.TextChoices):
    MEETING_BOOKED = "meeting_booked", gettext_lazy("A meeting is booked")
    DOCUMENT_REQUEST = "document_request", gettext_lazy("Document requested")


def record(*, lead_id: int, user: User, outcome: str, request_id: UUID) -> bool:
    """False: the second click of a double click. Errors: `not_found`, `outcome`."""
    if outcome not in Outcome.values:
        raise DomainError("outcome", _("Please say what came of it."))
    lead = Lead.objects.visible_to(user).filter(pk=lead_id).first()
    if lead is None:
        raise DomainError("not_found", _("This lead does not exist."), status=404)
    kind = ActivityType.from_key(outcome)
    activity = ingest.NewActivity(
        lead_id, kind, timezone.now(), SOURCE, external_id=str(request_id), actor_id=user.pk
    )
    result = ingest.record([activity])
    if result.created:
        audit.record(actor=user, action="lead.outcome", target=lead, details={"outcome": outcome})
    return bool(result.created)


def take_back(*, lead_id: int, user: User, request_id: UUID) -> None:
    """It did not happen: by whoever said so, for ten minutes. Errors: `not_found`, `too_late`."""
    said = Activity.objects.standing().filter(
        lead_id=lead_id, source=SOURCE, external_id=str(request_id), actor_id=user.pk
    )
    activity = said.filter(lead__in=Lead.objects.visible_to(user)).first()
    if activity is None:
        raise DomainError("not_found", _("There is nothing to undo."), status=404)
    if activity.received_at < timezone.now() - UNDO_FOR:
        raise DomainError("too_late", _("It is too late to undo this."))
    taking_back.take_back([taking_back.Key(lead_id, SOURCE, str(request_id))])
    details = {"outcome": ActivityType(activity.type).key}
    lead = Lead.objects.get(pk=lead_id)
    audit.record(actor=user, action="lead.outcome_undo", target=lead, details=details)
