"""The table of rules for the help page, which knows nothing of this app."""

from __future__ import annotations

from django import template

from drafts.tracking.rules import RULES, Rule

register = template.Library()


@register.simple_tag
def tracking_rules() -> tuple[Rule, ...]:
    return RULES
