"""Pages of the administration that show and change nothing, or change with an audit entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from salesdash import audit


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """View permission is enough to look; nobody adds, changes or deletes here."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions = None

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Additions and changes leave an audit entry; nothing is deleted."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions: Any = None

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        name = f"{obj._meta.model_name}.{'change' if change else 'add'}"
        audit.record(
            actor=request.user,  # type: ignore[arg-type]
            action=name,
            target=obj,
            details={"fields": form.changed_data},
        )
