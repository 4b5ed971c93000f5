"""The index on terms of attributes: it leaves out no lead that fulfils a condition, and the table asks it."""

import random
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict

from leads import rules
from leads.conditions import terms, tree
from leads.conditions.checking import meant
from leads.conditions.tree import Join
from leads.conditions.where import Asker, joined, where
from leads.counting import capped
from leads.models import Lead
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown

EDGES = [
    0,
    1e-6,
    0.5,
    1,
    1.0625,
    2,
    7,
    255,
    256,
    4095,
    8191,
    8192,
    8193,
    1e6,
    123456.789,
    999999999999999.9,
    1e15,
]


@pytest.fixture
def dice():
    return random.Random(5)


@pytest.fixture
def asker(rep):
    return Asker(rep.pk, rules.current().scale, datetime(2026, 11, 28, tzinfo=UTC))


def needed(asker, *texts, join=Join.ALL):
    return terms.needed(join, meant(map(tree.read, texts)), asker).condition


def test_places_are_those_of_the_database_and_in_order(db, dice):
    numbers = sorted(
        {sign * edge for edge in EDGES for sign in (1, -1)} | {dice.gauss(0, 1e4) for _ in range(500)}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leads_number_place(v) FROM unnest(%s::float8[]) WITH ORDINALITY AS t (v, n) ORDER BY n",
            [[-0.0, *map(float, numbers)]],
        )
        places = [place for (place,) in cursor.fetchall()]
    assert places == [0, *map(terms.number_place, numbers)]
    assert places[1:] == sorted(places[1:])


def test_ranges_leave_nothing_out(company, asker, dice):
    """Bounds on and beside the stored numbers and days, in ranges from nothing to everything."""
    numbers = [f"{sign}{edge:f}".rstrip("0").rstrip(".") for edge in EDGES for sign in ("", "-")]
    days = [
        f"20{y:02}-{m:02}-{d:02}" for y in (24, 25, 26, 27) for m in (1, 2, 12, 13) for d in (1, 28, 31, 99)
    ]
    for place in range(160):
        number, day = numbers[place % len(numbers)], days[place % len(days)]
        LeadFactory(company=company, attributes={"n": number, "d": day, "%": "x"})
    sharp = 0
    for _ in range(150):
        low, high = dice.choice(numbers), dice.choice(numbers)
        text = dice.choice([
            f"attr.n:between:{low},{high}", f"attr.n:between:{low},{low}", f"attr.n:ge:{low}", f"attr.n:le:{high}",
            f"attr.d:{dice.choice(['last', 'next'])}:{dice.choice([0, 1, 40, 400, 3650])}", "attr.d:week",
        ])  # fmt: skip
        asked = joined(Join.ALL, [where(item, asker) for item in meant([tree.read(text)])])
        expected = set(Lead.objects.filter(asked).values_list("pk", flat=True))
        found = set(Lead.objects.filter(needed(asker, text)).values_list("pk", flat=True))
        assert expected <= found, text
        sharp += found == expected and len(found) < 160
    assert sharp > 50


@pytest.mark.parametrize(
    "texts",
    [
        ["attr.n:lacks:7"],
        ["attr.n:empty"],
        ["attr.n:out:7"],
        ["attr.d:past"],
        ["any(attr.n:is:7;name:has:x)"],
    ],
)
def test_what_it_cannot_tell_is_not_asked(asker, texts):
    assert not needed(asker, *texts)


def test_joined_by_or_it_takes_every_part(company, asker):
    seven, blue, eight = (
        LeadFactory(company=company, attributes=a) for a in ({"n": "７"}, {"c": "Blue"}, {"n": "8"})
    )
    either = "any(attr.n:between:7,7;attr.c:is:blue)"
    assert set(Lead.objects.filter(needed(asker, either))) == {seven, blue}
    assert set(Lead.objects.filter(needed(asker, "attr.n:ge:7", "attr.c:is:ＢＬＵＥ", join=Join.ANY))) == {
        seven, blue, eight,
    }  # fmt: skip
    assert set(Lead.objects.filter(needed(asker, "attr.n:ge:7", "attr.c:is:blue"))) == set()


def test_the_table_finds_by_the_index_what_it_would_read(company, rep, monkeypatch):
    """Whatever stands in the attributes; the page is the same as without the index."""
    strange = [[], ["n"], "n", 7, {"n": None}, {"n": ["7"]}, {"n": "7" * 9000}, {"": "7"}, {"n": "７ "}]
    for attributes in [*strange, *({"n": str(n % 40)} for n in range(80))]:
        LeadFactory(company=company, owner=rep, attributes=attributes)
    table = LeadTable(rep, QueryDict("c=attr.n:between:7,7"))
    expected = [row.id for row in table.page().rows]
    assert len(expected) == 3
    monkeypatch.setattr("leads.counting.capped_within", lambda *_args: None)
    other = LeadTable(rep, QueryDict("c=attr.n:between:7,7"))
    assert [row.id for row in other.page().rows] == expected
    assert other.counts == table.counts
    needed = table.filter.needed_terms(user=rep, scale=table.scale, now=table.now).condition
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "Bitmap Index Scan on lead_terms" in Lead.objects.filter(needed).explain()


