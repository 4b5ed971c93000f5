"""One version of the rules as it is shown: its story, its changes, its content in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from leads import rule_changes
from leads.admin.rule_editor import WeightRow, weight_rows
from leads.admin.rule_forms import BANDS
from leads.models import RuleSet
from leads.rule_changes import Change, figure, hours
from leads.rule_words import reason_word, sentence
from salesdash.formatting import numbers


@dataclass(frozen=True, slots=True)
class RuleLine:
    condition: str
    result: str
    positive: bool = True


class VersionPage:
    def __init__(self, rule_set: RuleSet, published: RuleSet) -> None:
        self.rule_set, self.published = rule_set, published

    @property
    def is_draft(self) -> bool:
        return self.rule_set.status == RuleSet.Status.DRAFT

    @property
    def is_published(self) -> bool:
        return self.rule_set.status == RuleSet.Status.PUBLISHED

    @cached_property
    def previous(self) -> RuleSet | None:
        return self.published if self.is_draft else rule_changes.previous(self.rule_set)

    @property
    def changes(self) -> list[Change]:
        return rule_changes.changes(self.previous, self.rule_set) if self.previous else []

    @property
    def half_life(self) -> str:
        return hours(self.rule_set.half_life_hours)

    @property
    def scale(self) -> str:
        return figure(self.rule_set.scale_heat)

    @property
    def bands(self) -> list[tuple[str, str, str]]:
        """(key, word, threshold), from hot down."""
        return [(band.key, str(band.label), figure(self.rule_set.bands[band.key])) for band in BANDS]

    @property
    def weights(self) -> list[WeightRow]:
        return weight_rows(self.rule_set, self.published)

    @property
    def fit_rules(self) -> list[RuleLine]:
        rules = self.rule_set.fit_rules
        return [RuleLine(sentence(r), numbers.signed(r["points"]), r["points"] > 0) for r in rules]

    @property
    def exclude_rules(self) -> list[RuleLine]:
        return [RuleLine(sentence(r), reason_word(r.get("reason", ""))) for r in self.rule_set.exclude_rules]
