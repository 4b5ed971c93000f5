"""Whoever searches sees the best match first; among equals the hotter lead; every page of it once."""

import pytest

from leads import folding, rules, scoring
from leads.counting import CAP
from leads.models import Lead
from leads.sorting import relevance
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import crowd, link, shown, warm

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client, rep):
    client.force_login(rep)
    return lambda text, **more: shown(client.get("/leads/", {"q": text, **more}).text)


def person(company, family, given="太郎", **fields):
    kana = {"family_kana": "", "given_kana": ""}
    return LeadFactory(company=company, family_name=family, given_name=given, **(kana | fields))


@pytest.fixture
def names(company):
    inside = person(company, "山田中")
    begins = person(company, "田中", "健一")
    whole = person(company, "田", "中")
    warm(inside, times=9)
    warm(begins)
    return [whole, begins, inside]


def test_whole_names_first_then_beginnings_then_the_rest(search, names):
    assert search("田中") == [lead.pk for lead in names]


def test_among_equals_the_hotter_first(search, company):
    cold, hot = person(company, "田中", "健一"), person(company, "田中", "幸子")
    warm(hot)
    assert search("田中") == [hot.pk, cold.pk]


def test_a_full_name_in_two_words_is_whole(search, company):
    longer, exact = person(company, "田中", "健一郎"), person(company, "田中", "健一")
    warm(longer, times=9)
    assert search("田中 健一") == [exact.pk, longer.pk]


def test_the_company_of_that_name_comes_first_in_any_spelling(search, team):
    group, exact, other = (
        person(CompanyFactory(team=team, name=name), "林") for name in
        ("青葉精機グループ株式会社", "（株）青葉精機", "北青葉精機株式会社")
    )  # fmt: skip
    warm(group, times=2)
    warm(other, times=9)
    assert search("青葉精機") == [exact.pk, group.pk, other.pk]
    assert search("(株)青葉精機") == [exact.pk, group.pk, other.pk]


@pytest.mark.parametrize("text", ["髙﨑", "高崎", "たかさき", "ﾀｶｻｷ", "タカサキ"])
def test_spellings_meet_in_the_order_too(search, company, text):
    inside = person(company, "北高崎", family_kana="キタタカサキ")
    begins = person(company, "髙﨑", family_kana="タカサキ")
    warm(inside, times=9)
    assert search(text) == [begins.pk, inside.pk]


def test_english_names_too(search, team):
    company = CompanyFactory(team=team, name="Acme Ltd.")
    inside = person(company, "Blacksmith", "Joan", email="a@x.example")
    begins = person(company, "Smith", "John", email="b@x.example")
    warm(inside, times=9)
    assert search("smith") == [begins.pk, inside.pk]
    assert search("john smith") == [begins.pk]


def test_another_order_is_kept_when_asked_for(client, rep, search, names):
    hottest = [lead.pk for lead in names[::-1]]
    assert search("田中", sort="temperature") == hottest
    page = client.get("/leads/?q=田中&sort=temperature")
    assert '<input type="hidden" name="sort" value="temperature">' in page.text
    assert "sort=temperature" in page.context["query"]
    assert "sort=" not in client.get("/leads/?q=田中").context["query"]


def test_it_says_so(client, rep, names):
    client.force_login(rep)
    assert "一致度の高い順" in client.get("/leads/?q=田中").text
    assert "一致度の高い順" not in client.get("/leads/?q=田中&sort=temperature").text
    assert "一致度の高い順" not in client.get("/leads/").text


def test_pages_hold_every_match_once(client, rep, company):
    leads = crowd(60, company=company, family_name="田中", family_kana="タナカ")
    leads += crowd(60, company=company, family_name="山田中", family_kana="ヤマダナカ")
    client.force_login(rep)
    url, pages = "/leads/?q=田中", []
    while url:
        page = client.get(url).text
        pages.append(shown(page))
        url, back = link(page, "next"), link(page, "prev")
    seen = [pk for page in pages for pk in page]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(seen) == sorted(lead.pk for lead in leads)
    assert set(seen[:60]) == {lead.pk for lead in leads[:60]}
    assert shown(client.get(back).text) == pages[1]


def test_too_many_matches_stand_by_temperature(client, rep, names, company):
    many = [Lead(team=company.team, company=company, family_name="山田中") for _ in range(CAP)]
    for lead in many:
        lead.search_text, lead.search_grams = folding.search_fields(lead, company)
    scoring.ensure(lead.pk for lead in Lead.objects.bulk_create(many))
    client.force_login(rep)
    page = client.get("/leads/?q=田中")
    assert shown(page.text)[:2] == [lead.pk for lead in names[:0:-1]]
    assert "一致度の高い順" not in page.text


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "株式会社", "　", "\u200b", "a" * 200, "& | !"])
def test_any_text_can_be_asked_for(search, names, text):
    assert set(search(text)) <= {lead.pk for lead in names}


def test_a_page_of_matches_costs_no_more_queries(client, rep, names, django_assert_max_num_queries):
    client.force_login(rep)
    rules.forget()
    with django_assert_max_num_queries(8):
        client.get("/leads/?q=田中")


def test_the_order_is_one_expression():
    sql = str(folding.search_filter(Lead.objects.annotate(k=folding.match_class("田中 健")), "田中 健").query)
    assert sql.count("CASE") == 1
    assert relevance("田中").text == "relevance"
