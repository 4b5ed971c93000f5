"""Versions of the temperature rules in the administration. What may be done: leads/rule_drafts.py."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from leads import rule_drafts
from leads.admin import rule_views
from leads.models import RuleSet
from leads.rule_changes import hours
from salesdash.formatting import numbers, times
from salesdash.models import User


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin[RuleSet]):
    list_display = ("name", "state", "half_life", "made", "published")
    list_display_links = ("name",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    sortable_by = ()
    actions = None
    change_list_template = "admin/leads/ruleset/change_list.html"

    class Media:
        css = {"all": ("css/rules.css",)}

    # --- who -----------------------------------------------------------------------------------

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rule_views.may_read(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        draft = obj is None or obj.status == RuleSet.Status.DRAFT
        return draft and rule_views.may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        rule_drafts.delete(rule_set_id=obj.pk, user=cast(User, request.user))

    # --- list ----------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        published = RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
        own = {
            "title": capfirst(self.opts.verbose_name_plural),
            "may_edit": rule_views.may_edit(request),
            "published": published,
        }
        return super().changelist_view(request, own | (extra_context or {}))

    @admin.display(description=_("version"))
    def name(self, rule_set: RuleSet) -> SafeString:
        return format_html('<b>v{}</b> <span class="rl-note">{}</span>', rule_set.version, rule_set.note)

    @admin.display(description=_("status"))
    def state(self, rule_set: RuleSet) -> SafeString:
        return format_html(
            '<span class="rl-state" data-s="{}">{}</span>', rule_set.status, rule_set.get_status_display()
        )

    @admin.display(description=_("half-life"))
    def half_life(self, rule_set: RuleSet) -> str:
        return hours(rule_set.half_life_hours)

    @admin.display(description=_("made"))
    def made(self, rule_set: RuleSet) -> str:
        return f"{times.day_time(rule_set.created_at)} {rule_set.created_by_name}"

    @admin.display(description=_("published"))
    def published(self, rule_set: RuleSet) -> str:
        if not rule_set.published_at:
            return numbers.NOTHING
        return f"{times.day_time(rule_set.published_at)} {rule_set.published_by_name}"

    # --- one version ---------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views = {"copy": rule_views.copy, "preview": rule_views.preview, "publish": rule_views.publish}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"leads_ruleset_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return rule_views.version(request, unquote(object_id))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing is written past leads/rule_drafts.py."""
        raise PermissionDenied
