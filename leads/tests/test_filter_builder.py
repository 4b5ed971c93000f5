"""The builder as a form: rows in, rows or the table out; what is wrong stands at its control."""

import pytest

from leads.conditions import catalogue
from leads.filters import query_string
from leads.models import Attribute
from leads.tests.factories import CompanyFactory, LeadFactory

HTMX = {"HX-Request": "true"}
ROW = [("f.0", "employees"), ("p.0", "employees"), ("o.0", "ge"), ("v.0", "１００")]


def build(client, *pairs, do="", **headers):
    query = query_string(("rows", "1"), ("view", "all"), *pairs, ("do", do))
    return client.get(f"/leads/filter/?{query}", headers=headers)


def test_it_opens_with_the_conditions_of_the_table(client, rep, lead):
    client.force_login(rep)
    blocks = client.get("/leads/filter/?owner=me&c=any(name:has:x;win:ge:5)&q=abc").context["blocks"]
    assert [(block.group, [row.name for row in block.rows]) for block in blocks] == [
        (0, ["owner"]),
        (2, ["name", "win"]),
    ]


def test_applying_leads_to_the_table(client, rep, lead):
    client.force_login(rep)
    response = build(client, *ROW, ("q", "山田"), ("sort", "name"), do="apply")
    assert response.headers["Location"] == "/leads/?q=%E5%B1%B1%E7%94%B0&c=employees:ge:100&sort=name"
    response = build(client, *ROW, do="apply", **HTMX)
    assert '"path": "/leads/?c=employees:ge:100"' in response.headers["HX-Location"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("1.5億円", "150000000"), ("１２０万", "1200000"), ("3千", "3000"), ("−2", "-2")]
)
def test_amounts_are_read_as_in_deals(client, rep, typed, meant):
    client.force_login(rep)
    response = build(client, ("f.0", "deals"), ("o.0", "ge"), ("v.0", typed), do="apply")
    assert response.headers["Location"].endswith(f"?c=deals:ge:{meant}")


def test_a_group_and_its_join_arrive(client, rep):
    client.force_login(rep)
    pairs = [
        ("f.0", "name"), ("o.0", "has"), ("v.0", "田"),
        ("f.1", "stage"), ("o.1", "in"), ("v.1", "new"), ("v.1", "won"), ("g.1", "1"),
        ("f.2", "do_not_contact"), ("o.2", "no"), ("g.2", "1"), ("j.1", "all"), ("j", "any"),
    ]  # fmt: skip
    response = build(client, *pairs, do="apply")
    assert response.headers["Location"].endswith(
        "?c=name:has:%E7%94%B0&c=all(stage:in:new,won;do_not_contact:no)&match=any"
    )


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("f.0", "employees"), ("o.0", "ge"), ("v.0", "<b>many")], "数を入力してください。"),
        ([("f.0", "employees"), ("o.0", "ge"), ("v.0", "99999999999億")], "数を入力してください。"),
        ([("f.0", "name"), ("o.0", "has"), ("v.0", " ")], "値を入力してください。"),
        ([("f.0", "stage"), ("o.0", "in")], "1つ以上選んでください。"),
        (
            [("f.0", "created"), ("o.0", "before"), ("v.0", "31.2.2026")],
            "日付を 2026-11-28 のように入力してください。",
        ),
        ([("f.0", "<i>bad</i>"), ("o.0", "has"), ("v.0", "x")], "この名前の項目はありません。"),
        ([("f.0", "due"), ("o.0", "last"), ("v.0", "99999")], "日数を0から3650までの数で入力してください。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, rep, lead, pairs, message):
    client.force_login(rep)
    response = build(client, *pairs, *((name.replace(".0", ".1"), value) for name, value in ROW), do="apply")
    assert response.status_code == 200
    assert message in response.text
    assert 'value="１００"' in response.text
    assert "<b>many" not in response.text
    assert "<i>bad" not in response.text
    if pairs[-1][0] == "v.0":
        assert list(response.context["blocks"][0].rows[0].values) == [pairs[-1][1]]


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("add", ["name", "stage", "win", "temperature"]),
        ("add.4", ["name", "stage", "win", "temperature"]),
        ("group", ["name", "stage", "win", "temperature", "temperature"]),
        ("remove.1", ["name", "win"]),
        ("remove.x", ["stage", "win"]),
        ("nonsense", ["name", "stage", "win"]),
    ],
)
def test_buttons_change_the_rows(client, rep, do, names):
    client.force_login(rep)
    pairs = [(f"f.{n}", name) for n, name in enumerate(["name", "stage", "win"])]
    blocks = build(client, *pairs, ("g.1", "4"), do=do).context["blocks"]
    found = [row.name for block in blocks for row in block.rows]
    assert sorted(found) == sorted(names)


def test_another_field_begins_anew(client, rep):
    client.force_login(rep)
    pairs = [("f.0", "stage"), ("p.0", "employees"), ("o.0", "ge"), ("v.0", "100")]
    (row,) = build(client, *pairs, do="refresh").context["blocks"][0].rows
    assert (row.takes, row.values) == ("many", [])


def test_the_count_is_that_of_the_table(client, rep, company, django_assert_max_num_queries):
    LeadFactory(company=company)
    client.force_login(rep)
    query = query_string(("rows", "1"), ("view", "all"), *ROW, ("f.1", "name"), ("o.1", "has"), ("v.1", ""))
    with django_assert_max_num_queries(8):
        text = client.get(f"/leads/filter/count/?{query}").text
    assert "1件が該当" in text
    assert "未入力の条件が1件" in text


def test_attributes_are_read_as_they_are(team, rep, company):
    for n in range(20):
        LeadFactory(
            company=company,
            attributes={
                "予算": f"{n},000円",
                "契約日": "2026/4/1",
                "導入": "はい",
                "等級": "ABC"[n % 3],
                "備考": f"x{n}",
                "1": "y",
            },
        )
    found = {known.name: str(known.kind) for known in catalogue.attributes(rep).values()}
    assert found == {
        "予算": "number", "契約日": "date", "導入": "yes_no", "等級": "choice", "備考": "text", "1": "yes_no",
    }  # fmt: skip
    assert catalogue.attributes(rep)["等級"].values == ("A", "B", "C")


@pytest.mark.parametrize("who", ["rep", "admin"])
def test_what_a_person_can_ask_for_costs_one_statement(request, company, django_assert_num_queries, who):
    LeadFactory(company=company, attributes={"席": "12", "等級": "3"})
    Attribute.objects.create(name="席", kind="text")
    user = request.getfixturevalue(who)
    assert user.has_perm("leads.view_lead")
    with django_assert_num_queries(1):
        known = catalogue.attributes(user)
    assert {name: str(one.kind) for name, one in known.items()} == {"席": "text", "等級": "number"}


def test_attributes_of_other_teams_are_not_named(client, outsider, other_team, company):
    LeadFactory(company=company, attributes={"秘密の項目": "x"})
    LeadFactory(company=CompanyFactory(team=other_team), attributes={"自社の項目": "x"})
    client.force_login(outsider)
    page = client.get("/leads/filter/").text
    assert "秘密の項目" not in page
    assert "自社の項目" in page


@pytest.mark.parametrize("path", ["/leads/filter/", "/leads/filter/count/"])
def test_only_for_those_who_may_see_leads(client, db, path):
    from leads.tests.factories import UserFactory

    assert client.get(path).status_code == 302
    client.force_login(UserFactory())
    assert client.get(path).status_code == 403
