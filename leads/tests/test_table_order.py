"""Orders and pages: every lead once, in order, forwards and backwards."""

import pytest
from django.http import QueryDict

from leads import rules
from leads.models import Lead, ScoreState
from leads.sorting import ORDERS, Cursor, Sort
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import crowd, link, shown, warm
from salesdash import cursors

EVERY_SORT = [*ORDERS, *(f"-{name}" for name in ORDERS)]


@pytest.fixture
def leads(team, rep):
    """130, with equal keys among them, some without any date, name or warmth."""
    companies = [CompanyFactory(team=team, name_kana=kana) for kana in ("アオバ", "", "ミライ")]
    many = [lead for company in companies for lead in crowd(42, company=company, owner=rep)]
    nameless = dict.fromkeys(("family_name", "given_name", "family_kana", "given_kana"), "")
    many += [LeadFactory(company=companies[0], owner=rep, stage="proposal", **nameless) for _ in range(4)]
    Lead.objects.filter(pk__in=[lead.pk for lead in many[::3]]).update(next_action_due_at="2026-12-01T09:00Z")
    return many


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_pages_hold_every_lead_once(client, rep, leads, sort):
    client.force_login(rep)
    url, pages = f"/leads/?view=all&sort={sort}", []
    while url:
        page = client.get(url).text
        pages.append(shown(page))
        url, back = link(page, "next"), link(page, "prev")
    seen = [pk for page in pages for pk in page]
    assert [len(page) for page in pages] == [50, 50, 30]
    assert sorted(seen) == sorted(lead.pk for lead in leads)
    page = client.get(back).text
    assert shown(page) == pages[1]
    page = client.get(link(page, "prev")).text
    assert shown(page) == pages[0]
    assert link(page, "prev") == ""


def test_turning_an_order_round_turns_the_list_round(client, rep, company):
    leads = [
        LeadFactory(company=company, owner=rep, family_kana=kana) for kana in ("アベ", "サトウ", "ワタナベ")
    ]
    client.force_login(rep)
    expected = [lead.pk for lead in leads]
    assert shown(client.get("/leads/?sort=name").text) == expected
    assert shown(client.get("/leads/?sort=-name").text) == expected[::-1]


def test_cold_leads_stand_last_and_first_when_turned(client, rep, company):
    cold, hot = LeadFactory(company=company, owner=rep), LeadFactory(company=company, owner=rep)
    warm(hot)
    client.force_login(rep)
    assert shown(client.get("/leads/?sort=temperature").text) == [hot.pk, cold.pk]
    assert shown(client.get("/leads/?sort=-temperature").text) == [cold.pk, hot.pk]


def test_what_is_due_first_stands_first(client, rep, company):
    later, never, soon = (LeadFactory(company=company, owner=rep, next_action_due_at=due) for due in
                          ("2026-12-02T00:00Z", None, "2026-12-01T00:00Z"))  # fmt: skip
    client.force_login(rep)
    assert shown(client.get("/leads/?sort=next").text) == [soon.pk, later.pk, never.pk]


def test_the_third_press_returns_to_the_default():
    first = Sort.from_text(None).next_on(ORDERS["name"])
    assert [first.text, first.next_on(ORDERS["name"]).text] == ["name", "-name"]
    assert first.next_on(ORDERS["name"]).next_on(ORDERS["name"]).is_default
    assert Sort.from_text(None).next_on(ORDERS["temperature"]).text == "-temperature"


def test_headings_say_the_order(client, rep, lead):
    client.force_login(rep)
    assert (
        '<th class="c-t" role="columnheader" scope="col" aria-sort="descending">'
        in client.get("/leads/").text
    )
    assert 'scope="col" aria-sort="ascending"' in client.get("/leads/?sort=name").text


def test_the_position_is_counted(client, rep, leads):
    client.force_login(rep)
    first = client.get("/leads/?view=all")
    second = client.get(link(first.text, "next"))
    page = second.context["page"]
    assert (page.at, page.until) == (51, 100)
    back = client.get(link(second.text, "prev")).context["page"]
    assert (back.at, back.until) == (1, 50)


def test_a_position_beyond_a_thousand_has_separators(client, rep, leads):
    client.force_login(rep)
    query = QueryDict(link(client.get("/leads/?view=all").text, "next").split("?")[1], mutable=True)
    epoch, order, _at, *values = cursors.read(query["after"])
    query["after"] = cursors.write([epoch, order, 1001, *values])
    assert "件中 1,001–1,050</span>" in client.get(f"/leads/?{query.urlencode()}").text


def test_a_row_that_left_does_not_disturb_the_next_page(client, rep, leads):
    client.force_login(rep)
    first = client.get("/leads/?view=all").text
    expected = shown(client.get(link(first, "next")).text)
    warm(Lead.objects.get(pk=expected[-1]), times=30)
    assert shown(client.get(link(first, "next")).text)[:-1] == expected[:-1]


def test_new_rules_begin_at_the_first_page(client, rep, leads):
    client.force_login(rep)
    first = client.get("/leads/?view=all").text
    ScoreState.objects.update(epoch=99)
    rules.forget()
    assert shown(client.get(link(first, "next")).text) == shown(first)


def test_a_cursor_behind_the_end_shows_the_first_page(client, rep, lead):
    scale = rules.current().scale
    cursor = Cursor((float("-inf"), 0, 0), at=900).write(Sort.from_text(None), scale.epoch)
    client.force_login(rep)
    assert shown(client.get(f"/leads/?view=all&after={cursor}").text) == [lead.pk]


@pytest.mark.parametrize(
    "values",
    [
        (),
        (1,),
        (1, 2, 3, 4),
        ("x", 1, 1),
        (float("nan"), 1, 1),
        (1.0, 2**70, 1),
        (1.0, 1, [1]),
        (1.0, True, None),
    ],
)
def test_a_forged_cursor_is_no_cursor(values):
    sort = Sort.from_text(None)
    assert Cursor.read(Cursor(values).write(sort, 1), sort, 1, backward=False) is None


@pytest.mark.parametrize("value", ["\ud800", "a\0b", 3, None])
def test_a_forged_text_is_no_text(value):
    sort = Sort.from_text("name")
    text = Cursor((value, 5)).write(sort, 1) if value != "\ud800" else "WzEsIm5hbWUiLDEsIlx1ZDgwMCIsNV0"
    assert Cursor.read(text, sort, 1, backward=False) is None
