from __future__ import annotations

import pytest

from kpis import rollup
from kpis.tests.worlds import answer, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(lead):
    answer(mail(lead), "EMAIL_REPLY")
    mail(lead, days_ago=2, origin="manual")
    rollup.roll_up_recent()


def _page(client, person, language):
    person.language = language
    person.save()
    client.force_login(person)
    return client.get("/kpi/").text


def test_a_manager_sees_three_layers_and_the_comparison(client, manager, history):
    html = _page(client, manager, "en")
    for words in ("System", "Sales process", "Return on investment", "Newcombe, 95%", "Fisher"):
        assert words in html


def test_the_page_speaks_japanese(client, manager, history):
    html = _page(client, manager, "ja")
    assert "営業プロセス" in html
    assert "手書き" in html
    assert "Sales process" not in html


def test_a_rep_may_not_see_the_kpis(client, rep):
    client.force_login(rep)
    assert client.get("/kpi/").status_code == 403


def test_a_visitor_is_sent_to_the_sign_in_page(client, db):
    assert client.get("/kpi/").headers["Location"].startswith("/accounts/login/")


def test_another_teams_figures_do_not_exist_for_a_manager(client, manager, other_team, history):
    client.force_login(manager)
    assert client.get("/kpi/", {"team": other_team.pk}).status_code == 404
    assert other_team.name not in client.get("/kpi/").text


def test_an_empty_history_is_shown_as_such(client, manager):
    html = _page(client, manager, "en")
    assert "No mail of one kind yet." in html
    assert "No mail was sent in this period." in html


@pytest.mark.parametrize("query", ["days=-1", "days=9e9", "days=%00", "team=x", "team=99999999999999999999"])
def test_odd_queries_never_break_the_page(client, manager, query):
    client.force_login(manager)
    assert client.get(f"/kpi/?{query}").status_code in (200, 404)


def test_the_number_of_queries_does_not_grow_with_the_history(
    client, manager, lead, django_assert_max_num_queries
):
    for days in range(1, 25):
        mail(lead, days_ago=days)
    rollup.roll_up_recent()
    client.force_login(manager)
    client.get("/kpi/")
    with django_assert_max_num_queries(20):
        client.get("/kpi/")
