"""Examples that prompts carry: reviewers and administrators see those of their teams and switch them."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from drafts.admin.reading import AuditedAdmin
from drafts.models import PromptExample
from salesdash.models import User


@admin.register(PromptExample)
class PromptExampleAdmin(AuditedAdmin):
    list_display = ("subject", "team", "purpose", "language", "edited", "tokens", "in_use", "created_at")
    list_filter = ("in_use", "edited", "purpose", "language")
    list_select_related = ("team",)
    fields = ("team", "purpose", "language", "subject", "body", "edited", "tokens", "in_use", "created_at")
    readonly_fields = (*fields[:-2], "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptExample]:
        rows = super().get_queryset(request)
        user = cast(User, request.user)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False
