"""A person, what they may do and which teams they are in: one statement, for every page asks for all."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models.expressions import RawSQL

from salesdash.models import User
from salesdash.statements import Plan, Statement

_MAY: Final = """ARRAY(
    SELECT type.app_label || '.' || permission.codename
    FROM auth_permission AS permission
    JOIN django_content_type AS type ON type.id = permission.content_type_id
    WHERE permission.id IN (
        SELECT permission_id FROM salesdash_user_user_permissions WHERE user_id = %s
        UNION ALL
        SELECT of_group.permission_id
        FROM auth_group_permissions AS of_group
        JOIN salesdash_user_groups AS member ON member.group_id = of_group.group_id
        WHERE member.user_id = %s
    )
)"""
_TEAMS: Final = "ARRAY(SELECT team_id FROM salesdash_membership WHERE user_id = %s)"


@cache
def _person() -> Statement[User]:
    """By the id of the person, four times."""
    people = User.objects.annotate(may=RawSQL(_MAY, (0, 0)), in_teams=RawSQL(_TEAMS, (0,)))  # noqa: S611
    return Statement(people.filter(pk=0), Plan.VALUES_ASIDE)


class PermissionsAtOnce(AuthenticationBackend):  # type: ignore[misc]  # allauth has no stubs
    """Lets people in by user name or address, and fills the caches from which `User` answers."""

    def get_user(self, user_id: Any) -> User | None:
        for user in _person().rows([int(user_id)] * 4):
            may, user.team_ids = user.__dict__.pop("may"), user.__dict__.pop("in_teams")
            if not self.user_can_authenticate(user):
                return None
            # who may all is asked no list
            if not user.is_superuser:
                _remember(user, may)
            return user
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        known = hasattr(user_obj, "_user_perm_cache")
        if (
            obj is None
            and not known
            and user_obj.is_active
            and not (user_obj.is_anonymous or user_obj.is_superuser)
        ):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {_MAY}, {_TEAMS}", [user_obj.pk] * 3)
                names, user_obj.team_ids = cursor.fetchone()
            _remember(user_obj, names)
        found: set[str] = super().get_all_permissions(user_obj, obj)
        return found


def _remember(user: Any, names: list[str]) -> None:
    user._user_perm_cache = set(names)
    user._group_perm_cache = set()
