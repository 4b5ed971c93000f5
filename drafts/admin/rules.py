"""Versions of the safety rules in the administration. What may be done: drafts/rule_versions.py."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import F, Func, IntegerField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from drafts import rule_versions
from drafts.admin import rule_tools, rule_views
from drafts.admin.rule_page import change_words
from drafts.models import SafetyRules
from leads.admin.versions import VersionsAdmin
from salesdash.formatting import numbers, times
from salesdash.models import User

_CONTENT = ("banned", "allowed", "url_hosts", "promises", "statements", "weights")


@admin.register(SafetyRules)
class SafetyRulesAdmin(VersionsAdmin):
    views = rule_views
    pages = rule_views.VIEWS | rule_tools.VIEWS
    list_display = ("name", "state", "size", "changed", "made", "published")
    list_filter = ("status",)
    change_list_template = "admin/drafts/safetyrules/change_list.html"

    class Media:
        css = {"all": ("css/rules.css", "css/safety_rules.css")}

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        rule_versions.delete(rules_id=obj.pk, user=cast(User, request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[SafetyRules]:
        """Thousands of entries stay in the database: the list wants their number."""
        length = {
            f"n_{name}": Func(F(name), function="jsonb_array_length", output_field=IntegerField())
            for name in ("banned", "promises")
        }
        rows: QuerySet[SafetyRules] = super().get_queryset(request)
        return rows.defer(*_CONTENT).annotate(**length)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        active = SafetyRules.objects.filter(status=SafetyRules.Status.ACTIVE).only("pk", "version").first()
        own = {
            "title": capfirst(self.opts.verbose_name_plural),
            "may_edit": rule_views.may_edit(request),
            "active": active,
        }
        return super().changelist_view(request, own | (extra_context or {}))

    @admin.display(description=_("status"))
    def state(self, rules: SafetyRules) -> SafeString:
        known = "published" if rules.status == SafetyRules.Status.ACTIVE else rules.status
        return format_html('<span class="rl-state" data-s="{}">{}</span>', known, rules.get_status_display())

    @admin.display(description=_("words and patterns"))
    def size(self, rules: Any) -> str:
        return f"{rules.n_banned:,} / {rules.n_promises:,}"

    @admin.display(description=_("changed"))
    def changed(self, rules: SafetyRules) -> SafeString | str:
        told = change_words(rules.changes)
        if not told:
            return numbers.NOTHING
        return format_html_join(" ", '<span class="sr-delta">{} +{} −{}</span>', told)

    @admin.display(description=_("in force since"))
    def published(self, rules: SafetyRules) -> str:
        if not rules.activated_at:
            return numbers.NOTHING
        return f"{times.day_time(rules.activated_at)} {rules.published_by_name}"
