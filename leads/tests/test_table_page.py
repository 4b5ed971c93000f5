"""The lead table as a page and as a fragment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads import rules
from leads.models import Stage
from leads.tests.factories import LeadFactory, UserFactory
from leads.tests.table_cast import crowd, shown, warm

HTMX = {"HX-Request": "true"}


def test_a_visitor_is_sent_to_the_login(client, db):
    assert client.get("/leads/").headers["Location"].startswith("/accounts/login/")


def test_an_expired_session_redirects_htmx_as_a_whole(client, db):
    response = client.get("/leads/", headers=HTMX)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")


def test_the_warmest_stand_first(client, rep, company):
    cold, hot, mild = (LeadFactory(company=company, owner=rep) for _ in range(3))
    warm(hot, times=4)
    warm(mild)
    client.force_login(rep)
    assert shown(client.get("/leads/").text) == [hot.pk, mild.pk, cold.pk]


def test_htmx_gets_only_the_part_that_changes(client, rep, lead):
    client.force_login(rep)
    response = client.get("/leads/", headers=HTMX)
    assert "<html" not in response.text
    assert lead.company.name in response.text
    assert {"HX-Request", "HX-Request-Type"} <= set(response.headers["Vary"].split(", "))


def test_a_history_restore_gets_the_page(client, rep, lead):
    client.force_login(rep)
    assert "<html" in client.get("/leads/", headers={**HTMX, "HX-History-Restore-Request": "true"}).text


@pytest.mark.parametrize("number", [0, 3, 60])
def test_queries_do_not_grow_with_the_rows(client, rep, company, django_assert_max_num_queries, number):
    crowd(number, company=company, owner=rep)
    client.force_login(rep)
    for url in (
        "/leads/",
        "/leads/?owner=me&stage=new&min_t=1&industry=manufacturing&q=山田",
        "/leads/?stage=lost",
    ):
        rules.forget()
        with django_assert_max_num_queries(8):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "asked"),
    [("view=all", 0), ("stage=new", 0), ("owner=me", 0), ("owner={rep}", 1), ("team={team}", 1)],
)
def test_names_are_read_where_a_condition_speaks_of_one(client, rep, lead, query, asked):
    client.force_login(rep)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/leads/?{query.format(rep=rep.pk, team=lead.team_id)}")
    statements = [one["sql"] for one in captured.captured_queries]
    assert sum('"name_en" AS "team__name_en"' in sql for sql in statements) == asked


def test_without_a_choice_a_rep_sees_their_own_and_a_manager_all(client, rep, manager, company):
    own, unowned = LeadFactory(company=company, owner=rep), LeadFactory(company=company)
    client.force_login(rep)
    assert shown(client.get("/leads/").text) == [own.pk]
    client.force_login(manager)
    assert sorted(shown(client.get("/leads/").text)) == [own.pk, unowned.pk]


def test_closed_leads_are_hidden_until_asked_for(client, rep, company):
    leads = {stage: LeadFactory(company=company, owner=rep, stage=stage) for stage in Stage}
    client.force_login(rep)
    hidden = {leads[stage].pk for stage in (Stage.WON, Stage.LOST, Stage.UNQUALIFIED)}
    assert not hidden & set(shown(client.get("/leads/?view=all").text))
    assert shown(client.get("/leads/?stage=lost").text) == [leads[Stage.LOST].pk]


def test_nobody_sees_another_teams_leads(client, outsider, lead):
    client.force_login(outsider)
    for query in ("", "?view=all", f"?team={lead.team_id}", f"?owner={lead.owner_id}", "?q=山田"):
        page = client.get(f"/leads/{query}").text
        assert shown(page) == []
        assert lead.company.name not in page


def test_a_person_without_a_role_is_refused(client, team):
    client.force_login(UserFactory(member_of=[team]))
    assert client.get("/leads/").status_code == 403


@pytest.mark.parametrize("who", ["reviewer", "manager", "admin"])
def test_every_role_stays_within_the_budget(client, request, lead, django_assert_max_num_queries, who):
    client.force_login(request.getfixturevalue(who))
    rules.forget()
    with django_assert_max_num_queries(8):
        assert shown(client.get("/leads/").text) == [lead.pk]


def test_an_administrator_sees_every_team(client, admin, lead, django_assert_max_num_queries):
    client.force_login(admin)
    with django_assert_max_num_queries(8):
        assert shown(client.get("/leads/").text) == [lead.pk]


def test_tabs_count_what_they_show(client, rep, lead, company):
    LeadFactory(company=company)
    warm(lead, times=20)
    client.force_login(rep)
    context = client.get("/leads/").context
    assert [(str(tab.count), tab.current) for tab in context["tabs"]] == [
        ("1", True),
        ("1", False),
        ("2", False),
    ]


def test_the_chosen_tab_follows_the_conditions(client, rep, lead):
    client.force_login(rep)
    tabs = client.get("/leads/?view=all").context["tabs"]
    for tab in tabs:
        again = client.get(f"/leads/?{tab.query}").context["tabs"]
        assert [other.label for other in again if other.current] == [tab.label]


def test_large_counts_are_capped(client, rep, company, monkeypatch):
    monkeypatch.setattr("leads.statements.CAP", 5)
    crowd(7, company=company, owner=rep)
    client.force_login(rep)
    page = client.get("/leads/")
    assert str(page.context["table"].total) == "5+"
    assert 'aria-rowcount="-1"' in page.text
    assert "5件超のうち 1–7" in page.text
    assert len(shown(page.text)) == 7


def test_both_languages(client, rep, lead):
    warm(lead)
    client.force_login(rep)
    assert "自分の担当" in client.get("/leads/").text
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    english = client.get("/leads/").text
    assert "My leads" in english
    assert "Pricing page" in english


def test_a_person_who_may_only_look_is_offered_nothing_else(client, team, lead):
    person = UserFactory(member_of=[team])
    person.user_permissions.add(Permission.objects.get(codename="view_lead"))
    client.force_login(person)
    page = client.get("/leads/?view=all", headers=HTMX).text
    assert shown(page) == [lead.pk]
    for offer in ("data-edit", "/leads/export/", "/leads/new/"):
        assert offer not in page
    client.force_login(lead.owner)
    page = client.get("/leads/?view=all", headers=HTMX).text
    for offer in ("data-edit", "/leads/export/", "/leads/new/"):
        assert offer in page


def test_ids_over_a_thousand_have_no_separators(client, rep, company):
    lead = LeadFactory(pk=1234567, company=company, owner=rep)
    client.force_login(rep)
    page = client.get("/leads/").text
    assert f'id="lead-{lead.pk}"' in page
    assert "1,234" not in page


def test_a_call_to_return_says_so_where_no_next_action_does(client, rep, lead):
    lead.recall_at = timezone.now() + timedelta(hours=2)
    lead.save()
    client.force_login(rep)
    assert "<span>再架電</span>" in client.get("/leads/").content.decode()
