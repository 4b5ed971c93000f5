from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from drafts.admin.reading import ReadOnlyAdmin
from drafts.models import SafetyRules


@admin.register(SafetyRules)
class SafetyRulesAdmin(ReadOnlyAdmin):
    list_display = (
        "version", "status", "words", "patterns", "sayings", "activated_at", "created_by_name", "note",
    )  # fmt: skip
    list_filter = ("status",)

    @admin.display(description=_("banned words"))
    def words(self, rules: SafetyRules) -> int:
        return len(rules.banned)

    @admin.display(description=_("promise patterns"))
    def patterns(self, rules: SafetyRules) -> int:
        return len(rules.promises)

    @admin.display(description=_("statements"))
    def sayings(self, rules: SafetyRules) -> int:
        return len(rules.statements)
