"""The answer that fills the panel beside the table: what it holds, for whom, at what price."""

import re

import pytest
from django.utils import timezone

from leads import rules
from leads.models import Deal, Note
from leads.tests.table_cast import warm

PANEL = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "aside#panel"}


@pytest.fixture
def panel(client, rep, lead):
    client.force_login(rep)
    return lambda **headers: client.get(f"/leads/{lead.pk}/", headers={**PANEL, **headers})


@pytest.mark.parametrize("number", [0, 40])
def test_eleven_queries_whatever_the_lead_has(panel, rep, lead, django_assert_max_num_queries, number):
    warm(lead, times=number)
    for place in range(number):
        Note.objects.create(lead=lead, author=rep, author_name="佐藤", body=f"{place}")
        Deal.objects.create(lead=lead, team=lead.team, name="商談", opened_at=timezone.now())
    rules.forget()
    with django_assert_max_num_queries(11):
        assert panel().status_code == 200


def test_the_same_address_gives_page_inside_and_panel(client, panel, lead):
    url = f"/leads/{lead.pk}/"
    page, inside = client.get(url), client.get(url, headers={"HX-Request": "true", "HX-Target": "div#lead"})
    assert "<html" in page.text
    assert 'class="page-in"' in inside.text
    assert "data-lead-url" not in inside.text
    assert "data-lead-url" in panel().text
    assert "<html" not in panel().text
    for answer in (page, inside, panel()):
        assert {"HX-Request", "HX-Request-Type", "HX-Target"} <= set(answer.headers["Vary"].split(", "))


def test_a_history_restore_gets_the_page(panel):
    assert "<html" in panel(**{"HX-History-Restore-Request": "true"}).text


def test_the_order_of_its_sections(panel, lead):
    warm(lead, times=3)
    headings = re.findall(r'<h[23] id="([a-z]+)-title"', panel().text)
    assert headings == ["panel", "why", "next", "stage", "contact", "timeline", "notes", "deals", "facts"]


def test_an_outsider_finds_nothing(client, outsider, lead):
    client.force_login(outsider)
    assert client.get(f"/leads/{lead.pk}/", headers=PANEL).status_code == 404


def test_a_visitor_is_sent_to_the_login(client, lead):
    answer = client.get(f"/leads/{lead.pk}/", headers=PANEL)
    assert (answer.status_code, answer.headers["HX-Redirect"][:16]) == (204, "/accounts/login/")


def test_an_action_from_the_panel_is_answered_by_the_panel(client, panel, lead):
    answer = client.post(f"/leads/{lead.pk}/notes/", {"body": "メモ"}, headers=PANEL)
    assert "data-lead-url" in answer.text
    assert "メモ" in answer.text


def test_a_reviewer_is_offered_nothing_to_change(client, reviewer, lead):
    client.force_login(reviewer)
    text = client.get(f"/leads/{lead.pk}/", headers=PANEL).text
    assert 'method="post" action="/leads/' not in text
