"""What came of a mail, in the API and the administration: people and raw apart, and only to whom it belongs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from drafts.models import Delivery, DeliveryTally
from drafts.tests.trackable import sent_mail
from leads.tests.api import conforms
from leads.tests.factories import LeadFactory, UserFactory

FIGURES = {"opens": 2, "clicks": 1, "machine_opens": 3, "machine_clicks": 4}
TOLD = {"opens": 2, "clicks": 1, "raw_opens": 5, "raw_clicks": 5}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def mail(lead):
    made = sent_mail(lead)
    DeliveryTally.objects.create(delivery=made, **FIGURES)
    return made


def test_the_api_tells_people_and_raw_apart(api, client, rep, mail):
    one = api(rep).get(f"drafts/{mail.draft_id}/").json()
    assert one["tally"] == TOLD
    conforms(client, one, "DraftDetail")
    assert api(rep).get("drafts/").json()["results"][0]["tally"] == TOLD


def test_before_the_first_open_it_is_zero_and_unseen_it_is_null(api, rep, lead):
    waiting = sent_mail(lead)
    copied = sent_mail(lead, purpose="follow_up", trackable=False, channel="copy")
    told = {row["id"]: row["tally"] for row in api(rep).get("drafts/").json()["results"]}
    assert told == {waiting.draft_id: dict.fromkeys(TOLD, 0), copied.draft_id: None}


def test_a_list_of_many_costs_no_more(api, rep, company, django_assert_max_num_queries):
    caller = api(rep)

    def cost():
        with django_assert_max_num_queries(20) as asked:
            assert caller.get("drafts/").status_code == 200
        return len(asked)

    few = (sent_mail(LeadFactory(company=company, owner=rep)), cost())[1]
    for _number in range(6):
        DeliveryTally.objects.create(delivery=sent_mail(LeadFactory(company=company, owner=rep)), **FIGURES)
    assert cost() <= few


def test_nobody_else_reads_them_by_the_api(api, client, outsider, mail):
    assert api(outsider).get(f"drafts/{mail.draft_id}/").status_code == 404
    assert api(outsider).get("drafts/").json()["results"] == []
    assert client.get(f"/api/v1/drafts/{mail.draft_id}/").status_code == 401


def test_the_administration_shows_them(client, admin, mail, lead):
    client.force_login(admin)
    for address in (
        reverse("admin:drafts_delivery_changelist"),
        reverse("admin:drafts_delivery_change", args=[mail.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "2 / 5" in answer.text
        assert "1 / 5" in answer.text
    Delivery.objects.update(trackable=False)
    assert "2 / 5" not in client.get(reverse("admin:drafts_delivery_changelist")).text


def test_its_list_of_many_is_bounded(client, admin, company, rep, django_assert_max_num_queries):
    for _number in range(12):
        DeliveryTally.objects.create(delivery=sent_mail(LeadFactory(company=company, owner=rep)), **FIGURES)
    client.force_login(admin)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("admin:drafts_delivery_changelist")).text.count("2 / 5") == 12


def test_nobody_else_sees_them_there(client, mail, rep, other_team):
    address = reverse("admin:drafts_delivery_change", args=[mail.pk])
    assert client.get(address).status_code == 302
    client.force_login(rep)
    assert client.get(address).status_code in (302, 403)
    for role in ("manager", "reviewer"):
        client.force_login(UserFactory(role=role, member_of=[other_team]))
        assert client.get(address).status_code in (302, 403)
        assert "2 / 5" not in client.get(reverse("admin:drafts_delivery_changelist"), follow=True).text
