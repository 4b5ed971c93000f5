"""The help page: the guide of each role, and what the rules in force say."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from django.utils.html import escape

from leads import rules
from leads.models import RuleSet
from salesdash import guide, tour
from salesdash.roles import Role

pytestmark = pytest.mark.django_db


def page(client, person, language="ja", **query) -> str:
    person.language = language
    person.save()
    client.force_login(person)
    return client.get("/help/", query).text


def part(html, name) -> str:
    return html.split(f'<section id="{name}"')[1].split("</section>")[0]


def texts(*lazy) -> list[str]:
    with translation.override("en"):
        return [str(escape(text)) for text in lazy]


def change_rules(**fields) -> None:
    RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED).update(**fields)
    rules.forget()


@pytest.mark.parametrize("role", guide.GUIDE)
def test_the_minutes_add_up(role):
    assert sum(task.minutes for task in guide.GUIDE[role]) == guide.MINUTES


@pytest.mark.parametrize("who", ["rep", "reviewer", "manager"])
def test_everybody_finds_their_own_guide_first(client, request, who):
    html = page(client, request.getfixturevalue(who), "en")
    for words in texts(*(task.title for task in guide.GUIDE[Role(who)])):
        assert words in part(html, "guide")
    assert re.search(rf'role={who}" aria-current="true"', html)


def test_the_others_can_be_opened_without_links_that_lead_nowhere(client, rep):
    html = part(page(client, rep, "en", role="manager"), "guide")
    assert "Read the KPIs" in html
    assert 'href="/kpi/"' not in html
    assert 'href="/leads/"' in html


@pytest.mark.parametrize("role", ["", "admin", "x", "\x00"])
def test_an_odd_role_is_ones_own(client, rep, role):
    assert "Ask for a draft and send it" in page(client, rep, "en", role=role)


@pytest.mark.parametrize("who", ["rep", "reviewer", "manager"])
def test_every_link_of_the_guide_opens(client, request, settings, who):
    settings.ADMIN_SECOND_FACTOR = False
    html = page(client, request.getfixturevalue(who))
    links = set(re.findall(r'class="go"><a href="([^"]+)"', html))
    assert len(links) >= 3
    assert {client.get(link).status_code for link in links} == {200}


def test_japanese_throughout(client, rep):
    html = page(client, rep)
    assert "30分" in html
    assert "半減期" not in part(html, "temperature"), "plain words"
    assert "temperature is" not in html.lower()


@pytest.mark.parametrize(("language", "words"), [("en", "75.5 or more"), ("ja", "75.5以上")])
def test_the_thresholds_are_those_in_force(client, rep, language, words):
    assert words not in page(client, rep, language)
    change_rules(bands={"hot": 75.5, "warm": 55, "mild": 35, "cool": 12})
    html = part(page(client, rep, language), "temperature")
    assert words in html
    assert ("below 12" if language == "en" else "12未満") in html


@pytest.mark.parametrize(
    ("hours", "once", "twice"),
    [(168, "7 days", "14 days"), (36, "36 hours", "3 days"), (24, "1 day", "2 days")],
)
def test_the_half_life_is_the_one_in_force(client, rep, hours, once, twice):
    change_rules(half_life_hours=hours)
    assert f"half as much after {once}, a quarter after {twice}" in page(client, rep, "en")


def test_the_steps_of_the_tour_stand_there_as_text(client, rep):
    html = part(page(client, rep, "en"), "tour-steps")
    for words in texts(*(step.title for step in tour.STEPS[Role.REP])):
        assert words in html
    assert 'action="/tour/restart/"' in html


def test_what_was_sent_is_explained_with_links_where_one_may_go(client, rep, reviewer):
    html = part(page(client, rep, "en"), "sending")
    for link in ("/drafts/", "/drafts/?tab=uncertain", "/drafts/templates/", "/leads/"):
        assert f'href="{link}"' in html
        assert client.get(link).status_code == 200
    assert "{{lead.name}}" in html
    assert "/admin/" not in html
    assert "/admin/drafts/reviewitem/" in part(page(client, reviewer, "en"), "sending")


def test_who_reviews_finds_the_keys_of_a_review(client, rep, reviewer, manager):
    # decides about what is escalated, in the administration
    manager.is_staff = True
    for person, known in ((rep, False), (reviewer, True), (manager, True)):
        html = part(page(client, person), "all-keys")
        assert ("本文の編集へ" in html) is known
        assert all(f"<kbd>{key}</kbd>" in html for key in "ARGCEJKINT") is known


def test_the_keys_are_those_of_the_dialog(client, rep, reviewer):
    """The dialog is printed once for everybody who may do the same: a rep's comes before and after."""
    for person, number in ((rep, 1), (reviewer, 2), (rep, 1)):
        lists = re.findall(r'<dl class="keys">.*?</dl>', page(client, person), re.DOTALL)
        assert len(lists) == 2 * number
        assert lists[:number] == lists[number:]


def test_a_visitor_is_sent_to_the_sign_in(client, db):
    assert client.get("/help/").headers["Location"].startswith("/accounts/login/")


def test_an_outsider_learns_nothing_of_a_team(client, outsider, lead, team):
    html = page(client, outsider)
    assert lead.company.name not in html
    assert team.name not in html


def test_the_budget(client, rep, django_assert_max_num_queries):
    client.force_login(rep)
    with django_assert_max_num_queries(7):
        client.get("/help/")


def test_navigation_menu_and_key_list_lead_there(client, rep):
    client.force_login(rep)
    html = client.get("/settings/").text
    assert html.count('href="/help/"') == 3
