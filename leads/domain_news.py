"""Managers hear when their team's sending domain is confirmed, or not any more."""

from __future__ import annotations

from typing import Any, Final

from leads import notifying
from leads.models.notification import Kind
from leads.notifying import News
from salesdash.models import User
from salesdash.sending_domains.signals import Change, confirmation_changed

_BACKEND: Final = "salesdash.permissions.PermissionsAtOnce"


def connect() -> None:
    confirmation_changed.connect(tell_managers, dispatch_uid="domain_news")


def tell_managers(change: Change, **_kwargs: Any) -> None:
    """All of the team's but whoever did it."""
    managers = User.objects.with_perm("kpis.view_kpis", backend=_BACKEND, include_superusers=False)
    people = managers.filter(memberships__team=change.team_id).exclude(pk=change.actor_id or 0)
    key = f"domain-{change.team_id}-{change.at.isoformat()}-{change.confirmed:d}"
    details = {"domain": change.domain, "confirmed": change.confirmed}
    news = [
        News(person, None, Kind.DOMAIN, key, change.at, details, change.team_id)
        for person in people.values_list("pk", flat=True)
    ]
    notifying.tell(news)
