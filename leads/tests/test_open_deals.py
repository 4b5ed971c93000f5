"""The sum of a lead's open deals as a column: shown, sorted by, filtered by, exported."""

import io

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from leads.conditions import open_deals
from leads.models import Deal, Lead
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown

COLUMNS = "cols=temperature,name,deals"


def deal(lead, amount, status="open") -> Deal:
    return Deal.objects.create(
        lead=lead, team=lead.team, name="x", amount_jpy=amount, status=status, opened_at=timezone.now()
    )


@pytest.fixture
def leads(company, rep):
    """A large sum of two, a small one, ¥0, one that is won, none."""
    made = [LeadFactory(company=company, owner=rep, given_name=name) for name in "大小零済無"]
    for lead, amount, status in (
        (made[0], 1_200_000, "open"), (made[0], 34_567, "open"), (made[0], 9_000_000, "lost"),
        (made[1], 500, "open"), (made[2], 0, "open"), (made[3], 7_000_000, "won"),
    ):  # fmt: skip
        deal(lead, amount, status)
    return made


def cells(page) -> list[str]:
    return [row.cells[-1][1] for row in page.context["page"].rows]


def test_the_sum_is_shown_in_yen_and_a_dash_where_there_is_none(client, rep, leads):
    client.force_login(rep)
    page = client.get(f"/leads/?view=all&{COLUMNS}&sort=deals")
    assert "進行中の商談" in page.text
    assert cells(page) == ["¥1,234,567", "¥500", "¥0", "", ""]
    assert page.text.count('<td class="k-x n num" role="cell">—</td>') == 2


def test_orders_put_the_largest_first_and_those_without_last(client, rep, leads):
    client.force_login(rep)
    large, small, nothing, won, none = (lead.pk for lead in leads)
    order = shown(client.get("/leads/?view=all&sort=deals").text)
    assert order[:3] == [large, small, nothing]
    assert set(order[3:]) == {won, none}
    assert shown(client.get("/leads/?view=all&sort=-deals").text) == order[::-1]


def test_pages_in_this_order_hold_every_lead_once(rep, leads, monkeypatch):
    monkeypatch.setattr("leads.table.PAGE_ROWS", 2)
    seen, query = [], "view=all&sort=deals"
    while query:
        page = LeadTable(rep, QueryDict(query)).page()
        seen += [int(row.id) for row in page.rows]
        query = page.after
    assert len(seen) == len(set(seen)) == len(leads)
    assert seen[:3] == [lead.pk for lead in leads[:3]]


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        ("ge:1000000", [0]), ("ge:0", [0, 1, 2]), ("ge:1234567", [0]), ("ge:1234568", []), ("le:500", [1, 2]),
        ("between:1,1000", [1]), ("empty", [3, 4]), ("filled", [0, 1, 2]), ("le:499.5", [2]),
    ],
)  # fmt: skip
def test_conditions(client, rep, leads, condition, places):
    client.force_login(rep)
    found = shown(client.get(f"/leads/?c=deals:{condition}").text)
    assert sorted(found) == sorted(leads[place].pk for place in places)


def test_a_filter_is_said_in_yen(client, rep, leads):
    client.force_login(rep)
    page = client.get("/leads/?c=deals:ge:１２０００００")
    assert "進行中の商談" in page.text
    assert "¥1,200,000" in page.text
    form = client.get("/leads/filter/?c=deals:ge:1200000")
    assert 'value="1200000"' in form.text


def test_in_the_exported_file_it_is_a_number(client, rep, leads):
    client.force_login(rep)
    for asked in ({"columns": "shown"}, {"columns": "every"}):
        table = f"view=all&{COLUMNS}&sort=deals"
        response = client.post(
            "/leads/export/", {"format": "xlsx", "all": "1", "query": "view=all", "table": table, **asked}
        )
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
        rows = list(sheet.active.iter_rows(values_only=True))
        place = rows[0].index("進行中の商談")
        assert [row[place] for row in rows[1:4]] == [1_234_567, 500, 0]
        assert [row[place] for row in rows[4:]] == [None, None]


@pytest.mark.parametrize("number", [1, 40])
def test_no_statement_per_row(client, rep, company, number, django_assert_max_num_queries):
    for place in range(number):
        deal(LeadFactory(company=company, owner=rep), place)
    client.force_login(rep)
    client.get("/leads/")
    with django_assert_max_num_queries(9):
        assert len(shown(client.get(f"/leads/?view=all&{COLUMNS}&sort=deals&c=deals:ge:0").text)) == number


def test_outsiders_learn_nothing_of_sums(client, outsider, leads):
    client.force_login(outsider)
    page = client.get(f"/leads/?{COLUMNS}&c=deals:ge:0&sort=deals")
    assert shown(page.text) == []
    assert "1,234,567" not in page.text


def test_the_sum_of_a_lead_is_read_from_the_index_of_open_deals(leads):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    assert "deal_open_of_lead" in Lead.objects.values(sum=open_deals.amount()).explain()
    assert "deal_open_of_lead" in open_deals.leads(1).explain()
