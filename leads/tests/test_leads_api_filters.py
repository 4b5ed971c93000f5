"""Conditions and saved views as parameters of the list: they mean what they mean in the table."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from leads.conditions.fields import FIELDS
from leads.conditions.operators import OPERATORS, Kind
from leads.models import Stage
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import crowd
from leads.tests.test_leads_api_lists import pages
from leads.tests.test_saved_views import make


def ids(caller, query):
    answer = caller.get(f"leads/?{query}")
    assert answer.status_code == 200, answer.json()
    return [lead["id"] for lead in answer.json()["results"]]


def faults(caller, query):
    answer = caller.get(f"leads/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.json()
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.fixture
def cast(team, rep):
    """A chief of a large company, one of a small company, and a clerk of the large one."""
    large, small = CompanyFactory(team=team, employees=900), CompanyFactory(team=team, employees=9)
    made = [(large, "部長"), (small, "部長"), (large, "係")]
    return [LeadFactory(company=company, title=title, owner=rep) for company, title in made]


def test_conditions_are_those_of_the_table(api, rep, cast):
    chief, other, clerk = (lead.pk for lead in cast)
    caller = api(rep)
    assert set(ids(caller, "c=title:is:部長")) == {chief, other}
    assert ids(caller, "c=title:is:部長&c=employees:ge:100") == [chief]
    assert set(ids(caller, "c=title:is:係&c=employees:le:10&match=any")) == {other, clerk}
    assert set(ids(caller, "c=any(title:is:係;employees:le:10)&c=employees:le:10")) == {other}


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("c=x", "/c/0", "condition_form"),
        ("c=", "/c/0", "condition_form"),
        ("c=due:week&c=age:ge:3", "/c/1", "condition_field"),
        ("c=stage:ge:3", "/c/0", "condition_op"),
        ("c=employees:ge:many", "/c/0", "condition_value"),
        ("c=employees:ge:1,2", "/c/0", "condition_value"),
        ("c=employees:between:1", "/c/0", "condition_value"),
        ("c=due:week:3", "/c/0", "condition_value"),
        ("c=due:last:1,2", "/c/0", "condition_value"),
        ("c=title:is:a,b", "/c/0", "condition_value"),
        ("c=title:is", "/c/0", "condition_value"),
        ("c=industry:in:food,moon", "/c/0", "condition_value"),
        ("c=owner:in:me,you", "/c/0", "condition_value"),
        ("c=any(due:week;age:ge:3)", "/c/0", "condition_field"),
        ("c=any(due:week;)", "/c/0", "condition_form"),
        ("c=any(due:week;all(due:week))", "/c/0", "condition_field"),
        (f"c=title:is:{'x' * 201}", "/c/0", "condition_value"),
        (f"c={'x' * 4001}", "/c/0", "condition_form"),
        ("c=due:week&" * 31, "/c", "too_many"),
        ("match=some", "/match", "unknown"),
        ("c=owner:in:me&owner=you", "/owner", "unknown"),
        ("owner=me&owner=none", "/owner", "once"),
        ("view=0", "/view", "unknown"),
        ("view=x", "/view", "unknown"),
        ("view=99999999999999999999", "/view", "unknown"),
        ("updated_since=yesterday", "/updated_since", "invalid"),
        ("updated_since=2026-11-28T10:00:00", "/updated_since", "no_zone"),
        ("updated_since=2026-11-28T10:00:00Z&sort=name", "/sort", "order"),
        ("sort=band", "/sort", "unknown"),
        ("sort=", "/sort", "unknown"),
    ],
)
def test_what_would_be_left_out_is_refused(api, rep, query, pointer, code):
    assert faults(api(rep), query) == [(pointer, code)]


def test_days_are_those_of_the_tokens_person(api, rep, colleague, company):
    """Half past midnight in Tokyo is still the day before in New York."""
    lead = LeadFactory(company=company, recall_at="2026-12-01T00:30:00+09:00")
    colleague.time_zone = "America/New_York"
    colleague.save()
    query = "c=recall:after:2026-12-01"
    for _ in range(2):
        assert ids(api(rep), query) == [lead.pk]
        assert ids(api(colleague), query) == []
        assert timezone.get_current_timezone_name() == settings.TIME_ZONE
    shown = api(colleague).get(f"leads/{lead.pk}/").json()
    assert shown["recall_at"] == "2026-11-30T10:30:00-05:00"


def test_a_fault_quotes_the_condition_and_says_why(api, rep):
    body = api(rep).get("leads/?c=any(due:week;employees:ge:many)", Accept_Language="ja").json()
    assert body["errors"][0]["detail"] == "「employees:ge:many」：数を入力してください。"


def test_the_guide_names_every_field_and_comparison():
    guide = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    table = guide.partition("| kind |")[2].partition("\n\n")[0]
    rows = {line.split("|")[1].strip(): line for line in table.split("\n")[2:]}
    kinds = {"number": "number", "choice": "choice", "text": "text", "day": "date", "yes or no": "yes_no"}
    for word, kind in kinds.items():
        _empty, _word, fields, comparisons, _end = rows[word].split("|")
        named = {name for name in re.findall(r"`([a-z_]+)`", fields) if name not in ("me", "none")}
        assert named == {field.name for field in FIELDS.values() if field.kind == kind}
        operators = set(re.findall(r"`([a-z]+)[:`]", comparisons))
        assert operators == {one.name for one in OPERATORS[Kind(kind)]} - {"empty", "filled"}


@pytest.mark.parametrize("few", [5000, 3])
def test_a_filter_without_an_index_is_read_to_its_end(api, rep, company, monkeypatch, few):
    """And gives each lead once, in the order of the table, whether its ids are few or not."""
    leads = crowd(25, company=company, title="部長")
    caller = api(rep)
    plain = [
        lead["id"] for page in pages(caller, "leads/?c=title:is:部長&limit=10") for lead in page["results"]
    ]
    monkeypatch.setattr("leads.counting.capped_within", lambda *_args: None)
    monkeypatch.setattr("leads.table.FEW", few)
    found = [
        lead["id"] for page in pages(caller, "leads/?c=title:is:部長&limit=10") for lead in page["results"]
    ]
    assert found == plain
    assert sorted(found) == sorted(lead.pk for lead in leads)


def test_a_view_is_narrowed_or_overridden(api, rep, cast):
    chief, other, _clerk = (lead.pk for lead in cast)
    view = make(rep, text="c=title:is:部長&stage=new", sort="-name")
    caller = api(rep)
    assert set(ids(caller, f"view={view.pk}")) == {chief, other}
    assert ids(caller, f"view={view.pk}&c=employees:ge:100") == [chief]
    assert ids(caller, f"view={view.pk}&stage=won") == []
    assert set(ids(caller, f"view={view.pk}&owner=me")) == {chief, other}
    assert ids(caller, f"view={view.pk}&q=nobody") == []
    assert ids(caller, f"view={view.pk}&sort=employees") == [chief, other]


def test_pages_of_a_view_stay_those_of_the_first(api, rep, company):
    leads = crowd(5, company=company, title="部長")
    view = make(rep, sort="employees")
    caller = api(rep)
    found = []
    for page in pages(caller, f"leads/?view={view.pk}&limit=2"):
        found += [lead["id"] for lead in page["results"]]
        # whoever edits the view meanwhile moves no row of this reading
        type(view).objects.update(query={"stage": ["won"]}, sort="name")
    assert sorted(found) == sorted(lead.pk for lead in leads)


def test_a_view_joined_by_or_is_narrowed_as_a_whole(api, rep, cast):
    _chief, other, clerk = (lead.pk for lead in cast)
    view = make(rep, text="c=title:is:係&c=employees:le:10&match=any")
    caller = api(rep)
    assert set(ids(caller, f"view={view.pk}")) == {other, clerk}
    assert ids(caller, f"view={view.pk}&c=employees:ge:100") == [clerk]
    assert faults(caller, f"view={view.pk}&match=all") == [("/match", "view")]
    grouped = make(rep, name="群", text="c=all(title:is:係;due:week)&c=employees:le:10&match=any")
    assert faults(caller, f"view={grouped.pk}&owner=me") == [("/view", "view_or")]


def test_nobody_learns_of_a_view_of_others(api, rep, colleague, outsider, team, lead):
    private, shared = make(rep), make(rep, name="共有", team_id=team.pk, text="stage=new")
    assert ids(api(colleague), f"view={shared.pk}") == [lead.pk]
    for who, view in ((colleague, private), (outsider, private), (outsider, shared)):
        answers = [api(who).get(f"leads/?view={pk}").json() for pk in (view.pk, 10**9)]
        assert answers[0]["errors"] == answers[1]["errors"]


def test_a_view_shows_no_lead_of_another_team(api, rep, outsider, lead, other_team):
    view = make(outsider, team_id=other_team.pk, text="view=all")
    assert ids(api(outsider), f"view={view.pk}") == []


def test_orders_of_any_column(api, rep, cast):
    chief, other, _clerk = (lead.pk for lead in cast)
    caller = api(rep)
    assert ids(caller, "sort=employees")[-1] == ids(caller, "sort=-employees")[0] == other
    assert len(ids(caller, "sort=attr.予算")) == len(cast)
    assert set(ids(caller, f"stage={Stage.NEW}&sort=stage_since")) >= {chief}


@pytest.mark.parametrize("number", [1, 40])
def test_queries_do_not_grow(api, rep, company, number, django_assert_max_num_queries):
    crowd(number, company=company, title="部長")
    view = make(rep)
    caller = api(rep)
    with django_assert_max_num_queries(10):
        assert len(ids(caller, f"view={view.pk}&c=employees:ge:1")) == number
