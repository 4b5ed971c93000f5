"""Whose frames a user gets. The rule is that of `LeadQuerySet.visible_to`; a test holds the two together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from leads.live import publish
from salesdash.models import Team, User


@dataclass(frozen=True, slots=True)
class Audience:
    user_id: int
    team_ids: frozenset[int]
    sees_all: bool

    @property
    def groups(self) -> list[str]:
        return [
            publish.EVERYBODY,
            publish.user_group(self.user_id),
            *(publish.team_group(team_id) for team_id in sorted(self.team_ids)),
        ]


def session_digest(session_key: str | None) -> str:
    """Names a session on the channel layer without giving it away."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def of_session(session_key: str | None) -> tuple[User, Audience] | None:
    """Read afresh: the session, the account, its teams. None where nobody is signed in (any more)."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = auth.get_user(request)
    return (user, of_user(user)) if isinstance(user, User) and user.is_active else None


def of_user(user: User) -> Audience:
    sees_all = user.has_perm("leads.view_all")
    return Audience(user.pk, frozenset(_team_ids(user, sees_all)), sees_all)


def _team_ids(user: User, sees_all: bool) -> Iterable[int]:
    if sees_all:
        return Team.objects.values_list("pk", flat=True)
    if user.has_perm("leads.view_lead"):
        return user.memberships.values_list("team_id", flat=True)
    return ()
