"""Conditions: what they let through, how they are written, what a URL may not do."""

import pytest
from django.http import QueryDict
from django.test import Client

from leads.filters import LeadFilter, query_string
from leads.models import Industry, Stage
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import shown, warm

NAUGHTY = [
    "", " ", "\x00", "a\x00b", "'", '"', "';--", "%", "%%s", "%(x)s", "{}", "\\", "\ud7ff", "🌡️" * 300, "NaN",
    "inf", "-inf", "1e309", "-1", "0", "999999999999999999999999", "9223372036854775807",
    "9223372036854775808", "６０", "½", "٣", "null", "None", "true", "[]", "../../etc/passwd",
    "<script>alert(1)</script>", "me", "none", "all", "\u202eabc", "\u200b", "a" * 5000, "after",
    "temperature", "-temperature", "--name", "1,234", "0x10", "株", "a", "あ い う え お か き く",
]  # fmt: skip
PARAMETERS = [
    "q", "owner", "team", "stage", "industry", "min_t", "c", "match", "sort", "view", "after", "before",
]  # fmt: skip


def read(text: str) -> LeadFilter:
    return LeadFilter.from_query(QueryDict(text))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("owner=me", LeadFilter(owner="me")),
        ("owner=none", LeadFilter(owner="none")),
        ("owner=7", LeadFilter(owner=7)),
        ("owner=nobody", LeadFilter()),
        ("stage=won&stage=new&stage=bad", LeadFilter(stages=("new", "won"))),
        ("industry=food", LeadFilter(industries=("food",))),
        ("min_t=６０", LeadFilter(min_t=60)),
        ("min_t=101", LeadFilter()),
        ("min_t=0", LeadFilter()),
        ("team=-3", LeadFilter()),
        ("q=+田中%00+", LeadFilter(q="田中")),
    ],
)
def test_a_query_is_read(query, expected):
    assert read(query) == expected


def test_what_is_written_is_read_again():
    condition = LeadFilter("株式会社&a=b", 3, 4, ("new", "won"), ("food", "media"), 60)
    assert read(query_string(*condition.pairs())) == condition


def test_each_condition_can_be_taken_away():
    condition = LeadFilter("x", "me", 4, ("new",), ("food",), 60)
    assert condition.active == ["q", "owner", "team", "stages", "industries", "min_t"]
    for name in condition.active:
        assert name not in condition.without(name).active


@pytest.fixture
def page(client: Client, rep):
    client.force_login(rep)
    return lambda query: shown(client.get("/leads/?" + query).text)


def test_owner(page, rep, colleague, company):
    mine, hers, free = (LeadFactory(company=company, owner=owner) for owner in (rep, colleague, None))
    assert page("owner=me") == [mine.pk]
    assert page(f"owner={colleague.pk}") == [hers.pk]
    assert page("owner=none") == [free.pk]


def test_industry_and_stage(page, team, rep):
    food = CompanyFactory(team=team, industry=Industry.FOOD)
    lead = LeadFactory(company=food, stage=Stage.MEETING)
    LeadFactory(company=food)
    LeadFactory(company=CompanyFactory(team=team, industry=Industry.MEDIA), stage=Stage.MEETING)
    assert page("industry=food&stage=meeting&stage=won") == [lead.pk]


def test_team(client, team, other_team, manager):
    ours, theirs = (LeadFactory(company=CompanyFactory(team=t)) for t in (team, other_team))
    manager.memberships.create(team=other_team)
    client.force_login(manager)
    assert shown(client.get(f"/leads/?team={other_team.pk}").text) == [theirs.pk]
    assert sorted(shown(client.get("/leads/?view=all").text)) == [ours.pk, theirs.pk]


def test_minimum_temperature_is_what_the_row_shows(page, client, company):
    leads = [LeadFactory(company=company) for _ in range(6)]
    for place, lead in enumerate(leads):
        warm(lead, times=place, hours_ago=place)
    rows = client.get("/leads/?view=all").context["page"].rows
    for threshold in (1, 20, 40, 60, 80, 100):
        assert page(f"min_t={threshold}") == [int(row.id) for row in rows if float(row.t) >= threshold]


