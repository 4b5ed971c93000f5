"""What a person may do, read in one statement instead of two: every page asks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission


class PermissionsAtOnce(ModelBackend):
    """Fills the cache from which the other backends answer. Lets nobody in by itself."""

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
            names = ("content_type__app_label", "codename")
            own = Permission.objects.filter(user=user_obj).order_by().values_list(*names)
            of_groups = Permission.objects.filter(group__user=user_obj).order_by().values_list(*names)
            user_obj._user_perm_cache = {f"{app}.{codename}" for app, codename in own.union(of_groups)}
            user_obj._group_perm_cache = set()
        return super().get_all_permissions(user_obj, obj)
