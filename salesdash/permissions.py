"""What a person may do, and which teams they are in: one statement instead of three, for every page asks."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.db import connection

# written out: building it by the ORM took longer than answering it
_OF_A_PERSON: Final = """
SELECT ARRAY(
    SELECT type.app_label || '.' || permission.codename
    FROM auth_permission AS permission
    JOIN django_content_type AS type ON type.id = permission.content_type_id
    WHERE permission.id IN (
        SELECT permission_id FROM salesdash_user_user_permissions WHERE user_id = %(user)s
        UNION ALL
        SELECT of_group.permission_id
        FROM auth_group_permissions AS of_group
        JOIN salesdash_user_groups AS member ON member.group_id = of_group.group_id
        WHERE member.user_id = %(user)s
    )
), ARRAY(SELECT team_id FROM salesdash_membership WHERE user_id = %(user)s)"""


class PermissionsAtOnce(ModelBackend):
    """Fills the caches from which the other backends and `User.team_ids` answer. Lets nobody in by itself."""

    def authenticate(self, *_args: Any, **_credentials: Any) -> None:  # type: ignore[override]
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
                cursor.execute(_OF_A_PERSON, {"user": user_obj.pk})
                names, user_obj.team_ids = cursor.fetchone()
            user_obj._user_perm_cache = set(names)
            user_obj._group_perm_cache = set()
        return super().get_all_permissions(user_obj, obj)
