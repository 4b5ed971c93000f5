"""The regression set in the administration: reviewers see cases of their teams, switch and export them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from drafts import regression
from drafts.admin.reading import AuditedAdmin
from drafts.models import RegressionCase
from salesdash import audit
from salesdash.models import User


@admin.action(permissions=["view"], description=_("Export as a file of the red-team set"))
def export(
    _model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[RegressionCase]
) -> StreamingHttpResponse:
    """JSON lines, as `manage.py check_text` reads them."""
    cases = list(queryset)
    audit.record(actor=cast(User, request.user), action="regression.export", details={"cases": len(cases)})
    lines = (f"{regression.exported(case)}\n" for case in cases)
    headers = {"Content-Disposition": 'attachment; filename="regression.jsonl"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8", headers=headers)


@admin.register(RegressionCase)
class RegressionCaseAdmin(AuditedAdmin):
    list_display = ("__str__", "subject", "unsafe", "code", "team", "added_by_name", "in_use", "created_at")
    list_filter = ("unsafe", "in_use", "code")
    list_select_related = ("team",)
    actions = (export,)
    fields = (
        "team", "unsafe", "code", "subject", "body", "caught_by", "added_by_name", "in_use", "created_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "in_use")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegressionCase]:
        rows = super().get_queryset(request)
        user = cast(User, request.user)
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("subject"))
    def subject(self, case: RegressionCase) -> str:
        return str(case.line.get("subject", ""))

    @admin.display(description=_("body"))
    def body(self, case: RegressionCase) -> str:
        return str(case.line.get("body", ""))
