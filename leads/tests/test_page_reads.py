"""Pages of a long list, read part by part or from the leads alone: the same rows as from one long sort."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from leads import page_reads
from leads.counting import Count
from leads.models import Attribute, Lead, Stage
from leads.table import LeadTable
from leads.tests.factories import LeadFactory, UserFactory
from leads.tests.table_cast import warm

SORTS = ["stage", "next", "owner", "name", "company", "activity", "title", "created", "attr.n", "temperature"]
QUERIES = ["view=all", "stage=new&stage=won", "c=stage:notin:lost", "c=attr.n:ge:3", "owner=none", "q=山田"]
PAGE = 7


@pytest.fixture
def leads(company, rep, colleague, team, outsider):
    """Sixty of every stage and of five owners, two of whom bear one name; many keys are equal."""
    namesake = UserFactory(role="rep", member_of=[team], last_name=rep.last_name, first_name=rep.first_name)
    owners = [rep, colleague, namesake, None, outsider]
    now = timezone.now()
    Attribute.objects.create(name="n", kind="number")
    many = [
        LeadFactory(
            company=company,
            owner=owners[n % 5],
            stage=Stage.values[n % 7],
            title=f"役職{n % 4}",
            next_action_due_at=now + timedelta(days=n % 3) if n % 4 == 0 else None,
            attributes={"n": n % 9} if n % 2 else {},
        )
        for n in range(60)
    ]
    for lead in many[::6]:
        warm(lead)
    return many


@pytest.fixture
def long(monkeypatch):
    """As for a list of which nobody has counted the end."""
    monkeypatch.setattr(LeadTable, "total", property(lambda _table: Count(1000, True)))
    monkeypatch.setattr("leads.table.PAGE_ROWS", PAGE)
    monkeypatch.setattr(page_reads, "PARTS_AT_ONCE", 2)


def expected(rep, query: str) -> list[int]:
    """One sort of everything, by the expressions of the order alone."""
    table = LeadTable(rep, QueryDict(query))
    return [lead.pk for lead in page_reads.ordered(table.leads(table.filter), table.sort, None)]


def ids(page) -> list[int]:
    return [int(row.id) for row in page.rows]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_are_those_of_one_long_sort(rep, leads, long, query, sort):
    address = f"{query}&sort={sort}"
    wanted = expected(rep, address)
    assert wanted
    pages, here = [], address
    while here:
        page = LeadTable(rep, QueryDict(here)).page()
        pages.append(ids(page))
        here, back = page.after, page.before
    assert [pk for page in pages for pk in page] == wanted
    for place in range(len(pages) - 2, -1, -1):
        page = LeadTable(rep, QueryDict(back)).page()
        assert ids(page) == pages[place]
        back = page.before
    assert back == ""


@pytest.mark.parametrize("sort", ["stage", "-stage", "next", "owner", "title", "attr.n"])
def test_a_page_costs_as_many_statements_as_any(
    rep, leads, long, monkeypatch, sort, django_assert_max_num_queries
):
    monkeypatch.setattr(page_reads, "PARTS_AT_ONCE", 8)
    table = LeadTable(rep, QueryDict(f"view=all&sort={sort}"))
    assert rep.team_ids
    assert not rep.has_perm("leads.view_all")
    # the rows, for some orders what they consist of, and the person's attributes
    with django_assert_max_num_queries(3):
        assert len(table.page().rows) == PAGE


def test_an_owner_who_left_meanwhile_leaves_the_place_in_the_list(rep, leads, long, colleague):
    address = "view=all&sort=owner"
    wanted = expected(rep, address)
    page = LeadTable(rep, QueryDict(address)).page()
    last = Lead.objects.get(pk=ids(page)[-1])
    type(rep).objects.filter(pk=last.owner_id).update(last_name="ん")
    following = LeadTable(rep, QueryDict(page.after)).page()
    assert ids(following)
    assert set(ids(following)) <= set(wanted)


def test_the_outsider_pages_through_their_own_alone(outsider, leads, long):
    for sort in SORTS:
        assert LeadTable(outsider, QueryDict(f"view=all&sort={sort}")).page().rows == []


@pytest.mark.parametrize(
    ("query", "is_alone"),
    [
        ("view=all", True),
        ("owner=me&stage=new", True),
        ("c=attr.n:ge:3", True),
        ("c=any(owner:empty;attr.n:le:3)", True),
        ("q=山田", True),
        ("min_t=20", False),
        ("industry=food", False),
        ("c=company:has:a", False),
        ("c=any(temperature:ge:20;attr.n:le:3)", False),
    ],
)
def test_the_leads_alone_are_the_same_leads(rep, leads, query, is_alone):
    table = LeadTable(rep, QueryDict(query))
    alone = table._leads_alone(table.filter)
    assert (alone is not None) == is_alone
    if alone is not None:
        assert set(alone.values_list("pk", flat=True)) == set(
            table.leads(table.filter).values_list("pk", flat=True)
        )
        assert "leadscore" not in str(alone.query)
