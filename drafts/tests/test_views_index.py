"""The list of drafts and the counts on the navigation: whose, in which state, at what cost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from drafts.models import State
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
INDEX = "/drafts/"


def drafts(company, number: int, **fields):
    return [DraftFactory(lead=LeadFactory(company=company), **fields) for _ in range(number)]


def listed(client, query: str = "") -> list[int]:
    html = client.get(INDEX + query, headers=HTMX).text
    return [int(pk) for pk in re.findall(r'href="/leads/(\d+)/#draft"', html)]


def test_mine_first_then_the_teams(client, company, rep, colleague):
    own = drafts(company, 1, requested_by=rep)[0]
    other = drafts(company, 1, requested_by=colleague)[0]
    client.force_login(rep)
    assert listed(client) == [own.lead_id]
    assert set(listed(client, "?who=team")) == {own.lead_id, other.lead_id}


@pytest.mark.parametrize(
    ("tab", "states"),
    [
        ("ready", {"ready", "approved", "scheduled"}),
        ("uncertain", {"uncertain"}),
        ("working", {"queued", "generating", "checking", "regenerating", "editing", "sending"}),
        ("review", {"in_review"}),
        ("sent", {"sent"}),
        ("stopped", {"rejected", "failed", "expired"}),
        ("nonsense", {"ready", "approved", "scheduled"}),
    ],
)
def test_each_tab_shows_its_states(client, company, rep, tab, states):
    made = {state: drafts(company, 1, requested_by=rep, state=state)[0].lead_id for state in State}
    client.force_login(rep)
    assert set(listed(client, f"?tab={tab}")) == {made[state] for state in states}


def test_every_state_is_in_one_tab():
    from drafts.listing import TABS

    assert sorted(state for tab in TABS for state in tab.states) == sorted(State)


def test_an_outsider_sees_nothing_of_the_team(client, company, rep, outsider):
    drafts(company, 2, requested_by=rep)
    client.force_login(outsider)
    assert listed(client, "?who=team") == []
    assert client.get(reverse("drafts:counts")).json()["counts"] == {
        "/drafts/": 0,
        "/admin/drafts/reviewitem/": 0,
    }


@pytest.mark.parametrize("query", ["", "?who=team", "?who=team&page=2", "?tab=review&who=team"])
def test_many_rows_cost_no_more_queries(client, company, rep, query, django_assert_max_num_queries):
    drafts(company, 60, requested_by=rep)
    client.force_login(rep)
    with django_assert_max_num_queries(9):
        client.get(INDEX + query)


def test_pages(client, company, rep):
    drafts(company, 55, requested_by=rep)
    client.force_login(rep)
    first, second = listed(client), listed(client, "?page=2")
    assert (len(first), len(second)) == (50, 5)
    assert not set(first) & set(second)
    assert listed(client, "?page=99999999999") == first


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_keeps_the_policy_in_both_languages(client, company, rep, language):
    drafts(company, 2, requested_by=rep)
    rep.language = language
    rep.save()
    client.force_login(rep)
    html = client.get(INDEX).text
    assert findings(html, MARKUP_RULES) == []
    assert ("送信待ち" if language == "ja" else "Ready to send") in html


def test_nothing_at_all_says_what_to_do(client, rep):
    client.force_login(rep)
    assert 'class="state"' in client.get(INDEX, headers=HTMX).text


def test_the_fragment_and_the_page_vary(client, rep):
    client.force_login(rep)
    assert "<html" not in client.get(INDEX, headers=HTMX).text
    assert "HX-Request-Type" in client.get(INDEX).headers["Vary"]


def test_the_navigation_counts_what_waits_for_this_person(client, company, rep, colleague, reviewer):
    drafts(company, 2, requested_by=rep)
    drafts(company, 1, requested_by=rep, state=State.SCHEDULED)
    drafts(company, 1, requested_by=colleague)
    drafts(company, 3, requested_by=rep, state=State.IN_REVIEW)
    client.force_login(rep)
    assert re.search(r'data-go="r".*?<span class="dot">2<', client.get("/settings/").text)
    client.force_login(reviewer)
    assert re.search(r'data-go="v".*?<span class="dot">3<', client.get("/settings/").text)
    assert client.get(reverse("drafts:counts")).json()["counts"]["/admin/drafts/reviewitem/"] == 3
