"""The fourth version of the shipped rules comes into force only where nobody has rules of their own."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from drafts.models import SafetyRules
from drafts.tests.factories import new_rules

pytestmark = pytest.mark.django_db
MIGRATION = import_module("drafts.migrations.0046_safety_rules_4")


def _versions() -> dict[int, str]:
    return dict(SafetyRules.objects.values_list("version", "status"))


def test_it_replaces_the_shipped_version_and_gives_way_to_it_again():
    assert (_versions()[3], _versions()[4]) == ("retired", "active")
    MIGRATION.remove(apps, None)
    assert _versions()[3] == "active"
    assert 4 not in _versions()
    MIGRATION.add(apps, None)
    assert (_versions()[3], _versions()[4]) == ("retired", "active")


def test_where_somebody_has_own_rules_it_is_a_draft():
    MIGRATION.remove(apps, None)
    new_rules()
    own = SafetyRules.objects.get(status="active")
    MIGRATION.add(apps, None)
    assert SafetyRules.objects.get(status="active").pk == own.pk
    shipped = SafetyRules.objects.filter(created_by_name="salesdash").latest("version")
    assert (shipped.status, shipped.based_on) == ("draft", 3)
    assert shipped.weights


def test_what_was_shipped_before_is_in_it_but_for_discounts_without_their_owner():
    before, now = SafetyRules.objects.get(version=3), SafetyRules.objects.get(version=4)
    assert (now.banned, now.allowed, now.weights) == (before.banned, before.allowed, before.weights)
    gone = {entry["pattern"] for entry in before.promises} - {entry["pattern"] for entry in now.promises}
    assert gone == MIGRATION.DISCOUNTS
    assert gone <= {statement["about"] for statement in now.statements}