@pytest.fixture
def hundred(company, rep):
    """Numbers from 0 to 99, a colour of one in fifty, and what PostgreSQL knows of them."""
    for n in range(100):
        colour = "red" if n % 50 == 7 else "blue"
        LeadFactory(company=company, owner=rep, attributes={"n": str(n), "c": colour, "w": str(n * 1000)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")


def counted(querysets, milliseconds):
    """Costs its statement and finds nothing in time."""
    capped(querysets)


WIDE_OR_RARE = [
    (["attr.n:ge:20"], 0),
    (["attr.n:ge:20", "attr.w:le:90000"], 0),
    (["attr.n:ge:20", "name:has:x"], 0),
    (["attr.n:ge:20", "attr.c:is:red"], 1),
    (["attr.n:between:7,7", "attr.c:is:red"], 2),
    (["attr.c:is:blue", "attr.w:between:56000,58000"], 1),
    (["any(attr.n:ge:20;attr.c:is:red)"], 0),
    (["any(attr.n:between:7,7;attr.c:is:red)"], 1),
    (["attr.n:ge:1000"], 1),
]


@pytest.mark.parametrize(("texts", "number"), WIDE_OR_RARE)
def test_what_many_leads_have_is_not_asked(hundred, asker, texts, number):
    assert len(needed(asker, *texts).children) == number


@pytest.mark.parametrize("texts", [texts for texts, _number in WIDE_OR_RARE])
def test_wide_and_rare_together_find_what_reading_finds(hundred, rep, asker, texts, monkeypatch):
    query = QueryDict(mutable=True)
    query.setlist("c", texts)
    expected = [row.id for row in LeadTable(rep, query).page().rows]
    monkeypatch.setattr("leads.counting.capped_within", lambda *_args: None)
    assert [row.id for row in LeadTable(rep, query).page().rows] == expected


@pytest.mark.parametrize("texts", [["attr.n:between:7,7"], ["attr.n:ge:20", "attr.c:is:red"]])
def test_what_is_rare_is_not_tried(hundred, rep, asker, texts, monkeypatch):
    query = QueryDict(mutable=True)
    query.setlist("c", texts)
    expected = [row.id for row in LeadTable(rep, query).page().rows]
    monkeypatch.setattr(terms, "RARE_SHARE", 0.03)
    monkeypatch.setattr("leads.counting.capped_within", None)
    assert [row.id for row in LeadTable(rep, query).page().rows] == expected


def test_what_no_statistics_speak_of_is_not_rare(company, asker):
    LeadFactory.create_batch(3, company=company, attributes={"n": "7"})
    assert not terms.needed(Join.ALL, meant([tree.read("attr.n:between:7,7")]), asker).is_rare


def test_what_is_common_is_asked_once(hundred, asker, django_assert_num_queries):
    with django_assert_num_queries(1):
        for texts in (["attr.n:ge:20", "attr.c:is:red"], ["attr.c:is:red"], ["attr.n:ge:20"]):
            needed(asker, *texts)
    with django_assert_num_queries(0):
        needed(asker, "name:has:x")


@pytest.mark.parametrize(
    ("conditions", "number"),
    [
        ("c=attr.n:ge:20&c=attr.c:is:red", 1),
        ("c=attr.n:ge:20&c=name:has:x", 0),
        ("c=attr.n:between:7,7&sort=attr.n", 1),
        ("c=attr.n:ge:1000", 0),
        ("c=attr.n:ge:20&sort=attr.w&cols=attr.n,attr.c", 50),
    ],
)
def test_looking_for_terms_stays_within_the_budget(
    client, rep, hundred, monkeypatch, django_assert_max_num_queries, conditions, number
):
    monkeypatch.setattr("leads.counting.capped_within", counted)
    monkeypatch.setattr("leads.rules.CACHE_SECONDS", 0)  # the rules are read, too
    client.force_login(rep)
    client.get(f"/leads/?{conditions}")  # what is cached is in the cache
    with django_assert_max_num_queries(7):
        assert len(shown(client.get(f"/leads/?{conditions}").text)) == number


def test_the_first_look_stays_within_the_budget(
    client, rep, hundred, monkeypatch, django_assert_max_num_queries
):
    """Nothing is in the cache but the session: tried in vain, read to its end, ordered by an attribute."""
    monkeypatch.setattr("leads.counting.capped_within", counted)
    client.force_login(rep)
    client.get("/leads/")
    with django_assert_max_num_queries(8):
        client.get("/leads/?c=attr.n:ge:20&sort=attr.w&cols=attr.n,attr.c")
