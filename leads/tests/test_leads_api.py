"""The API of leads, as its published description says."""

import pytest

from leads import rules
from leads.models import Activity
from leads.tests.api import conforms
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd, warm


def test_a_visitor_gets_a_problem(client, db):
    response = client.get("/api/v1/leads/")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_authenticated"


def test_leads_come_in_the_order_of_the_table(api, client, rep, company):
    leads = crowd(5, company=company)
    body = api(rep).get("leads/").json()
    conforms(client, body, "LeadPage")
    assert [lead["id"] for lead in body["results"]] == [lead.pk for lead in leads]
    assert body["results"][0]["last_activity"]["type"] == "pricing_view"
    assert body["next"] is None


def test_filters_are_those_of_the_table(api, rep, company):
    mine, warmed = LeadFactory(company=company, owner=rep), LeadFactory(company=company)
    warm(warmed, times=9)
    ids = lambda query: [lead["id"] for lead in api(rep).get(f"leads/?{query}").json()["results"]]  # noqa: E731
    assert ids("owner=me") == [mine.pk]
    assert ids("min_t=60") == [warmed.pk]
    assert ids("stage=won") == []


def test_pages_hold_every_lead_once(api, rep, company, monkeypatch):
    monkeypatch.setattr("leads.api.views.PAGE_LEADS", 10)
    crowd(25, company=company)
    seen, path, bodies = [], "leads/?sort=activity", []
    while path:
        bodies.append(api(rep).get(path).json())
        seen += [lead["id"] for lead in bodies[-1]["results"]]
        path = (bodies[-1]["next"] or "").removeprefix("http://testserver/api/v1/")
    assert len(seen) == len(set(seen)) == 25
    back = api(rep).get(bodies[-1]["previous"].removeprefix("http://testserver/api/v1/")).json()
    assert back["results"] == bodies[1]["results"]


@pytest.mark.parametrize("number", [1, 40])
def test_queries_do_not_grow(api, rep, company, django_assert_max_num_queries, number):
    crowd(number, company=company, owner=rep)
    caller = api(rep)
    rules.forget()
    with django_assert_max_num_queries(8):
        assert len(caller.get("leads/").json()["results"]) == number


def test_one_lead(api, client, rep, lead):
    body = api(rep).get(f"leads/{lead.pk}/").json()
    conforms(client, body, "Lead")
    assert body["owner"] == {"id": rep.pk, "name": "佐藤 健"}
    assert body["company"]["name"] == "株式会社青葉精機"
    assert (body["temperature"], body["band"], body["last_activity"]) == (0.0, "cold", None)


def test_outsiders_find_nothing(api, outsider, lead):
    response = api(outsider).get(f"leads/{lead.pk}/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert api(outsider).get("leads/").json()["results"] == []
    body = {"activities": [{"lead": lead.pk, "type": "page_view"}]}
    assert api(outsider).post("activities/", body).json()["results"] == [
        {"index": 0, "status": "rejected", "reason": "unknown_lead"}
    ]
    assert not Activity.objects.exists()


def test_a_person_without_a_role_is_refused(api, team):
    from leads.tests.factories import UserFactory

    assert api(UserFactory(member_of=[team])).get("leads/").status_code == 403


def test_a_reviewer_may_not_send(api, reviewer, lead):
    assert api(reviewer).post("activities/", {"activities": []}).status_code == 403


@pytest.mark.parametrize("path", ["leads/9223372036854775807/", "leads/99999999999999999999999/", "leads/0/"])
def test_odd_addresses(api, rep, path):
    assert api(rep).get(path).status_code == 404
