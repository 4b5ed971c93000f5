"""Versions of the temperature rules in the administration. What may be done: leads/rule_drafts.py."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from leads import rule_drafts
from leads.admin import rule_views
from leads.admin.versions import VersionsAdmin
from leads.models import RuleSet
from leads.rule_changes import hours
from salesdash.formatting import numbers, times
from salesdash.models import User


@admin.register(RuleSet)
class RuleSetAdmin(VersionsAdmin):
    views = rule_views
    pages = {"copy": rule_views.copy, "preview": rule_views.preview, "publish": rule_views.publish}
    list_display = ("name", "state", "half_life", "made", "published")
    change_list_template = "admin/leads/ruleset/change_list.html"

    class Media:
        css = {"all": ("css/rules.css",)}

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        rule_drafts.delete(rule_set_id=obj.pk, user=cast(User, request.user))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        published = RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
        own = {
            "title": capfirst(self.opts.verbose_name_plural),
            "may_edit": rule_views.may_edit(request),
            "published": published,
        }
        return super().changelist_view(request, own | (extra_context or {}))

    @admin.display(description=_("status"))
    def state(self, rule_set: RuleSet) -> SafeString:
        return format_html(
            '<span class="rl-state" data-s="{}">{}</span>', rule_set.status, rule_set.get_status_display()
        )

    @admin.display(description=_("half-life"))
    def half_life(self, rule_set: RuleSet) -> str:
        return hours(rule_set.half_life_hours)

    @admin.display(description=_("published"))
    def published(self, rule_set: RuleSet) -> str:
        if not rule_set.published_at:
            return numbers.NOTHING
        return f"{times.day_time(rule_set.published_at)} {rule_set.published_by_name}"
