"""A bad rule is refused, with the reason."""

import pytest
from django.utils.translation import override

from leads.models import RuleSet
from leads.rule_checks import problems

pytestmark = pytest.mark.django_db

FIELD = {"field": "company.name", "op": "in", "value": ["a"], "points": 5}
BANDS = {"hot": 80, "warm": 60, "mild": 40, "cool": 20}
BAD = {
    "half-life of none": ("half_life_hours", 0),
    "half-life below zero": ("half_life_hours", -5.0),
    "half-life of minutes": ("half_life_hours", 0.9),
    "half-life of eleven years": ("half_life_hours", 11 * 365 * 24.0),
    "half-life that is no number": ("half_life_hours", float("nan")),
    "half-life in words": ("half_life_hours", "a week"),
    "scale of none": ("scale_heat", 0.0),
    "scale without end": ("scale_heat", float("inf")),
    "weights as a list": ("weights", [1, 2]),
    "weight of an unknown type": ("weights", {"page_vew": 1}),
    "weight of an adjustment": ("weights", {"manual": 2}),
    "weight that is no number": ("weights", {"page_view": "1"}),
    "weight that is true": ("weights", {"page_view": True}),
    "weight without end": ("weights", {"page_view": float("inf")}),
    "weight too large": ("weights", {"page_view": 10**400}),
    "no bands": ("bands", {}),
    "a band too many": ("bands", BANDS | {"boiling": 99}),
    "an empty band": ("bands", BANDS | {"warm": 80}),
    "bands upside down": ("bands", BANDS | {"cool": 90}),
    "threshold at the end": ("bands", BANDS | {"hot": 100}),
    "threshold in words": ("bands", BANDS | {"hot": "high"}),
    "rules as a word": ("fit_rules", "none"),
    "a rule as a word": ("fit_rules", ["company.name"]),
    "unknown field": ("fit_rules", [FIELD | {"field": "company.colour"}]),
    "field of another kind": ("fit_rules", [FIELD | {"field": None}]),
    "unknown comparison": ("fit_rules", [FIELD | {"op": "like"}]),
    "comparison of another kind": ("fit_rules", [FIELD | {"op": []}]),
    "no value": ("fit_rules", [FIELD | {"value": []}]),
    "a value that cannot be stored": ("fit_rules", [FIELD | {"value": ["\0"]}]),
    "equal to nothing": ("fit_rules", [FIELD | {"op": "equals", "value": None}]),
    "range of one end": ("fit_rules", [FIELD | {"op": "range", "value": [1]}]),
    "range upside down": ("fit_rules", [FIELD | {"op": "range", "value": [9, 1]}]),
    "range beyond numbers": ("fit_rules", [FIELD | {"op": "range", "value": [10**400, None]}]),
    "points out of range": ("fit_rules", [FIELD | {"points": 101}]),
    "points in halves": ("fit_rules", [FIELD | {"points": 0.5}]),
    "exclusion by an unknown field": ("exclude_rules", [{"field": "lead.age", "op": "exists"}]),
    "too many rules": ("fit_rules", [FIELD] * 201),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_named_with_its_field(case, language):
    field, value = BAD[case]
    rule_set = RuleSet.objects.get()
    setattr(rule_set, field, value)
    with override(language):
        found = problems(rule_set)
    assert [name for name, _message in found] == [field]
    assert all(message for _name, message in found)


def test_the_rules_of_the_installation_are_good():
    assert problems(RuleSet.objects.get()) == []


def test_several_faults_are_all_named():
    rule_set = RuleSet(half_life_hours=0, scale_heat=0, weights={"x": 1, "y": 2}, bands={})
    assert [name for name, _message in problems(rule_set)] == [
        "half_life_hours", "scale_heat", "weights", "weights", "bands",
    ]  # fmt: skip
