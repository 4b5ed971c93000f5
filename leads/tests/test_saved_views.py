"""Saved views: who sees them, who changes them, what the address says."""

import pytest
from django.db import IntegrityError
from django.http import QueryDict

from leads import saved_views
from leads.filters import LeadFilter
from leads.models import SavedView
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown
from salesdash.errors import DomainError

HTMX = {"HX-Request": "true"}


def condition(text: str) -> LeadFilter:
    return LeadFilter.from_query(QueryDict(text))


def make(user, name="部長", text="c=title:is:部長&q=x", **more) -> SavedView:
    return saved_views.create(user=user, name=name, condition=condition(text), **more)


def posted(client, view, path="", query="view=all", **data):
    return client.post(f"/leads/views/{view.pk if view else 'new'}/{path}", {"query": query, **data})


def test_a_view_is_made_from_what_the_table_shows(client, rep, team, company):
    lead = LeadFactory(company=company, owner=rep, title="部長")
    LeadFactory(company=company, owner=rep)
    client.force_login(rep)
    query = "q=山田&c=title:is:部長&sort=-name&cols=name,title"
    response = client.post(
        "/leads/views/new/", {"query": query, "name": " 部長  だけ ", "pinned": "on", "team": team.pk}
    )
    view = SavedView.objects.get()
    assert (view.name, view.team, view.sort, view.query) == (
        "部長 だけ",
        team,
        "-name",
        {"c": ["title:is:部長"]},
    )
    assert view.columns == ["temperature", "name", "title"]
    page = client.get(response.headers["Location"])
    assert shown(page.text) == [lead.pk]
    assert [tab.label for tab in page.context["tabs"] if tab.current] == ["部長 だけ"]
    assert not page.context["is_dirty"]
    assert "「部長 だけ」として保存しました。" in page.text


def test_its_number_alone_is_an_address(client, rep, company):
    lead = LeadFactory(company=company, title="部長")
    LeadFactory(company=company)
    view = make(rep, sort="name")
    client.force_login(rep)
    page = client.get(f"/leads/?v={view.pk}")
    assert shown(page.text) == [lead.pk]
    assert page.context["table"].sort_text == "name"
    assert not page.context["is_dirty"]


@pytest.mark.parametrize(
    "change", ["owner=me", "view=all", "c=title:is:部長&sort=name", "c=title:is:部長&cols=name"]
)
def test_any_change_makes_it_dirty(client, rep, lead, change):
    view = make(rep)
    client.force_login(rep)
    page = client.get(f"/leads/?v={view.pk}&{change}")
    assert page.context["is_dirty"]
    assert "ビューに保存" in page.text
    back = client.get(f"/leads/?{page.context['view_query']}")
    assert not back.context["is_dirty"]


def test_what_leaves_the_page_keeps_view_and_columns(rep, lead):
    view = make(rep)
    table = LeadTable(rep, QueryDict(f"v={view.pk}&owner=me&cols=name,title"))
    for query in (table.query(), table.query(LeadFilter()), table.query(after="x")):
        assert query.endswith(
            (f"&v={view.pk}&cols=temperature,name,title", f"&v={view.pk}&cols=temperature,name,title&after=x")
        )
    # to take away all conditions is a change, too
    assert table.query(LeadFilter()).startswith("view=all")


def test_saving_over(client, rep, lead):
    view = make(rep)
    client.force_login(rep)
    response = posted(client, view, "save/", f"owner=me&sort=name&v={view.pk}")
    view.refresh_from_db()
    assert (view.query, view.sort) == ({"owner": ["me"]}, "name")
    assert not client.get(response.headers["Location"]).context["is_dirty"]


def test_naming_sharing_hiding(client, rep, team):
    view = make(rep)
    client.force_login(rep)
    posted(client, view, name="新名", team=team.pk)
    view.refresh_from_db()
    assert (view.name, view.team, view.pinned) == ("新名", team, False)
    page = client.get("/leads/?view=all")
    assert [tab.label for tab in page.context["more_tabs"]] == ["新名"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "ビューの名前を入力してください。"),
        ("あ" * 61, "名前は60文字までです。"),
        ("部長", "同じ名前のビューがあります。"),
    ],
)
def test_a_bad_name_is_refused_at_its_field(client, rep, name, message):
    make(rep)
    other = make(rep, name="課長")
    client.force_login(rep)
    for view in (None, other):
        page = posted(client, view, name=name, query="owner=me")
        assert message in page.text
        assert f'value="{name}"' in page.text
        assert 'value="owner=me"' in page.text
    assert SavedView.objects.count() == 2


def test_deleting_and_bringing_back(client, rep):
    view = make(rep)
    client.force_login(rep)
    response = client.post(f"/leads/views/{view.pk}/", {"query": "view=all", "do": "delete"}, headers=HTMX)
    assert f'"undo": "/leads/views/{view.pk}/restore/"' in response.headers["HX-Trigger"]
    assert "部長" not in [str(tab.label) for tab in client.get("/leads/").context["tabs"]]
    make(rep)
    assert "同じ名前" in client.post(f"/leads/views/{view.pk}/restore/", headers=HTMX).headers[
        "HX-Trigger"
    ].encode().decode("unicode_escape")
    SavedView.objects.exclude(pk=view.pk).delete()
    client.post(f"/leads/views/{view.pk}/restore/", headers=HTMX)
    assert "部長" in [str(tab.label) for tab in client.get("/leads/").context["tabs"]]


