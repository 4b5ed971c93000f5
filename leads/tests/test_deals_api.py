"""Deals by API: made once, changed by version, seen by those who see the lead."""

from __future__ import annotations

import pytest

from leads import dealing
from leads.models import Deal
from leads.tests.api import conforms, description

pytestmark = pytest.mark.django_db
NEW = {"name": "年間契約", "amount_jpy": 1_200_000, "external_id": "crm-7"}


@pytest.fixture
def deal(lead, rep):
    return dealing.create(lead_id=lead.pk, user=rep, values={"name": "年間契約", "amount_jpy": 900}).deal


def test_a_deal_is_made_once_per_key_and_per_external_id(api, client, rep, lead):
    answers = [api(rep).post(f"leads/{lead.pk}/deals/", NEW, Idempotency_Key="k-1") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    deal = Deal.objects.get()
    assert answers[0].headers["Location"].endswith(f"/api/v1/deals/{deal.pk}/")
    assert (deal.source, deal.external_id, deal.status) == ("api", "crm-7", "open")
    conforms(client, answers[0].json(), "Deal")
    twin = api(rep).post(f"leads/{lead.pk}/deals/", NEW)
    assert (twin.status_code, twin.json()["code"]) == (409, "deal_exists")


def test_it_is_won_by_the_version_that_was_read(api, rep, deal):
    read = api(rep).get(f"deals/{deal.pk}/")
    body = {"status": "won", "gross_margin_jpy": 500}
    assert api(rep).patch(f"deals/{deal.pk}/", body).status_code == 428
    won = api(rep).patch(f"deals/{deal.pk}/", body, If_Match=read.headers["ETag"])
    assert (won.status_code, won.json()["status"], won.json()["version"]) == (200, "won", 2)
    assert won.json()["closed_at"]
    assert api(rep).patch(f"deals/{deal.pk}/", body, If_Match=read.headers["ETag"]).status_code == 412
    late = api(rep).patch(f"deals/{deal.pk}/", body | {"version": 1, "stage": "x"})
    assert (late.status_code, late.json()["version"]) == (409, 2)
    again = api(rep).get(f"deals/{deal.pk}/", If_None_Match=won.headers["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": " ", "version": 1}, "invalid"),
        ({"amount_jpy": 10**13, "version": 1}, "invalid"),
        ({"amount_jpy": "viel", "version": 1}, "invalid"),
        ({"gross_margin_jpy": 901, "version": 1}, "deal_margin"),
        ({"opened_at": "2199-01-01T00:00:00Z", "version": 1}, "deal_opened"),
        ({"closed_at": "2026-01-01T00:00:00Z", "version": 1}, "deal_closed"),
        ({"lead": 1, "version": 1}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(body, code, api, rep, deal):
    answer = api(rep).patch(f"deals/{deal.pk}/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert Deal.objects.get().version == 1


def test_the_list_of_a_lead(api, client, rep, lead, deal, django_assert_max_num_queries):
    for number in range(3):
        dealing.create(lead_id=lead.pk, user=rep, values={"name": f"追加{number}"})
    caller = api(rep)
    with django_assert_max_num_queries(8):
        answer = caller.get(f"leads/{lead.pk}/deals/?limit=2")
    assert [one["name"] for one in answer.json()["results"]] == ["追加2", "追加1"]
    rest = caller.client.get(answer.json()["next"], headers=caller.headers).json()
    assert [one["name"] for one in rest["results"]] == ["追加0", "年間契約"]


def test_a_stranger_finds_nothing(api, outsider, lead, deal):
    caller = api(outsider)
    answers = [
        caller.get(f"leads/{lead.pk}/deals/"),
        caller.post(f"leads/{lead.pk}/deals/", NEW),
        caller.get(f"deals/{deal.pk}/"),
        caller.patch(f"deals/{deal.pk}/", {"status": "won", "version": 1}),
    ]
    assert [one.status_code for one in answers] == [404] * 4
    assert Deal.objects.get().status == "open"


def test_a_reader_and_a_visitor_change_nothing(api, client, rep, reviewer, lead, deal):
    assert api(reviewer).get(f"deals/{deal.pk}/").status_code == 200
    assert api(reviewer).patch(f"deals/{deal.pk}/", {"status": "won", "version": 1}).status_code == 403
    assert api(rep, scope="read").post(f"leads/{lead.pk}/deals/", NEW).status_code == 403
    assert client.get(f"/api/v1/deals/{deal.pk}/").status_code == 401


def test_it_is_described_in_both_languages(client):
    paths = description(client)["paths"]
    assert {"get", "patch"} <= paths["/api/v1/deals/{id}/"].keys()
    words = [
        client.get("/api/v1/schema/?format=json", headers={"Accept-Language": language}).json()
        for language in ("en", "ja")
    ]
    said = [schema["paths"]["/api/v1/deals/{id}/"]["patch"]["summary"] for schema in words]
    assert said == ["Change a deal, win it or lose it", "商談を変更し、受注または失注にする"]
