"""The API of leads and activities, as its published description says."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator
from rest_framework.authtoken.models import Token

from leads import rules
from leads.models import Activity, ActivityType
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd, warm
from salesdash.models import AuditEntry


@pytest.fixture
def api(client):
    """api(user).get(path), .post(path, body): by token."""

    class Caller:
        def __init__(self, user):
            self.headers = {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"}

        def get(self, path):
            return client.get(f"/api/v1/{path}", headers=self.headers)

        def post(self, path, body):
            text = body if isinstance(body, str) else json.dumps(body)
            return client.post(f"/api/v1/{path}", text, "application/json", headers=self.headers)

    return Caller


def conforms(client, body, name: str) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()
    Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    ).validate(body)


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


def test_a_lead_is_not_written_by_this_door(api, rep, lead):
    assert api(rep).post("leads/", {}).status_code == 405


@pytest.mark.parametrize(
    "path", ["leads/9223372036854775807/", "leads/99999999999999999999999/", "leads/?after=x"]
)
def test_odd_addresses(api, rep, path):
    assert api(rep).get(path).status_code in (200, 404)


def test_a_batch_says_what_became_of_each(api, client, rep, lead):
    earlier = (timezone.now() - timedelta(hours=1)).isoformat()
    item = {
        "lead": lead.pk,
        "type": "pricing_view",
        "occurred_at": earlier,
        "source": "web",
        "external_id": "a1",
    }
    batch = [
        item, item, {"lead": lead.pk, "type": "webinar"}, {"lead": 10**9, "type": "webinar"},
        {"lead": lead.pk, "type": "manual"}, "nonsense", {**item, "occurred_at": "2026-01-01T00:00:00"},
    ]  # fmt: skip
    answer = api(rep).post("activities/", {"activities": batch})
    assert answer.status_code == 200
    body = answer.json()
    conforms(client, body, "ActivityAnswer")
    assert [result["status"] for result in body["results"]] == [
        "created",
        "duplicate",
        "created",
        *["rejected"] * 4,
    ]
    assert [result.get("reason") for result in body["results"]][3:] == [
        "unknown_lead", "bad_type", "not_an_object", "bad_time",
    ]  # fmt: skip
    assert (body["created"], body["duplicates"], body["rejected"]) == (2, 1, 4)
    assert Activity.objects.filter(lead=lead).count() == 2
    assert AuditEntry.objects.get(action="activities.receive").details["created"] == 2


def test_sending_again_changes_nothing(api, rep, lead):
    batch = {"activities": [{"lead": lead.pk, "type": "email_reply", "external_id": "m1"}]}
    first = api(rep).post("activities/", batch).json()
    again = api(rep).post("activities/", batch).json()
    assert (first["created"], again["created"], again["duplicates"]) == (1, 0, 1)
    assert Activity.objects.get(lead=lead).type == ActivityType.EMAIL_REPLY


@pytest.mark.parametrize(
    "item",
    [
        {}, [], None, 5, {"lead": "1"}, {"lead": True, "type": "page_view"}, {"lead": 2**70, "type": "page_view"},
        {"lead": -1, "type": "page_view"}, {"type": "x" * 9999}, {"lead": None}, {"source": 5}, {"source": ""},
        {"source": "x" * 41}, {"external_id": 5}, {"external_id": "x" * 121}, {"external_id": "a\0b"},
        {"properties": []}, {"properties": {"x": "y" * 10_001}}, {"properties": {"a": "\0"}}, {"occurred_at": 5},
        {"occurred_at": "2026-13-45T00:00:00Z"}, {"occurred_at": "now"}, {"type": None}, {"type": ["page_view"]},
    ],
)  # fmt: skip
def test_any_item_is_rejected_with_a_reason_and_harms_no_other(api, rep, lead, item):
    good = {"lead": lead.pk, "type": "page_view"}
    odd = {**good, **item} if isinstance(item, dict) and item else item
    body = api(rep).post("activities/", {"activities": [good, odd]}).json()
    assert [result["status"] for result in body["results"]] == ["created", "rejected"]
    assert body["results"][1]["reason"]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"activities": {}}', '{"activities": 5}', "5", "null", '"x"', '{"activities": [NaN]}'],
)
def test_a_body_of_another_shape_is_a_problem(api, rep, body):
    response = api(rep).post("activities/", body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_batch_has_a_limit(api, rep, lead):
    response = api(rep).post("activities/", {"activities": [{}] * 10_001})
    assert (response.status_code, response.json()["code"]) == (400, "too_many")


def test_the_largest_batch_is_taken(api, rep, lead, django_assert_max_num_queries):
    batch = [{"lead": lead.pk, "type": "page_view", "external_id": str(n)} for n in range(10_000)]
    caller = api(rep)
    with django_assert_max_num_queries(20):
        assert caller.post("activities/", {"activities": batch}).json()["created"] == 10_000