def test_one_name_once(rep):
    make(rep)
    with pytest.raises(IntegrityError):
        SavedView.objects.create(owner=rep, name="部長")


def test_a_shared_view_is_seen_but_not_changed_by_others(client, rep, colleague, outsider, team):
    view = make(rep, team_id=team.pk)
    client.force_login(colleague)
    page = client.get(f"/leads/?v={view.pk}&owner=me")
    assert page.context["is_dirty"]
    assert "新しいビュー" in page.text
    assert "ビューに保存" not in page.text
    for path, data in (("save/", {}), ("", {"name": "x"}), ("", {"do": "delete"}), ("", {"do": "left"})):
        response = client.post(f"/leads/views/{view.pk}/{path}", {"query": "owner=me", **data}, follow=True)
        assert "このビューは佐藤 健さんのものです。" in response.text
    client.post(f"/leads/views/{view.pk}/restore/")
    view.refresh_from_db()
    assert (view.name, view.query, view.deleted_at) == ("部長", {"c": ["title:is:部長"]}, None)


def test_others_see_neither_private_views_nor_those_of_another_team(
    client, rep, colleague, outsider, other_team, team
):
    private, shared = make(rep), make(rep, name="共有", team_id=team.pk)
    client.force_login(colleague)
    assert "部長" not in client.get("/leads/").text
    for who, views in ((colleague, [private]), (outsider, [private, shared])):
        client.force_login(who)
        for view in views:
            assert not client.get(f"/leads/?v={view.pk}").context["view"]
            page = client.post(f"/leads/views/{view.pk}/", {"query": "", "name": "x"}, follow=True)
            assert "このビューはもうありません。" in page.text
        assert client.get("/leads/views/counts/").json().keys().isdisjoint(str(view.pk) for view in views)
    client.force_login(rep)
    with pytest.raises(DomainError):
        make(rep, name="他", team_id=other_team.pk)


def test_order(client, rep):
    views = [make(rep, name=name) for name in "あいう"]
    client.force_login(rep)

    def names():
        return [str(tab.label) for tab in client.get("/leads/").context["tabs"]][3:]

    client.post(f"/leads/views/{views[2].pk}/", {"query": "view=all", "do": "left"})
    assert names() == ["あ", "う", "い"]
    client.post("/leads/views/order/", {"view": [views[1].pk, 999, "x", views[0].pk]}, headers=HTMX)
    assert names() == ["い", "あ", "う"]


def test_tabs_are_reached_by_digits_and_the_rest_by_a_menu(client, rep):
    for n in range(8):
        make(rep, name=f"v{n}")
    client.force_login(rep)
    context = client.get("/leads/").context
    assert [tab.key for tab in context["tabs"]] == list("123456789")
    assert [tab.label for tab in context["more_tabs"]] == ["v6", "v7"]


def test_counts_come_beside_the_table(client, rep, company, django_assert_max_num_queries):
    LeadFactory(company=company, title="部長")
    views = [make(rep, name=f"v{n}") for n in range(4)]
    client.force_login(rep)
    assert [tab.count for tab in client.get("/leads/").context["tabs"]][3:] == [None] * 4
    with django_assert_max_num_queries(10):
        counted = client.get("/leads/views/counts/").json()
    assert counted == {"mine": "0", "hot": "0", "all": "1"} | {str(view.pk): "1" for view in views}
    assert [str(tab.count) for tab in client.get("/leads/").context["tabs"]][3:] == ["1"] * 4


def test_the_budget_holds_with_views(client, rep, lead, team, django_assert_max_num_queries):
    views = [make(rep, name=f"v{n}", team_id=team.pk, columns=["name", "attr.x"]) for n in range(4)]
    client.force_login(rep)
    client.get(f"/leads/?v={views[0].pk}")
    with django_assert_max_num_queries(8):
        assert client.get(f"/leads/?v={views[0].pk}&owner=me").context["is_dirty"]


@pytest.mark.parametrize("v", ["", "0", "-1", "x", "９", "99999999999999999999999", "\0"])
def test_a_strange_number_is_no_view(client, rep, lead, v):
    client.force_login(rep)
    response = client.get("/leads/", {"v": v})
    assert response.status_code == 200
    assert response.context["view"] is None


@pytest.mark.parametrize("query", [[], {"c": "x"}, {"c": [1, None, "stage:in:won"]}, {"bad": ["1"]}, "x"])
def test_whatever_a_row_holds_it_can_be_read(client, rep, lead, query):
    view = SavedView.objects.create(owner=rep, name="x", query=query, columns={"a": 1}, sort="nonsense")
    client.force_login(rep)
    assert client.get(f"/leads/?v={view.pk}").status_code == 200


@pytest.mark.parametrize("path", ["new/", "order/", "counts/", "1/", "1/save/", "1/restore/"])
def test_only_for_those_who_may_see_leads(client, db, path):
    from leads.tests.factories import UserFactory

    for call in (client.get, client.post):
        assert call(f"/leads/views/{path}").status_code == 302
    client.force_login(UserFactory())
    for call in (client.get, client.post):
        assert call(f"/leads/views/{path}").status_code == 403
