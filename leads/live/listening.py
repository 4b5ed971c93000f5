"""What makes the live channel speak, and what makes it look again at who may listen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest

from leads.live import publish
from leads.live.audience import session_digest
from leads.signals import leads_changed, rows_edited
from salesdash.models import Membership, Team, User

# a sign-in writes `last_login`, a settings page a theme: neither changes what a user may see
_RIGHTS: Final = frozenset({"is_active", "is_superuser", "password"})
# an edit of more leads names none of them
MOST_NAMED: Final = 200


def connect() -> None:
    leads_changed.connect(_on_leads_changed, dispatch_uid="live_leads_changed")
    rows_edited.connect(_on_rows_edited, dispatch_uid="live_rows_edited")
    user_logged_out.connect(_on_sign_out, dispatch_uid="live_sign_out")
    for signal in (post_save, post_delete):
        signal.connect(_on_membership, sender=Membership, dispatch_uid="live_membership")
        signal.connect(_on_team, sender=Team, dispatch_uid="live_team")
    post_save.connect(_on_user, sender=User, dispatch_uid="live_user")
    for through in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(_on_role, sender=through, dispatch_uid=f"live_{through.__name__}")
    m2m_changed.connect(_on_role_content, sender=Group.permissions.through, dispatch_uid="live_group")


def _on_leads_changed(changed: Sequence[Any], **_kwargs: Any) -> None:
    publish.mark(change.lead_id for change in changed)


def _on_rows_edited(by_team: Mapping[int, Sequence[int]], **_kwargs: Any) -> None:
    """A screen asks for the rows that it shows; of many it asks for all."""
    for team_id, ids in by_team.items():
        publish.event(team_id, "rows", {"ids": list(ids)} if len(ids) <= MOST_NAMED else {})


def _on_sign_out(request: HttpRequest | None, user: User | None, **_kwargs: Any) -> None:
    """Sent just before the session is deleted: its sockets are told by name, not asked to look."""
    session = getattr(request, "session", None)
    if user and session is not None:
        digest = session_digest(session.session_key)
        publish.send(publish.user_group(user.pk), {"type": "live.signed_out", "session": digest})


def _on_membership(instance: Membership, **_kwargs: Any) -> None:
    _recheck([instance.user_id])


def _on_user(instance: User, created: bool, update_fields: Iterable[str] | None, **_kwargs: Any) -> None:
    if not created and (update_fields is None or _RIGHTS & set(update_fields)):
        _recheck([instance.pk])


def _on_role(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_kwargs: Any) -> None:
    if not action.startswith("post_"):
        return
    if not reverse:
        _recheck([instance.pk])
    elif pk_set is None:
        _recheck_everybody()
    else:
        _recheck(pk_set)


def _on_role_content(action: str, pk_set: set[int] | None, **_kwargs: Any) -> None:
    if action.startswith("post_") and (pk_set is None or pk_set):
        _recheck_everybody()


def _on_team(created: bool = True, **_kwargs: Any) -> None:
    """A new team, or one that is gone, concerns those who see all teams."""
    if created:
        _recheck_everybody()


def _recheck(user_ids: Iterable[int]) -> None:
    for user_id in user_ids:
        _after_commit(publish.user_group(user_id))


def _recheck_everybody() -> None:
    _after_commit(publish.EVERYBODY)


def _after_commit(group: str) -> None:
    transaction.on_commit(lambda: publish.send(group, {"type": "live.recheck"}))
