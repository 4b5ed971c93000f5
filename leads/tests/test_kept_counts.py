"""Tabs are not counted for each page; what is shown is, until it is more than the cap."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import kept_counts, saving
from leads.models import Lead, LeadScore, Stage
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd, shown, warm
from salesdash.models import Membership

MINE, HOT, ALL = range(3)


@pytest.fixture
def clock(monkeypatch):
    """Seconds that have passed for what is kept."""
    passed = {"s": 0.0}
    begin = kept_counts.time.time()
    monkeypatch.setattr("leads.kept_counts.time.time", lambda: begin + passed["s"])
    return passed


@pytest.fixture
def counts(client, rep):
    client.force_login(rep)

    def counts(query="view=all"):
        return [str(tab.count) for tab in client.get(f"/leads/?{query}").context["tabs"]]

    return counts


def test_a_tab_beside_the_shown_one_is_counted_twice_a_minute(counts, clock, rep, company, lead):
    assert counts("owner=me") == ["1", "0", "1"]
    LeadFactory(company=company, owner=rep)
    assert counts("owner=me") == ["2", "0", "1"]
    assert counts("view=all")[ALL] == "2"
    clock["s"] = kept_counts.TAB_SECONDS + 1
    assert counts("stage=won") == ["2", "0", "2"]


def test_without_leads_of_one_s_own_everything_is_counted_with_the_page(client, counts, company):
    LeadFactory(company=company)
    assert counts("stage=won")[ALL] == "1"
    LeadFactory(company=company)
    page = client.get("/leads/")
    assert str(page.context["table"].total) == "2"
    assert len(shown(page.text)) == 2


def test_asked_beside_the_table_they_are_counted_for_the_pages_too(client, counts, rep, company, lead):
    assert counts("stage=won") == ["1", "0", "1"]
    warm(LeadFactory(company=company, owner=rep), times=20)
    assert client.get("/leads/views/counts/").json() == {"mine": "2", "hot": "1", "all": "2"}
    assert counts("stage=won") == ["2", "1", "2"]


def test_one_s_own_changes_are_counted_at_once(counts, rep, team, lead, django_capture_on_commit_callbacks):
    assert counts("stage=won")[MINE] == "1"
    with django_capture_on_commit_callbacks(execute=True):
        saving.create_lead(team=team, user=rep, company_name="青葉精機", family_name="山本")
    assert counts("stage=won")[MINE] == "2"
    with django_capture_on_commit_callbacks(execute=True):
        saving.change_stage(lead_id=lead.pk, user=rep, stage=Stage.WON, version=lead.version)
    assert counts("stage=lost")[MINE] == "1"


def test_beyond_the_cap_the_shown_one_is_kept_for_a_minute(client, counts, clock, rep, company, monkeypatch):
    monkeypatch.setattr("leads.statements.CAP", 5)
    leads = crowd(7, company=company, owner=rep)
    assert counts("view=all") == ["5+", "0", "5+"]
    LeadScore.objects.filter(lead__in=leads[:4]).update(stage=Stage.LOST)
    page = client.get("/leads/?view=all")
    assert str(page.context["table"].total) == "5+"
    clock["s"] = kept_counts.MANY_SECONDS + 1
    assert counts("view=all") == ["3", "0", "3"]


def test_what_has_gone_meanwhile_leaves_an_empty_table(client, counts, company, rep, monkeypatch):
    monkeypatch.setattr("leads.statements.CAP", 5)
    crowd(7, company=company, owner=rep)
    assert counts("view=all")[ALL] == "5+"
    LeadScore.objects.update(stage=Stage.LOST)
    page = client.get("/leads/?view=all")
    assert page.status_code == 200
    assert shown(page.text) == []


def test_who_leaves_a_team_sees_none_of_its_counts(counts, rep, lead):
    assert counts("stage=won") == ["1", "0", "1"]
    Membership.objects.filter(user=rep).delete()
    assert counts("stage=won") == ["0", "0", "0"]


def test_nobody_gets_the_counts_of_another(client, counts, outsider, lead):
    assert counts("stage=won")[ALL] == "1"
    client.force_login(outsider)
    assert [str(tab.count) for tab in client.get("/leads/?stage=won").context["tabs"]] == ["0", "0", "0"]


def test_a_filter_that_no_index_answers_finds_its_leads_each_time(counts, client, company, rep):
    crowd(4, company=company, owner=rep)
    Lead.objects.update(attributes={"席数": 7})
    for _again in range(2):
        page = client.get("/leads/", {"c": "attr.席数:ge:5"})
        assert len(shown(page.text)) == 4
        Lead.objects.update(updated_at=timezone.now() - timedelta(days=1))


def test_the_newest_are_kept(counts, client, lead):
    for number in range(40):
        counts(f"min_t={number}")
    assert len(kept_counts.cache.get(kept_counts._key(int(client.session["_auth_user_id"])))[1]) == 32
