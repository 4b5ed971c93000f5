"""The API that takes activities: one, or many; each judged by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from leads.models import Activity, ActivityType
from leads.tests.api import conforms, description
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry


def statuses(response):
    return [result["status"] for result in response.json()["results"]]


def reasons(response):
    return [result.get("reason") for result in response.json()["results"]]


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
    [
        "",
        "{",
        "{}",
        '{"activities": {}}',
        '{"activities": [{}',
        "[" * 100_000,
        '{"activities": 5}',
        "5",
        "null",
        '"x"',
        '{"activities": [NaN]}',
    ],
)
def test_a_body_of_another_shape_is_a_problem(api, rep, body):
    response = api(rep).post("activities/", body)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_one_activity_is_a_batch_of_one(api, client, rep, lead):
    one = {"lead": lead.pk, "type": "page_view", "external_id": "1"}
    first, again = api(rep).post("activities/", one), api(rep).post("activities/", one)
    conforms(client, first.json(), "ActivityAnswer")
    assert (first.status_code, statuses(first), statuses(again)) == (200, ["created"], ["duplicate"])


def test_one_bad_activity_is_rejected_with_its_reason(api, rep, lead):
    assert reasons(api(rep).post("activities/", {"lead": lead.pk, "type": "x"})) == ["bad_type"]


def test_a_bare_list_is_a_batch(api, rep, lead):
    item = {"lead": lead.pk, "type": "page_view"}
    assert statuses(api(rep).post("activities/", [item, 5, item])) == ["created", "rejected", "created"]
    assert api(rep).post("activities/", []).json()["results"] == []


def test_the_description_names_all_three_shapes(client, lead):
    schema = description(client)
    body = schema["paths"]["/api/v1/activities/"]["post"]["requestBody"]["content"]
    assert list(body) == ["application/json"]
    shapes = Draft202012Validator(body["application/json"]["schema"] | {"components": schema["components"]})
    item = {"lead": lead.pk, "type": "page_view"}
    assert all(shapes.is_valid(body) for body in (item, [item, item], {"activities": [item]}))
    assert not any(shapes.is_valid(body) for body in (5, {"lead": "x"}, [5], {"activities": 5}))


def test_an_outsider_changes_nothing_in_any_shape(api, outsider, lead):
    item = {"lead": lead.pk, "type": "page_view"}
    for body in (item, [item], {"activities": [item]}):
        assert reasons(api(outsider).post("activities/", body)) == ["unknown_lead"]
    assert not Activity.objects.exists()


def test_the_same_id_of_another_lead_or_source_is_another_activity(api, rep, lead):
    other = LeadFactory(company=lead.company)
    item = {"lead": lead.pk, "type": "page_view", "external_id": "1"}
    batch = [item, {**item, "lead": other.pk}, {**item, "source": "web"}, {**item, "type": "webinar"}]
    assert statuses(api(rep).post("activities/", batch)) == ["created"] * 3 + ["duplicate"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('"external_id": "\\ud800"', "bad_external_id"),
        ('"source": "\\ud800"', "bad_source"),
        ('"type": "\\udfff"', "bad_type"),
        ('"properties": {"a": "\\ud800"}', "bad_properties"),
        ('"properties": {"\\ud800": 1}', "bad_properties"),
        ('"properties": {"a": "\\u0000"}', "bad_properties"),
        ('"occurred_at": "0001-01-01T00:00:00+14:00"', "bad_time"),
        ('"occurred_at": "1969-12-31T23:59:59Z"', "bad_time"),
        ('"lead": 1e3', "unknown_lead"),
    ],
)
def test_what_no_text_can_hold_is_rejected(api, rep, lead, text, reason):
    """Written by hand: later keys of an object win, as JSON readers have it."""
    good = f'{{"lead": {lead.pk}, "type": "page_view"}}'
    odd = f'{{"lead": {lead.pk}, "type": "page_view", {text}}}'
    response = api(rep).post("activities/", f"[{good}, {odd}, {good}]")
    assert reasons(response) == [None, reason, None]
    assert Activity.objects.count() == 2


def test_a_time_in_the_future_becomes_the_time_of_receipt(api, rep, lead):
    later = (timezone.now() + timedelta(days=400)).isoformat()
    assert statuses(api(rep).post("activities/", {"lead": lead.pk, "type": "webinar", "occurred_at": later}))
    activity = Activity.objects.get(lead=lead)
    assert activity.occurred_at == activity.received_at <= timezone.now()


def test_another_content_type_is_refused(api, rep, lead):
    caller = api(rep)
    response = caller.client.post("/api/v1/activities/", {"lead": lead.pk}, headers=caller.headers)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("body", [[{}] * 10_001, {"activities": [{}] * 10_001}])
def test_a_batch_has_a_limit(api, rep, lead, body):
    response = api(rep).post("activities/", body)
    assert (response.status_code, response.json()["code"]) == (400, "too_many")


def test_the_largest_batch_is_taken(api, rep, lead, django_assert_max_num_queries):
    batch = [{"lead": lead.pk, "type": "page_view", "external_id": str(n)} for n in range(10_000)]
    caller = api(rep)
    with django_assert_max_num_queries(20):
        assert caller.post("activities/", {"activities": batch}).json()["created"] == 10_000