@pytest.mark.parametrize("text", ["髙橋", "高橋", "ﾀｶﾊｼ", "たかはし", "青葉", "takahashi@aoba", "TAKAHASHI"])
def test_search_finds_any_spelling(page, company, text):
    lead = LeadFactory(
        company=company, family_name="髙橋", family_kana="タカハシ", email="takahashi@aoba.example.jp"
    )
    LeadFactory(company=CompanyFactory(team=company.team, name="有限会社みずほ"), email="x@y.example.jp")
    assert page(query_string(("q", text))) == [lead.pk]


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_parameter_can_break_the_page(client, rep, lead, parameter):
    client.force_login(rep)
    for text in NAUGHTY:
        query = query_string((parameter, text), (parameter, text))
        for path in (f"/leads/?{query}", f"/leads/?{query}&sort=name"):
            assert client.get(path).status_code == 200, (parameter, text[:50])


def test_bytes_that_are_no_text(client, rep, lead):
    client.force_login(rep)
    for raw in ("q=%FF%FE", "q=%ED%A0%80", "owner=%00", "after=%FF", "%FF=1"):
        assert client.get(f"/leads/?{raw}").status_code == 200


def test_an_empty_table_names_the_condition_to_remove(client, rep, lead):
    client.force_login(rep)
    response = client.get("/leads/?owner=me&industry=food&stage=new")
    way = response.context["way_out"]
    assert (str(way["label"]), way["count"].n) == ("業種", 1)
    assert shown(client.get(f"/leads/?{way['query']}").text) == [lead.pk]


def test_an_empty_table_looks_among_closed_leads_too(client, rep, company):
    lead = LeadFactory(company=company, owner=rep, stage=Stage.WON)
    client.force_login(rep)
    way = client.get("/leads/?q=山田").context["way_out"]
    assert shown(client.get(f"/leads/?{way['query']}").text) == [lead.pk]


def test_a_team_without_leads_is_shown_the_way_to_some(client, rep):
    client.force_login(rep)
    page = client.get("/leads/").text
    assert "リードはまだありません" in page
    assert 'href="/leads/new/"' in page


def test_chips_remove_their_condition(client, rep, lead):
    client.force_login(rep)
    response = client.get("/leads/?owner=me&stage=new&stage=working&stage=meeting&min_t=5")
    chips = response.context["chips"]
    assert [(chip.name, chip.value) for chip in chips] == [
        ("owner", "自分"),
        ("stages", "新規、対応中 他1"),
        ("min_t", "5"),
    ]
    assert [read(chip.query).active for chip in chips] == [
        ["stages", "min_t"],
        ["owner", "min_t"],
        ["owner", "stages"],
    ]


def test_removing_the_last_condition_stays_a_choice(client, rep, lead, company):
    other = LeadFactory(company=company)
    client.force_login(rep)
    (chip,) = client.get("/leads/?owner=me").context["chips"]
    assert sorted(shown(client.get(f"/leads/?{chip.query}").text)) == [lead.pk, other.pk]


def test_the_search_works_without_javascript(client, rep, lead):
    client.force_login(rep)
    page = client.get("/leads/?min_t=5&owner=me").text
    assert '<form id="filter" method="get" action="/leads/"' in page
    assert '<input type="hidden" name="min_t" value="5">' in page
    assert 'form="filter"' in page
    submitted = client.get("/leads/?sort=name&owner=me&min_t=&q=")
    assert shown(submitted.text) == [lead.pk]


def test_a_forms_address_is_tidied_for_htmx(client, rep, lead):
    client.force_login(rep)
    headers = {"HX-Request": "true", "HX-Source": "form#filter"}
    response = client.get("/leads/?owner=me&min_t=&team=&q=", headers=headers)
    assert response.headers["HX-Replace-Url"] == "/leads/?owner=me"
