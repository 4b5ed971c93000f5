"""What went out and what nothing may go to. No text of a mail stands here."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from drafts.admin.reading import AuditedAdmin, ReadOnlyAdmin
from drafts.models import Delivery, Suppression
from salesdash.models import User


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("id", "team", "lead", "channel", "status", "origin", "sender", "sent_at")
    list_filter = ("status", "channel", "origin")
    list_select_related = ("team", "lead", "sender")
    ordering = ("-pk",)
    fields = (
        "draft", "lead", "team", "sender", "channel", "status", "origin", "recipient", "trackable",
        "message_id", "text_hash", "copies", "claimed_at", "sent_at", "error_code", "writing_seconds",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        user = cast(User, request.user)
        rows = super().get_queryset(request)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)


@admin.register(Suppression)
class SuppressionAdmin(AuditedAdmin):
    """Added by hand where somebody asked for it; never changed, never lifted here."""

    list_display = ("email", "team", "reason", "note", "created_at", "created_by_name")
    list_filter = ("reason",)
    list_select_related = ("team",)
    search_fields = ("email",)
    fields = ("email", "team", "reason", "note")

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        obj.created_by_name = str(request.user)
        super().save_model(request, obj, form, change)
