from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from drafts.admin.reading import ReadOnlyAdmin
from drafts.models import PromptTemplate, PromptVersion


class Versions(admin.TabularInline[PromptVersion, PromptTemplate]):
    model = PromptVersion
    fields = ("number", "status", "model", "note", "first_used_at", "activated_at")
    readonly_fields = fields
    extra = 0
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(PromptTemplate)
class PromptTemplateAdmin(ReadOnlyAdmin):
    list_display = ("name", "purpose", "language")
    list_filter = ("purpose", "language")
    inlines = (Versions,)


@admin.register(PromptVersion)
class PromptVersionAdmin(ReadOnlyAdmin):
    list_display = ("template", "number", "status", "model", "first_used_at", "activated_at")
    list_filter = ("status", "template__purpose", "template__language")
    list_select_related = ("template",)
    fields = (
        "template", "number", "status", "system_source", "user_source", "model", "sampling", "note",
        "first_used_at", "activated_at", "created_at", "created_by",
    )  # fmt: skip
