"""Versions of the temperature rules for tests."""

from __future__ import annotations

from typing import Any

from leads.models import RuleSet


def draft_rules(**changes: Any) -> RuleSet:
    """The rules in force as the next version's draft, with changes."""
    published = RuleSet.objects.get(status=RuleSet.Status.PUBLISHED)
    kept = ("half_life_hours", "scale_heat", "weights", "bands", "fit_rules", "exclude_rules")
    fields = {name: getattr(published, name) for name in kept}
    version = RuleSet.objects.order_by("-version").values_list("version", flat=True)[0] + 1
    return RuleSet.objects.create(**({"version": version, **fields} | changes))
