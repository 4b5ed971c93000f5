"""The tour of the first sign-in: whose steps, when it shows, when it stays away."""

from __future__ import annotations

import pytest
from django.test import Client

from salesdash import roles, tour
from salesdash.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(rep):
    rep.preferences = {"kept": 1}
    rep.save()
    return rep


def page(client, person, path="/settings/") -> str:
    client.force_login(person)
    return client.get(path).text


@pytest.mark.parametrize(
    ("who", "role"),
    [("rep", "rep"), ("reviewer", "reviewer"), ("manager", "manager"), ("admin", "manager")],
)
def test_each_role_has_steps_of_its_own(request, who, role):
    assert roles.guide_of(request.getfixturevalue(who)) == role


@pytest.mark.parametrize("role", tour.STEPS)
def test_five_steps_for_every_role(role):
    assert len(tour.STEPS[role]) == 5


@pytest.mark.parametrize(
    ("who", "words"),
    [("rep", "上から順に"), ("reviewer", "確認待ち一覧"), ("manager", "チームのリード")],
)
def test_the_card_shows_the_steps_of_the_role(client, request, who, words):
    person = request.getfixturevalue(who)
    tour.restart(user=person)
    person.refresh_from_db()
    html = page(client, person)
    assert html.count("data-step") == 5
    assert words in html


def test_english_speaks_english(client, newcomer):
    newcomer.language = "en"
    newcomer.save()
    html = page(client, newcomer)
    assert "Step 2 of 5" in html
    assert "Start at the top" in html


def test_a_reviewers_steps_lead_to_the_queue(reviewer):
    urls = [step["url"] for step in tour.for_role(Role.REVIEWER, reviewer)]
    assert urls.count("/admin/drafts/reviewitem/") == 4


def test_a_link_is_left_out_where_the_person_may_not_go(rep):
    for role in (Role.REVIEWER, Role.MANAGER):
        urls = [step["url"] for step in tour.for_role(role, rep)]
        assert "/admin/drafts/reviewitem/" not in urls
        assert "/kpi/" not in urls


def test_seen_is_seen_in_every_later_session(client, newcomer):
    assert 'id="tour"' in page(client, newcomer)
    answer = client.post("/tour/seen/", headers={"Accept": "application/json"})
    assert answer.status_code == 204
    elsewhere = Client()
    elsewhere.force_login(newcomer)
    html = elsewhere.get("/settings/").text
    assert 'id="tour"' not in html
    assert "tour.js" not in html
    newcomer.refresh_from_db()
    assert newcomer.preferences["kept"] == 1


def test_without_script_a_form_ends_it(client, newcomer):
    html = page(client, newcomer)
    noscript = html.split("<noscript>")[1]
    assert 'href="/help/#tour-steps"' in noscript
    assert client.post("/tour/seen/").headers["Location"] == "/"
    assert 'id="tour"' not in client.get("/settings/").text


def test_the_account_menu_brings_it_back(client, rep):
    html = page(client, rep)
    assert 'id="tour"' not in html
    assert 'action="/tour/restart/"' in html
    assert client.post("/tour/restart/").headers["Location"] == "/"
    assert 'id="tour"' in client.get("/settings/").text


@pytest.mark.parametrize("path", ["/tour/seen/", "/tour/restart/"])
def test_a_visitor_and_a_get_change_nothing(client, rep, path):
    assert client.post(path).headers["Location"].startswith("/accounts/login/")
    client.force_login(rep)
    assert client.get(path).status_code == 405


def test_nobody_ends_anothers_tour(client, newcomer, outsider):
    client.force_login(outsider)
    client.post("/tour/seen/")
    newcomer.refresh_from_db()
    assert tour.SEEN not in newcomer.preferences


def test_it_costs_no_query_once_seen_and_none_of_its_own_before(
    client, rep, newcomer, django_assert_max_num_queries
):
    client.force_login(rep)
    with django_assert_max_num_queries(6):
        assert 'id="tour"' in client.get("/settings/").text
