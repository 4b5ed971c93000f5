"""Columns chosen and ordered by a person, or with a view; an order by each of them."""

import pytest
from django.utils import timezone

from leads import columns, orders, rules
from leads.conditions.fields import FIELDS
from leads.models import Lead
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.table_cast import link, shown, warm

ATTRIBUTES = {
    "予算": ["1,200", "300", "n/a", "", "５０"],
    "契約日": ["2026/4/1", "2025-12-31", "?"],
    "導入": ["はい", "no"],
    "a,b": ["x", "Y", "ｚ"],
}
SORTS = [
    *(name for name, field in FIELDS.items() if not field.only_asked),
    *(f"attr.{name}" for name in ATTRIBUTES),
]


def headings(page) -> list[str]:
    return [str(heading.label) for heading in page.context["headings"]]


def post(client, *cols, do="apply", **more):
    return client.post("/leads/columns/", {"query": "view=all", "col": cols, "do": do, **more}, follow=True)


def test_everybody_begins_with_the_usual_ones(client, rep, lead):
    client.force_login(rep)
    assert headings(client.get("/leads/")) == [
        "温度",
        "氏名",
        "会社",
        "段階",
        "次のアクション",
        "最終行動",
        "担当",
    ]
    Lead.objects.update(win_probability=0.25)
    assert "受注確率" in headings(client.get("/leads/"))


def test_a_person_chooses_and_orders(client, rep, colleague, company):
    LeadFactory(
        company=company,
        owner=rep,
        title="部長",
        department="<b>購買",
        attributes={"予算": "1,200"},
        created_at="2025-03-04T00:00Z",
    )
    client.force_login(rep)
    page = post(
        client,
        "title",
        "department",
        "attr.予算",
        "employees",
        "created",
        "industry",
        "grade",
        "nonsense",
        "title",
    )
    assert headings(page) == [
        "温度",
        "氏名",
        "役職",
        "部署",
        "予算",
        "従業員数",
        "登録日",
        "業種",
        "適合度ランク",
    ]
    assert page.context["page"].rows[0].cells[2:] != []
    assert [text for _column, text in page.context["page"].rows[0].cells[2:]] == [
        "部長", "<b>購買", "1,200", "120", "2025/03/04", "製造業", "A",
    ]  # fmt: skip
    assert "<b>購買" not in page.text
    client.force_login(colleague)
    assert "役職" not in headings(client.get("/leads/"))


def test_buttons(client, rep, lead):
    client.force_login(rep)

    def names(do, **more):
        return [
            column.name
            for column in post(client, "temperature", "name", "title", do=do, **more).context["shown"]
        ]

    assert names("up.2") == ["temperature", "title", "name"]
    assert names("down.0") == ["name", "temperature", "title"]
    assert names("remove.2") == ["temperature", "name"]
    assert names("remove.0") == ["temperature", "name", "title"]  # it cannot be missed
    assert names("remove.77") == ["temperature", "name", "title"]
    assert names("x", add=["email", "phone"]) == ["temperature", "name", "title", "email", "phone"]
    assert names("usual") == list(columns.USUAL)


def test_the_usual_ones_again(client, rep, lead):
    client.force_login(rep)
    post(client, "title")
    assert "役職" in headings(client.get("/leads/"))
    post(client, *columns.USUAL)
    rep.refresh_from_db()
    assert columns.PREFERENCE not in rep.preferences


def test_columns_of_a_view_stay_with_it(client, rep, lead):
    view = rep.views.create(name="x", query={"owner": ["me"]})
    client.force_login(rep)
    response = client.post(
        "/leads/columns/", {"query": f"owner=me&v={view.pk}", "col": ["title"], "for": "view"}, follow=True
    )
    assert headings(response) == ["温度", "氏名", "役職"]
    assert response.context["is_dirty"]
    client.post(f"/leads/views/{view.pk}/save/", {"query": response.context["table"].query()})
    assert headings(client.get(f"/leads/?v={view.pk}")) == ["温度", "氏名", "役職"]
    assert "役職" not in headings(client.get("/leads/?view=all"))


@pytest.mark.parametrize(
    "cols", ["", ",,", "x", "a" * 9000, "attr.", "attr.<script>", "%00", "%", "name," * 500, "attr.\ud800"]
)
def test_strange_columns_are_left_out(client, rep, lead, cols):
    client.force_login(rep)
    for path in ("/leads/", "/leads/columns/"):
        assert client.get(path, {"cols": cols.encode("utf-8", "replace")}).status_code == 200
    assert post(client, cols.replace("\ud800", "?")).status_code == 200


def test_attributes_of_another_team_are_not_offered(client, outsider, company):
    LeadFactory(company=company, attributes={"秘密の項目": "x"})
    client.force_login(outsider)
    assert "秘密の項目" not in client.get("/leads/columns/").text


@pytest.fixture
def leads(team, rep, colleague):
    """60 with many equal and missing values."""
    companies = [
        CompanyFactory(team=team, employees=n, revenue_jpy=n and n * 10, region=region)
        for n, region in ((None, ""), (5, "東京都"), (50, "大阪府"))
    ]
    many = []
    for n in range(60):
        attributes = {key: values[n % len(values)] for key, values in ATTRIBUTES.items() if n % 4}
        many.append(
            LeadFactory(
                company=companies[n % 3], owner=[rep, colleague, None][n % 3], department="AB"[n % 2], title=["", "部長"][n % 2],
                next_action_due_at=timezone.now() if n % 2 else None, win_probability=[None, 0.5][n % 2],
                do_not_contact=n % 5 == 0, source="x" * (n % 3), attributes=attributes,
            )
        )  # fmt: skip
    warm(many[3], times=3)
    return many


@pytest.mark.parametrize("turned", ["", "-"])
def test_every_order_holds_every_lead_once(client, rep, leads, turned):
    client.force_login(rep)
    for sort in SORTS:
        first = client.get("/leads/", {"view": "all", "sort": f"{turned}{sort}"})
        assert first.context["table"].sort_text == f"{turned}{sort}", sort
        second = client.get(link(first.text, "next"))
        seen = shown(first.text) + shown(second.text)
        assert (len(shown(first.text)), len(seen), len(set(seen))) == (50, 60, 60), sort
        assert shown(client.get(link(second.text, "prev")).text) == shown(first.text), sort


def test_orders_by_value_put_what_is_missing_last(client, rep, company):
    values = ["300", "", "1,200", "n/a", "５０"]
    leads = {value: LeadFactory(company=company, owner=rep, attributes={"予算": value}) for value in values}
    for _n in range(40):
        LeadFactory(company=company, stage="lost", attributes={"予算": "7"})
    client.force_login(rep)
    found = shown(client.get("/leads/", {"sort": "attr.予算"}).text)
    assert found[:3] == [leads[value].pk for value in ("1,200", "300", "５０")]


def test_the_third_press_on_any_column_returns_to_the_default(rep, lead):
    rules.forget()
    order = orders.find("title", rep)
    first = orders.sort("title", rep)
    assert first.next_on(order).text == "-title"
    assert first.next_on(order).next_on(order).is_default


def test_only_for_those_who_may_see_leads(client, db):
    from leads.tests.factories import UserFactory

    assert client.get("/leads/columns/").status_code == 302
    client.force_login(UserFactory())
    assert client.post("/leads/columns/").status_code == 403
