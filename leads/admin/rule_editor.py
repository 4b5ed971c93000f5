"""The editor of a draft: what stands on its page, and the content that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from leads import rule_words
from leads.admin.condition_forms import ExcludeRuleForm, FitRuleForm, RuleRows, rows_of
from leads.admin.rule_forms import BANDS, WEIGHED, RuleSetForm
from leads.models import RuleSet
from leads.rule_changes import figure
from leads.temperature import points_at_fifty
from salesdash.formatting import numbers


@dataclass(frozen=True, slots=True)
class WeightRow:
    label: str | Promise
    weight: str
    published: str
    changed: bool
    # of one such activity for a lead at 50
    points: str
    field: BoundField | None = None


class Editor:
    """Forms over one draft; with `data`, what was typed."""

    def __init__(self, draft: RuleSet, published: RuleSet, data: Any = None) -> None:
        self.draft, self.published = draft, published
        self.form = RuleSetForm(draft, data)
        self.fit_rows: RuleRows = rows_of(FitRuleForm, draft.fit_rules, data)
        self.exclude_rows: RuleRows = rows_of(ExcludeRuleForm, self.form.excluded.others, data)

    def is_valid(self) -> bool:
        """All three are looked at, so that every error shows at once."""
        return all([self.form.is_valid(), self.fit_rows.is_valid(), self.exclude_rows.is_valid()])

    def content(self) -> dict[str, Any]:
        return self.form.content(self.fit_rows.rules(), self.exclude_rows.rules())

    def refuse(self, problems: list[tuple[str, str]]) -> None:
        """What a check of the whole found."""
        for field, message in problems:
            self.form.add_error(field if field in self.form.fields else None, message)

    @property
    def weights(self) -> list[WeightRow]:
        return weight_rows(self.draft, self.published, self.form)

    @property
    def days(self) -> str:
        """The half-life in days; the script puts another number into `days_text`."""
        return self.days_text.replace("{n}", figure(round(self.draft.half_life_hours / 24, 2)))

    @property
    def days_text(self) -> str:
        return _("= {n} days")

    @property
    def bands(self) -> list[BoundField]:
        return [self.form[f"band_{band.key}"] for band in BANDS]

    @property
    def error_count(self) -> int:
        formsets = (self.fit_rows, self.exclude_rows)
        in_rows = sum(bool(row) for rows in formsets for row in rows.errors)
        return len(self.form.errors) + in_rows + sum(len(rows.non_form_errors()) for rows in formsets)

    @property
    def value_lists(self) -> list[tuple[str, str]]:
        """The words that fields with fixed values know."""
        fields = [field for table in rule_words.TABLES for field in rule_words.known_fields(table)]
        known = ((field, rule_words.choices(field)) for field in fields)
        return [
            (rule_words.full_field_name(field), ", ".join(words.values())) for field, words in known if words
        ]


def weight_rows(rule_set: RuleSet, published: RuleSet, form: RuleSetForm | None = None) -> list[WeightRow]:
    """The heaviest of the published rules first."""
    return sorted(_weight_rows(rule_set, published, form), key=lambda row: row.published == "0")


def _weight_rows(rule_set: RuleSet, published: RuleSet, form: RuleSetForm | None) -> Iterator[WeightRow]:
    for kind in sorted(WEIGHED, key=lambda kind: -published.weights.get(kind.key, 0)):
        weight, old = rule_set.weights.get(kind.key, 0), published.weights.get(kind.key, 0)
        yield WeightRow(
            label=kind.label,
            weight=figure(weight),
            published=figure(old),
            changed=weight != old,
            points=numbers.signed(points_at_fifty(weight, rule_set.scale_heat), 1),
            field=form[f"weight_{kind.key}"] if form else None,
        )
