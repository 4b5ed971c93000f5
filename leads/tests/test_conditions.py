"""Conditions from a URL: what is written is read again, what cannot be meant is left out, nothing fails."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.http import QueryDict

from leads.conditions import tree
from leads.conditions.checking import MOST_CONDITIONS, Wrong, check
from leads.conditions.fields import FIELDS
from leads.conditions.operators import KIND_OF, OPERATORS
from leads.conditions.tree import Condition, Group, Join
from leads.filters import LeadFilter, query_string
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import shown, warm

DATA = Path(
    os.environ.get("SALESDASH_SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)


def read(text: str) -> LeadFilter:
    return LeadFilter.from_query(QueryDict(text))


@pytest.fixture
def page(client, rep):
    client.force_login(rep)
    return lambda *conditions: shown(
        client.get("/leads/?" + query_string(*(("c", c) for c in conditions))).text
    )


@pytest.mark.parametrize(
    "item",
    [
        Condition("temperature", "ge", ("60",)),
        Condition("attr.a:b,c;(d)%20", "has", ("x:y,z;(%)",)),
        Condition("owner", "empty"),
        Group(
            Join.ANY, (Condition("industry", "in", ("food", "media")), Condition("activity", "last", ("7",)))
        ),
        Group(Join.ALL, (Condition("attr.any(", "is", ("all(",)), Condition("name", "is", (")",)))),
    ],
)
def test_what_is_written_is_read_again(item):
    assert tree.read(item.write()) == item
    assert list(read(query_string(("c", item.write()))).items.values()) in (
        [item],
        [Condition("owner", "in", ("none",))],
    )


def test_an_address_can_be_read_by_people():
    items = [Condition("employees", "between", ("10", "50")), Condition("industry", "out", ("food",))]
    assert query_string(*LeadFilter.of("", Join.ANY, items).pairs()) == (
        "c=employees:between:10,50&c=industry:out:food&match=any"
    )


def test_common_conditions_have_their_short_parameter():
    items = [
        Condition("owner", "in", ("me",)), Condition("stage", "in", ("new",)), Condition("temperature", "ge", ("60",)),
        Condition("temperature", "ge", ("70",)), Condition("owner", "in", ("me", "3")),
    ]  # fmt: skip
    text = query_string(*LeadFilter.of("", Join.ALL, items).pairs())
    assert text == "owner=me&stage=new&min_t=60&c=temperature:ge:70&c=owner:in:me,3"
    assert list(read(text).items.values()) == [items[0], items[1], items[2], items[3], items[4]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c=employees:ge:６０", "c=employees:ge:60"),
        ("c=employees:ge:1%2C200", "c=employees:ge:1"),  # a comma separates
        ("c=employees:ge:1%252C200円", "c=employees:ge:1200"),
        ("c=employees:between:9,2", "c=employees:between:2,9"),
        ("c=employees:ge:many&c=employees:le:5", "c=employees:le:5"),
        ("c=created:after:2026/11/5", "c=created:after:2026-11-05"),
        ("c=created:after:2026-02-31", ""),
        ("c=created:last:７", "c=created:last:7"),
        ("c=stage:out:won,bad", "c=stage:out:won"),
        ("c=stage:out:bad", ""),
        ("c=any(stage:out:won;bad:is:3)", "c=stage:out:won"),
        ("c=any()&c=any(&c=:&c=a:b:c&c=stage:has:x", ""),
        ("c=win:ge:140", ""),
        ("c=temperature:le:79.9", "c=temperature:le:79"),
        ("c=attr.x:yes&match=any", "c=attr.x:yes"),
        ("c=attr.:yes", ""),
    ],
)
def test_what_cannot_be_meant_is_left_out(text, expected):
    assert query_string(*read(text).pairs()) == expected.replace("円", "")


def test_there_is_an_end_to_conditions():
    many = query_string(*(("c", f"employees:ge:{n}") for n in range(100)))
    assert sum(len(item.conditions) for item in read(many).more) == MOST_CONDITIONS


def test_no_two_kinds_share_an_operator():
    assert len(KIND_OF) == sum(
        len([o for o in ops if o.name not in ("empty", "filled")]) for ops in OPERATORS.values()
    )


def test_and_or_and_a_group(page, team, rep):
    food, media = (CompanyFactory(team=team, industry=industry) for industry in ("food", "media"))
    lead, other, third = (
        LeadFactory(company=c, owner=rep, title=t) for c, t in ((food, "a"), (media, "a"), (media, "b"))
    )
    assert page("title:is:A", "any(industry:in:food;name:has:nobody)") == [lead.pk]
    assert sorted(page("any(industry:in:food;title:is:b)")) == [lead.pk, third.pk]
    # a group within a group is not meant
    assert page("any(industry:in:food;all(title:is:b)") == [lead.pk]
    assert other.pk in page("title:is:a")


def test_or_between_common_conditions(client, rep, company):
    mine, warmer, rest = (
        LeadFactory(company=company, owner=rep),
        LeadFactory(company=company),
        LeadFactory(company=company),
    )
    warm(warmer, times=5)
    client.force_login(rep)
    found = shown(client.get("/leads/?owner=me&min_t=40&match=any").text)
    assert sorted(found) == [mine.pk, warmer.pk]
    assert rest.pk not in found


def test_speaking_of_stages_shows_closed_ones(page, company, rep):
    won, new = LeadFactory(company=company, stage="won"), LeadFactory(company=company)
    assert page("name:has:山田") == [new.pk]
    assert sorted(page("stage:out:lost")) == [won.pk, new.pk]


@pytest.mark.parametrize(
    "condition",
    ["name:has:山", "owner:out:me", "attr.secret:filled", "any(team:out:1;owner:empty)", "stage:out:lost"],
)
def test_no_condition_leads_to_another_teams_leads(client, outsider, lead, condition):
    lead.attributes = {"secret": "x"}
    lead.save()
    client.force_login(outsider)
    for join in ("all", "any"):
        response = client.get(
            "/leads/?" + query_string(("c", condition), ("c", "email:filled"), ("match", join))
        )
        assert shown(response.text) == []
        assert lead.company.name not in response.text


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not beside this checkout")
def test_naughty_values_are_values(client, rep, lead):
    naughty = json.loads((DATA / "naughty_strings" / "blns.json").read_text(encoding="utf-8"))
    client.force_login(rep)
    ways = [
        lambda text: Condition("name", "has", (text,)),
        lambda text: Condition("attr.x", "is", (text,)),
        lambda text: Condition("attr.x", "ge", (text,)),
        lambda text: Condition("created", "before", (text,)),
        lambda text: Condition("region", "in", (text,)),
        lambda text: Condition("owner", "in", (text,)),
        lambda text: Condition(f"attr.{text}", "filled"),
    ]
    for start in range(0, len(naughty), MOST_CONDITIONS):
        some = naughty[start : start + MOST_CONDITIONS]
        for turn in range(0, len(ways), 4):
            written = [ways[(turn + place) % len(ways)](text).write() for place, text in enumerate(some)]
            query = query_string(*(("c", one) for one in (*written, *some)), ("match", "any"))
            # as chips of the table
            assert client.get(f"/leads/?{query}").status_code == 200, some
        # and as values of the builder
        page = client.get(f"/leads/filter/?{query}")
        assert page.status_code == 200, some
        assert "<script>alert" not in page.text


def test_every_field_with_every_operator_answers(client, rep, lead):
    client.force_login(rep)
    for name, field in FIELDS.items():
        for operator in field.operators:
            for values in (("1",), ("2026-11-28",), ("me",), tuple(key for key, _label in field.choices)):
                condition = Condition(name, operator.name, values)
                with suppress(Wrong):
                    assert check(condition).field == name
                response = client.get("/leads/?" + query_string(("c", condition.write())))
                assert response.status_code == 200, condition


def test_the_budget_holds_with_any_filter(client, rep, lead, django_assert_max_num_queries):
    client.force_login(rep)
    query = query_string(
        ("c", "any(attr.x:ge:3;company:has:青葉;due:week)"),
        ("c", "activity:older:0"),
        ("c", "win:empty"),
        ("owner", "me"),
    )
    with django_assert_max_num_queries(8):
        client.get(f"/leads/?{query}")
