"""Publishing, rebuilding and moving the landmark among writers: nothing is lost, everything is by the new rules."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import auditing, building, rebuilding, rules
from leads.models import Activity, Lead, LeadScore, RuleSet, ScoreState
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules
from leads.tests.writing import activities, changes, cooling_task, meanwhile, new_leads

pytestmark = pytest.mark.django_db(transaction=True)
TITLE_RULE = {"field": "lead.title", "op": "contains", "value": ["担当"], "points": 30}
SIZE_RULE = {"field": "company.employees", "op": "range", "value": [50, 100], "points": -20}
NO_REPLY = {"field": "lead.title", "op": "contains", "value": ["代表"], "reason": "director"}


@pytest.fixture
def leads(company):
    return [LeadFactory(company=company) for _ in range(40)]


@pytest.fixture(autouse=True)
def _many_chunks(monkeypatch):
    monkeypatch.setattr(building, "CHUNK_LEADS", 7)


WORKS = {
    "weights": lambda: rebuilding.publish(rule_set_id=draft_rules(weights={"email_reply": 3}).pk),
    "fit": lambda: rebuilding.publish(rule_set_id=draft_rules(fit_rules=[TITLE_RULE, SIZE_RULE]).pk),
    "exclusions": lambda: rebuilding.publish(rule_set_id=draft_rules(exclude_rules=[NO_REPLY]).pk),
    "half-life": lambda: rebuilding.publish(rule_set_id=draft_rules(half_life_hours=24.0).pk),
    "rebuild": rebuilding.rebuild,
    "landmark": lambda: rebuilding.rebuild(landmark=timezone.now() - timedelta(days=11)),
}


@pytest.mark.parametrize("name", WORKS)
def test_writers_lose_nothing(leads, rep, colleague, name):
    def work():
        for _ in range(3):
            WORKS[name]()

    *created, _changed, made, _cooled = meanwhile(
        work,
        activities(leads, 1),
        activities(leads, 2, batch=600),
        changes(leads, [rep.pk, colleague.pk], 3),
        new_leads(lambda: LeadFactory(company=leads[0].company)),
        cooling_task,
    )
    assert sum(created) == Activity.objects.count() > 0
    assert LeadScore.objects.count() == Lead.objects.count() == 40 + made
    assert auditing.audit().differences == []
    assert ScoreState.objects.get().epoch == 4


def test_an_overtaken_version_is_retired(leads):
    published = rebuilding.publish(rule_set_id=draft_rules(weights={"email_reply": 1}).pk).rule_set
    statuses = dict(RuleSet.objects.values_list("version", "status"))
    assert statuses == {1: "retired", 2: "published"}
    assert rules.reload().id == published.pk
