"""Fit rules and exclude rules, and the score rows that follow the leads."""

import pytest
from django.db import connection

from leads import auditing, fit, rules, scoring
from leads.models import ActivityType, Lead, LeadScore, RuleSet
from leads.models.score import ScoreState
from leads.signals import leads_changed
from leads.tests.events import event, listening, record
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db


def use(*, fit_rules=(), exclude_rules=()):
    RuleSet.objects.update(fit_rules=list(fit_rules), exclude_rules=list(exclude_rules))
    ScoreState.objects.update(epoch=2)
    rules.forget()


def fit_of(lead) -> int:
    scoring.ensure([lead.pk])
    return LeadScore.objects.get(pk=lead.pk).fit


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"field": "company.industry", "op": "equals", "value": "Manufacturing"}, True),
        ({"field": "company.industry", "op": "in", "value": ["retail", "manufacturing"]}, True),
        ({"field": "company.industry", "op": "in", "value": ["retail"]}, False),
        ({"field": "lead.title", "op": "contains", "value": "課"}, True),
        ({"field": "lead.title", "op": "contains", "value": ["部長", "課長"]}, True),
        ({"field": "lead.title", "op": "contains", "value": "%"}, False),
        ({"field": "lead.title", "op": "contains", "value": "_"}, False),
        ({"field": "company.employees", "op": "range", "value": [120, 120]}, True),
        ({"field": "company.employees", "op": "range", "value": [None, 119]}, False),
        ({"field": "company.employees", "op": "range", "value": [50, None]}, True),
        ({"field": "company.revenue_jpy", "op": "range", "value": [None, None]}, False),
        ({"field": "company.revenue_jpy", "op": "exists"}, False),
        ({"field": "company.revenue_jpy", "op": "exists", "value": False}, True),
        ({"field": "lead.phone", "op": "exists"}, True),
        ({"field": "lead.attributes.従業員%s数", "op": "range", "value": [10, 20]}, True),
        ({"field": "lead.attributes.従業員%s数", "op": "equals", "value": 15}, True),
        ({"field": "lead.attributes.region", "op": "range", "value": [0, 9]}, False),
        ({"field": "lead.attributes.none", "op": "exists"}, False),
        ({"field": "company.attributes.grade", "op": "equals", "value": "a"}, True),
        ({"field": "lead.do_not_contact", "op": "equals", "value": False}, True),
        ({"field": "lead.email_domain", "op": "in", "value": ["SHIKEN.example.jp"]}, True),
        ({"field": "lead.email_domain", "op": "in", "value": ["example.jp"]}, False),
    ],
)
def test_a_rule_gives_its_points_if_it_holds(team, rule, holds):
    company = CompanyFactory(team=team, attributes={"grade": "A"})
    lead = LeadFactory(company=company, attributes={"従業員%s数": "15", "region": "north"})
    use(fit_rules=[{**rule, "points": 7}])
    assert fit_of(lead) == (57 if holds else 50)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"field": "lead.salary", "op": "exists"}, "rule_field"),
        ({"field": "lead.id); DROP TABLE x; --", "op": "exists"}, "rule_field"),
        ({"field": "lead.title", "op": "like", "value": "x"}, "rule_op"),
        ({"field": "lead.title", "op": "in", "value": []}, "rule_value"),
        ({"field": "lead.title", "op": "contains", "value": ""}, "rule_value"),
        ({"field": "company.employees", "op": "range", "value": ["a", 3]}, "rule_value"),
        ({"field": "company.employees", "op": "range", "value": 3}, "rule_value"),
        ({"field": "lead.title", "op": "exists", "points": "many"}, "rule_value"),
        ({"field": "lead.title", "op": "exists", "points": 101}, "rule_value"),
    ],
)
def test_a_bad_rule_is_refused(rule, code):
    with pytest.raises(DomainError) as failure:
        fit.FitRule.parse(rule)
    assert failure.value.code == code


def test_fit_stays_between_zero_and_a_hundred(lead):
    title = {"field": "lead.title", "op": "exists"}
    use(fit_rules=[{**title, "points": 80}])
    assert fit_of(lead) == 100
    use(fit_rules=[{**title, "points": -80}])
    assert fit_of(lead) == 0
    assert LeadScore.objects.get(pk=lead.pk).fit_factor == 0.5


def test_an_excluded_lead_has_no_temperature_until_the_rule_lets_go(lead):
    record(event(lead, ActivityType.EMAIL_REPLY))
    rank = LeadScore.objects.get(pk=lead.pk).rank
    for blocked, expected in ((True, float("-inf")), (False, rank)):
        Lead.objects.filter(pk=lead.pk).update(do_not_contact=blocked)
        scoring.ensure([lead.pk])
        assert LeadScore.objects.get(pk=lead.pk).rank == expected
    assert auditing.audit().clean


def test_a_better_fit_makes_the_same_deeds_hotter(team):
    chief = LeadFactory(company=CompanyFactory(team=team), title="代表取締役")
    clerk = LeadFactory(company=CompanyFactory(team=team), title="")
    record(event(chief), event(clerk))
    ranks = {score.lead_id: score.rank for score in LeadScore.objects.all()}
    assert ranks[chief.pk] > ranks[clerk.pk]


def test_a_change_of_the_lead_reaches_the_score_row_and_is_news(
    lead, colleague, django_capture_on_commit_callbacks
):
    Lead.objects.filter(pk=lead.pk).update(owner=colleague, stage="meeting")
    with listening(leads_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        changed = scoring.ensure([lead.pk])
    score = LeadScore.objects.get(pk=lead.pk)
    assert (score.owner_id, score.stage) == (colleague.pk, "meeting")
    assert [news.lead_id for news in heard] == [news.lead_id for news in changed] == [lead.pk]


def test_an_unchanged_lead_is_not_written(lead, django_capture_on_commit_callbacks):
    with listening(leads_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        assert scoring.ensure([lead.pk]) == []
    assert heard == []


def test_ids_without_a_lead_are_left_out(lead):
    assert scoring.ensure([987_654, lead.pk]) == []
    assert scoring.ensure([]) == []


def test_the_default_rules_are_valid_and_name_only_known_types():
    current = rules.reload()
    assert len(current.fit_rules) >= 5
    assert current.weight(ActivityType.EMAIL_OPEN_MACHINE) == 0
    assert current.weight(ActivityType.MANUAL) == 1
    assert current.weight(ActivityType.OPT_OUT) < -10
    assert sorted(current.scale.bands.values()) == [20, 40, 60, 80]


def test_the_functions_are_marked_as_designed():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, provolatile, proparallel FROM pg_proc WHERE proname LIKE 'leads\\_%%'"
        )
        found = {name: (volatile, parallel) for name, volatile, parallel in cursor.fetchall()}
    assert found["leads_u"] == ("i", "s")
    assert set(found.values()) == {("i", "s")}
