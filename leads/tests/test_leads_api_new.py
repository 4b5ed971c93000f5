"""New leads, notes and calls by API, each made once however often it is sent."""

import pytest

from leads.models import Activity, Company, Lead, Note
from leads.tests.api import conforms
from leads.tests.factories import UserFactory
from salesdash.models import AuditEntry, IdempotencyKey

NEW = {"company_name": "緑川工業株式会社", "family_name": "髙橋", "email": "yu@midorikawa.example.jp"}


def test_a_new_lead_has_an_address_an_owner_and_an_audit_entry(api, client, rep, team):
    answer = api(rep).post("leads/", {**NEW, "industry": "retail", "attributes": {"枝": [1, {"a": None}]}})
    assert answer.status_code == 201
    conforms(client, answer.json(), "Lead")
    lead = Lead.objects.get()
    assert answer.headers["Location"] == f"http://testserver/api/v1/leads/{lead.pk}/"
    assert (lead.owner, lead.team, lead.source, lead.company.industry) == (rep, team, "api", "retail")
    assert answer.json()["attributes"] == {"枝": [1, {"a": None}]}
    assert AuditEntry.objects.get(action="lead.create").actor == rep


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"company_name": "x"}, "invalid"),
        ({"family_name": "x"}, "invalid"),
        ({**NEW, "company_name": "　"}, "invalid"),
        ({**NEW, "owner": 10**9}, "owner_team"),
        ({**NEW, "team": 10**9}, "team_forbidden"),
        ({**NEW, "stage": "won"}, "invalid"),
        ({**NEW, "attributes": []}, "invalid"),
        ({**NEW, "attributes": {"a": float("nan")}}, "parse_error"),
        ({**NEW, "attributes": {"a": 1e999}}, "parse_error"),
    ],
)
def test_a_lead_that_cannot_be_is_refused_whole(api, rep, team, body, code):
    answer = api(rep).post("leads/", body)
    assert answer.json()["code"] == code, answer.json()
    assert not Lead.objects.exists()
    assert not Company.objects.exists()


def test_attributes_that_no_reader_could_read_are_refused(api, rep, team):
    deep = "[" * 40 + "]" * 40
    body = f'{{"company_name": "x", "family_name": "y", "attributes": {{"a": {deep}}}}}'
    assert api(rep).post("leads/", body).json()["errors"][0]["pointer"] == "/attributes"


def test_a_twin_is_a_conflict_that_names_it(api, rep, lead):
    answer = api(rep).post("leads/", {**NEW, "email": lead.email.upper()})
    assert (answer.status_code, answer.json()["lead"]) == (409, lead.pk)


def test_a_member_of_several_teams_names_one(api, team, other_team):
    caller = api(UserFactory(role="rep", member_of=[team, other_team]))
    assert caller.post("leads/", NEW).json()["code"] == "team_missing"
    assert caller.post("leads/", {**NEW, "team": other_team.pk}).json()["team"] == other_team.pk


def test_nobody_makes_leads_in_a_team_of_others(api, rep, other_team):
    answer = api(rep).post("leads/", {**NEW, "team": other_team.pk})
    assert (answer.status_code, Lead.objects.exists()) == (404, False)


def test_the_same_request_makes_one_lead(api, rep, team):
    caller = api(rep)
    first = caller.post("leads/", NEW, Idempotency_Key="k-1")
    again = caller.post("leads/", NEW, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert Lead.objects.count() == 1


def test_a_key_belongs_to_one_request(api, rep, team):
    caller = api(rep)
    caller.post("leads/", NEW, Idempotency_Key="k-1")
    other = caller.post("leads/", {**NEW, "email": "b@example.jp"}, Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Lead.objects.count() == 1


def test_a_key_of_a_refused_request_is_free_again(api, rep, lead):
    caller = api(rep)
    assert caller.post("leads/", {**NEW, "email": lead.email}, Idempotency_Key="k").status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert caller.post("leads/", NEW, Idempotency_Key="k").status_code == 201


def test_another_person_may_use_the_same_key(api, rep, outsider, team):
    first, other = api(rep), api(outsider)
    ids = {caller.post("leads/", NEW, Idempotency_Key="k").json()["id"] for caller in (first, other)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 121, "鍵"])
def test_an_odd_key_is_refused(api, rep, team, key):
    answer = api(rep).post("leads/", NEW, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")


def test_a_repetition_gives_nothing_to_who_has_left(api, rep, team):
    from salesdash.models import Membership

    caller = api(rep)
    caller.post("leads/", NEW, Idempotency_Key="k")
    Membership.objects.filter(user=rep).delete()
    assert caller.post("leads/", NEW, Idempotency_Key="k").status_code == 404


def test_a_note_is_kept_with_its_author(api, client, rep, lead):
    caller = api(rep)
    for _ in range(2):
        answer = caller.post(f"leads/{lead.pk}/notes/", {"body": "改行\nあり"}, Idempotency_Key="n")
        assert answer.status_code == 201
        conforms(client, answer.json(), "Note")
    note = Note.objects.get()
    assert (note.author, note.body) == (rep, "改行\nあり")
    assert caller.post(f"leads/{lead.pk}/notes/", {"body": " "}).status_code == 400


def test_a_call_is_an_activity_of_its_caller(api, client, rep, lead):
    caller = api(rep)
    body = {"outcome": "call_back", "recall_at": "2199-12-01T10:00:00+09:00", "note": "午後に"}
    for _ in range(2):
        answer = caller.post(f"leads/{lead.pk}/calls/", body, Idempotency_Key="c")
        assert answer.status_code == 201, answer.json()
        conforms(client, answer.json(), "History")
    assert (answer.json()["type"], answer.json()["by"]["id"]) == ("call_back", rep.pk)
    assert Activity.objects.count() == Note.objects.count() == 1
    assert Lead.objects.get().recall_at.isoformat() == "2199-12-01T01:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "call_back"},
        {"outcome": "call_back", "recall_at": "2020-01-01T00:00:00Z"},
        {"outcome": "absent", "recall_at": "2199-01-01T00:00:00Z"},
        {"outcome": "shouted"},
        {},
    ],
)
def test_a_call_that_cannot_be_is_refused(api, rep, lead, body):
    assert api(rep).post(f"leads/{lead.pk}/calls/", body).status_code == 400
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        ("leads/", NEW, 28),
        ("leads/{pk}/notes/", {"body": "x"}, 16),
        ("leads/{pk}/calls/", {"outcome": "connected", "note": "x"}, 30),
        ("leads/{pk}/calls/", {"outcome": "call_back", "recall_at": "2199-12-01T10:00:00+09:00"}, 30),
    ],
)
def test_what_is_made_costs_a_bounded_number_of_queries(
    api, rep, lead, path, body, most, django_assert_max_num_queries
):
    """With a key, which is the dearer way."""
    caller = api(rep)
    with django_assert_max_num_queries(most):
        assert caller.post(path.format(pk=lead.pk), body, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("number", [1, 300])
def test_activities_cost_the_same_however_many(api, rep, lead, number, django_assert_max_num_queries):
    caller = api(rep)
    batch = [{"lead": lead.pk, "type": "page_view", "external_id": str(n)} for n in range(number)]
    with django_assert_max_num_queries(18):
        assert caller.post("activities/", batch).json()["created"] == number
