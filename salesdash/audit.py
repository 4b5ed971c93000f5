"""The one way to write an audit entry."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from salesdash import telemetry
from salesdash.models import AuditEntry, User


def record(
    *,
    actor: User | AnonymousUser | None,
    action: str,
    target: models.Model | None = None,
    team_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """`details` holds ids, codes and counts, never text. A missing actor is the system itself."""
    person = actor if isinstance(actor, User) else None
    return AuditEntry.objects.create(
        actor=person,
        actor_name=str(person) if person else "system",
        action=action,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        team_id=team_id if team_id is not None else getattr(target, "team_id", None),
        details=details or {},
        trace_id=telemetry.trace_id(),
    )
