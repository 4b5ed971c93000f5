"""The page of the safety layers and its file: who may see them, in both languages, whatever is asked."""

from __future__ import annotations

import csv
import io

import pytest

from drafts.models import Check, State
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
PATH, FILE = "/drafts/safety/", "/drafts/safety/scoreboard.csv"


@pytest.fixture
def stopped(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})


def get(client, person, language="en", path=PATH, **query):
    person.language = language
    person.save()
    client.force_login(person)
    return client.get(path, query)


def test_reviewers_and_managers_see_each_layer(client, manager, reviewer, stopped):
    for person in (manager, reviewer):
        html = get(client, person).text
        for words in (
            "Rules",
            "Mail law",
            "Judge",
            "1 / 1 · 20.7% – 100.0%",
            '<svg class="layer-bars"',
            "Price",
        ):
            assert words in html
        assert "Fewer than 30 texts" in html


def test_the_page_speaks_japanese(client, manager, stopped):
    html = get(client, manager, "ja").text
    assert "安全チェックの成績" in html
    assert "Safety layers" not in html


def test_reps_outsiders_and_visitors_see_nothing(client, rep, outsider, stopped):
    for path in (PATH, FILE):
        for person in (rep, outsider):
            assert get(client, person, path=path).status_code == 403
        client.logout()
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_another_teams_texts_are_not_counted_and_its_page_does_not_exist(client, manager, other_team):
    DraftFactory(lead=LeadFactory(company__team=other_team), state=State.READY)
    assert "No text was checked in this period" in get(client, manager).text
    for path in (PATH, FILE):
        assert get(client, manager, path=path, team=other_team.pk).status_code == 404


def test_an_administrator_sees_all_teams_and_may_choose_one(client, admin, other_team, stopped):
    DraftFactory(lead=LeadFactory(company__team=other_team), state=State.READY)
    html = get(client, admin).text
    assert other_team.name_en in html
    assert "1 / 2 ·" in html
    assert "1 / 1 ·" in get(client, admin, team=stopped.team_id).text


@pytest.mark.parametrize(
    "query", ["days=-1", "days=9e9", "days=%00", "team=x", "team=99999999999999999999", "days=7"]
)
def test_odd_queries_never_break_the_page(client, manager, query):
    client.force_login(manager)
    assert client.get(f"{PATH}?{query}").status_code in (200, 404)


def test_the_file_has_the_same_figures(client, manager, stopped):
    answer = get(client, manager, path=FILE, days=7)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="safety-')
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    layers = {row[1]: row for row in rows if row[0] == "Layer"}
    assert layers["Rules"][3:7] == ["1", "1", "1.0", "0.2065"]
    assert layers["Format"][3:6] == ["1", "0", "0.0"]
    assert ["Reason", "Rules", "Price"] in [row[:3] for row in rows]
    assert sum(row[0] == "Day" for row in rows) == 7
    assert {len(row) for row in rows} == {16}
    assert AuditEntry.objects.filter(action="safety.scoreboard_export", actor=manager).exists()


def test_no_cell_of_the_file_is_a_formula(client, manager, stopped):
    Check.objects.filter(layer="moderation").update(layer_version='=HYPERLINK("http://x")')
    lines = get(client, manager, path=FILE).getvalue().decode()
    assert "'=HYPERLINK" in lines
    assert ",=HYPERLINK" not in lines.replace('"', "")


def test_a_fixed_number_of_queries(client, manager, company, rep, django_assert_num_queries):
    for _number in range(8):
        DraftFactory(lead=LeadFactory(company=company, owner=rep), state=State.READY)
    client.force_login(manager)
    client.get(PATH)
    with django_assert_num_queries(5):
        client.get(PATH)


def test_the_kpi_page_and_the_review_queue_lead_here(client, manager, reviewer, settings):
    settings.ADMIN_SECOND_FACTOR = False
    assert f'href="{PATH}"' in get(client, manager, path="/kpi/").text
    assert f'href="{PATH}"' in get(client, reviewer, path="/admin/drafts/reviewitem/").text
