from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drafts.admin.reading import ReadOnlyAdmin
from drafts.models import Arm, Experiment


class Arms(admin.TabularInline[Arm, Experiment]):
    model = Arm
    fields = readonly_fields = ("prompt_version", "weight", "exposed")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Arm]:
        arms = super().get_queryset(request).select_related("prompt_version__template")
        return arms.annotate(exposed_count=Count("assignments"))

    @admin.display(description=_("leads"))
    def exposed(self, arm: Any) -> int:
        return int(arm.exposed_count)

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Experiment)
class ExperimentAdmin(ReadOnlyAdmin):
    list_display = ("name", "purpose", "language", "status", "started_at", "stopped_at")
    list_filter = ("status", "purpose", "language")
    fields = ("name", "purpose", "language", "status", "hypothesis", "started_at", "stopped_at")
    inlines = (Arms,)
