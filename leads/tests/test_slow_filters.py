"""Conditions that no index answers: tried for a moment, then read to the end once; the result is the same."""

import pytest
from django.db import connection
from django.db.models import Func, IntegerField
from django.db.models.lookups import GreaterThan
from django.http import QueryDict

from leads import counting
from leads.counting import Count
from leads.models import Lead
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import crowd

COUNTED = "(SELECT count(*) FROM generate_series(1, %(expressions)s))"


@pytest.fixture
def leads(company, rep):
    many = crowd(70, company=company, owner=rep)
    for place, lead in enumerate(many):
        lead.attributes = {"n": str(place)}
    Lead.objects.bulk_update(many, ["attributes"])
    return many


def table(rep, query="c=attr.n:ge:5") -> LeadTable:
    return LeadTable(rep, QueryDict(query))


@pytest.mark.parametrize("few", [5000, 3])
def test_read_to_the_end_it_shows_the_same(rep, leads, monkeypatch, few):
    plain = table(rep)
    expected = [row.id for row in plain.page().rows]
    monkeypatch.setattr("leads.counting.capped_within", lambda *_args: None)
    monkeypatch.setattr("leads.table.FEW", few)
    other = table(rep)
    assert [row.id for row in other.page().rows] == expected
    assert other.counts == plain.counts
    assert (other._few is None) == (few == 3)
    after = QueryDict(other.page().after)
    assert [row.id for row in LeadTable(rep, after).page().rows] == [str(pk) for pk in plain.ids()[50:]]


def test_what_is_found_early_is_not_read_to_the_end(rep, leads, django_assert_max_num_queries):
    shown = table(rep)
    assert rep.team_ids
    assert not rep.has_perm("leads.view_all")
    assert table(rep).counts  # how common it is, is known
    with django_assert_max_num_queries(2):
        assert len(shown.page().rows) == 50
    assert shown._few is None


@pytest.mark.django_db(transaction=True)
def test_the_time_limit_holds_and_ends_with_its_statement(rep, leads):
    slow = Lead.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"])
    assert counting.capped_within({"slow": slow}, 100) is None
    assert counting.capped_within({"quick": Lead.objects.all()}, 5000, 10) == {"quick": Count(10, True)}
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_a_limit_reached_at_the_very_end_calls_off_nothing_later():
    """A count that is made to last about as long as it may, again and again."""
    rows = 20_000
    for _ in range(500):
        long = Lead.objects.filter(GreaterThan(Func(rows, template=COUNTED, output_field=IntegerField()), -1))
        found = counting.capped_within({"long": long}, 3)
        rows = int(rows * (1.002 if found else 0.998))
        assert Lead.objects.count() == 0


def test_counts_with_ids_are_those_of_capped(leads):
    sets = {
        "a": Lead.objects.filter(stage="new"),
        "b": Lead.objects.none(),
        "c": Lead.objects.filter(pk__gt=0),
    }
    for name in sets:
        counts, ids = counting.with_ids(sets, name, 1000, 20)
        assert counts == counting.capped(sets, 20)
        assert sorted(ids) == sorted(sets[name].values_list("pk", flat=True))
    assert counting.with_ids(sets, "c", 3)[1] is None


def test_leads_of_others_stay_out(outsider, leads, monkeypatch):
    monkeypatch.setattr("leads.counting.capped_within", lambda *_args: None)
    assert table(outsider).page().rows == []
    LeadFactory(company=leads[0].company)
    assert list(table(outsider, "c=any(name:has:山;attr.n:ge:0)").ids()) == []
