"""What the open editor of a draft would send."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from leads.models import RuleSet


def url(rule_set: RuleSet, step: str = "change") -> str:
    return f"/admin/leads/ruleset/{rule_set.pk}/{step}/"


def typed(response: HttpResponse, **changes: Any) -> dict[str, Any]:
    """All inputs of the page with their values; `changes` by name of the input."""
    editor = response.context["editor"]
    data: dict[str, Any] = {}
    forms = [editor.form]
    for rows in (editor.fit_rows, editor.exclude_rows):
        forms += [rows.management_form, *rows.forms]
    for form in forms:
        data |= {form.add_prefix(name): form[name].value() for name in form.fields if name != "DELETE"}
    return {name: value for name, value in (data | changes).items() if value is not None}


def row(prefix: str, number: int, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{number}-{name}": value for name, value in values.items()}
