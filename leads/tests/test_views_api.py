"""Saved views by API: whose they are, what they hold, how each fault is named."""

import pytest

from leads import saved_views
from leads.models import SavedView
from leads.tests.api import conforms
from leads.tests.factories import LeadFactory
from leads.tests.test_saved_views import make

BODY = {
    "name": "温かい製造業",
    "filter": {
        "stage": ["working", "new"],
        "min_t": 60,
        "c": ["employees:ge:１００", "any(due:week;owner:empty)"],
    },
    "sort": "-activity",
    "columns": ["company", "employees"],
}


def test_a_view_is_made_as_it_is_said(api, client, rep, team):
    answer = api(rep).post("views/", {**BODY, "team": team.pk, "pinned": False})
    assert answer.status_code == 201, answer.json()
    conforms(client, answer.json(), "SavedView")
    view = SavedView.objects.get()
    assert answer.headers["Location"] == f"http://testserver/api/v1/views/{view.pk}/"
    assert (view.owner, view.team, view.pinned, view.sort) == (rep, team, False, "-activity")
    assert view.query == {
        "stage": ["new", "working"],
        "min_t": ["60"],
        "c": ["employees:ge:100", "any(due:week;owner:empty)"],
    }
    shown = answer.json()
    assert shown["filter"] == {
        "stage": ["new", "working"],
        "min_t": 60,
        "c": ["employees:ge:100", "any(due:week;owner:empty)"],
    }
    assert shown["columns"] == ["temperature", "name", "company", "employees"]
    assert shown["owner"] == {"id": rep.pk, "name": "佐藤 健"}


def test_what_is_shown_can_be_sent_again(api, rep):
    make(rep, text="owner=me&stage=new&industry=food&min_t=40&c=title:is:部長&match=any&team=1")
    caller = api(rep)
    shown = caller.get("views/").json()["results"][0]
    kept = {name: shown[name] for name in ("filter", "sort", "columns", "pinned", "team")}
    again = caller.post("views/", {**kept, "name": "もう一つ"})
    assert again.json()["filter"] == shown["filter"]


def test_it_shows_the_leads_that_it_names(api, rep, company):
    chief = LeadFactory(company=company, title="部長")
    LeadFactory(company=company)
    caller = api(rep)
    pk = caller.post("views/", {"name": "部長", "filter": {"c": ["title:is:部長"]}}).json()["id"]
    assert [one["id"] for one in caller.get(f"leads/?view={pk}").json()["results"]] == [chief.pk]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/name", "required"),
        ({"name": " "}, "/name", "blank"),
        ({"name": "　"}, "/name", "blank"),
        ({"name": "x" * 61}, "/name", "max_length"),
        ({"name": "部長"}, "/name", "view_name_taken"),
        ({"name": "x", "team": 10**9}, "/team", "view_team"),
        ({"name": "x", "pinned": "yes"}, "/pinned", "type"),
        ({"name": "x", "sort": "age"}, "/sort", "unknown"),
        ({"name": "x", "columns": ["name", "band"]}, "/columns/1", "unknown"),
        ({"name": "x", "columns": ["title"] * 21}, "/columns", "max_length"),
        ({"name": "x", "filter": []}, "/filter", "invalid"),
        ({"name": "x", "filter": {"q": "山田"}}, "/filter/q", "unknown"),
        ({"name": "x", "filter": {"stage": ["sold"]}}, "/filter/stage/0", "invalid_choice"),
        ({"name": "x", "filter": {"stage": "new"}}, "/filter/stage", "not_a_list"),
        ({"name": "x", "filter": {"owner": "you"}}, "/filter/owner", "invalid"),
        ({"name": "x", "filter": {"min_t": 0}}, "/filter/min_t", "min_value"),
        ({"name": "x", "filter": {"match": "some"}}, "/filter/match", "invalid_choice"),
        ({"name": "x", "filter": {"c": ["due:week", "age:ge:3"]}}, "/filter/c/1", "condition_field"),
        ({"name": "x", "filter": {"c": ["employees:has:3"]}}, "/filter/c/0", "condition_op"),
        ({"name": "x", "filter": {"c": ["employees:ge:x"]}}, "/filter/c/0", "condition_value"),
        ({"name": "x", "filter": {"c": ["due:week"] * 31}}, "/filter/c", "max_length"),
        ({"name": "x", "shared": True}, "/shared", "unknown"),
    ],
)
def test_a_fault_is_named_by_its_place(api, rep, body, pointer, code):
    make(rep)
    answer = api(rep).post("views/", body)
    assert answer.status_code == (409 if code == "view_name_taken" else 400), answer.json()
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert SavedView.objects.count() == 1


def test_the_same_request_makes_one_view(api, rep):
    caller = api(rep)
    first = caller.post("views/", BODY, Idempotency_Key="v-1")
    again = caller.post("views/", BODY, Idempotency_Key="v-1")
    assert (first.json()["id"], again.headers["Idempotency-Replayed"]) == (again.json()["id"], "true")
    assert caller.post("views/", {**BODY, "name": "他"}, Idempotency_Key="v-1").status_code == 422
    assert SavedView.objects.count() == 1


def test_only_what_is_named_changes(api, client, rep, team):
    view = make(rep, sort="name", columns=["temperature", "name", "title"])
    caller = api(rep)
    answer = caller.patch(f"views/{view.pk}/", {"team": team.pk, "version": view.version})
    assert answer.status_code == 200, answer.json()
    conforms(client, answer.json(), "SavedView")
    view.refresh_from_db()
    assert (view.name, view.team, view.sort, view.query) == ("部長", team, "name", {"c": ["title:is:部長"]})
    body = {"name": "課長", "filter": {"c": ["title:is:課長"]}, "sort": "", "columns": [], "team": None}
    caller.patch(f"views/{view.pk}/", {**body, "version": view.version})
    view.refresh_from_db()
    assert (view.name, view.team, view.sort, view.columns) == ("課長", None, "", [])
    assert view.query == {"c": ["title:is:課長"]}


def test_a_change_needs_the_version_that_was_read(api, rep):
    view = make(rep)
    caller = api(rep)
    path, tag = f"views/{view.pk}/", caller.get(f"views/{view.pk}/").headers["ETag"]
    assert caller.get(path, If_None_Match=tag).status_code == 304
    assert caller.patch(path, {"name": "x"}).status_code == 428
    assert caller.patch(path, {"name": "x"}, If_Match=tag).status_code == 200
    stale = [
        caller.patch(path, {"name": "y"}, If_Match=tag),
        caller.patch(path, {"name": "y", "version": view.version}),
        caller.send("delete", path, "", If_Match=tag),
    ]
    assert [answer.status_code for answer in stale] == [412, 409, 412]
    assert stale[1].json()["version"] == SavedView.objects.get().version
    assert SavedView.objects.get().name == "x"


def test_a_deleted_view_can_be_brought_back_on_the_screen(api, rep):
    view = make(rep)
    caller = api(rep)
    assert caller.send("delete", f"views/{view.pk}/", "").status_code == 204
    assert caller.get(f"views/{view.pk}/").status_code == 404
    assert caller.get("views/").json()["results"] == []
    assert saved_views.restore(user=rep, view_id=view.pk).pk == view.pk


def test_colleagues_see_a_shared_view_and_change_nothing(api, rep, colleague, team):
    view, private = make(rep, team_id=team.pk), make(rep, name="私用")
    caller = api(colleague)
    assert [one["id"] for one in caller.get("views/").json()["results"]] == [view.pk]
    assert caller.get(f"views/{private.pk}/").status_code == 404
    path = f"views/{view.pk}/"
    for answer in (
        caller.patch(path, {"name": "x", "version": view.version}),
        caller.send("delete", path, ""),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "view_not_yours")
    view.refresh_from_db()
    assert (view.name, view.deleted_at) == ("部長", None)


def test_outsiders_find_nothing(api, client, rep, outsider, team):
    view = make(rep, team_id=team.pk)
    caller = api(outsider)
    path = f"views/{view.pk}/"
    assert caller.get("views/").json()["results"] == []
    answers = [
        caller.get(path),
        caller.patch(path, {"name": "x", "version": view.version}),
        caller.send("delete", path, ""),
        caller.get("views/9223372036854775808/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert caller.post("views/", {"name": "x", "team": team.pk}).status_code == 400
    assert client.get("/api/v1/views/").status_code == client.get(f"/api/v1/{path}").status_code == 401


def test_a_person_without_a_role_is_refused(api, team):
    from leads.tests.factories import UserFactory

    caller = api(UserFactory(member_of=[team]))
    assert caller.get("views/").status_code == caller.post("views/", {"name": "x"}).status_code == 403


def test_a_token_that_reads_makes_nothing(api, rep):
    caller = api(rep, scope="read")
    assert caller.get("views/").status_code == 200
    assert caller.post("views/", {"name": "x"}).json()["code"] == "token_read_only"


def test_fifty_views_are_enough(api, rep, monkeypatch):
    monkeypatch.setattr("leads.saved_views.MOST_VIEWS", 2)
    for name in "あい":
        make(rep, name=name)
    assert api(rep).post("views/", {"name": "う"}).json()["code"] == "too_many_views"


@pytest.mark.parametrize("number", [1, 30])
def test_queries_do_not_grow(api, rep, colleague, team, number, django_assert_max_num_queries):
    for n in range(number):
        make((rep, colleague)[n % 2], name=f"v{n}", team_id=team.pk)
    caller = api(rep)
    with django_assert_max_num_queries(6):
        assert len(caller.get("views/").json()["results"]) == number
    pages = caller.get("views/?limit=1").json()
    assert (pages["next"] is None) == (number == 1)


def test_changes_cost_a_bounded_number_of_queries(api, rep, django_assert_max_num_queries):
    view = make(rep)
    caller = api(rep)
    with django_assert_max_num_queries(16):
        assert caller.post("views/", BODY, Idempotency_Key="k").status_code == 201
    with django_assert_max_num_queries(12):
        body = {"name": "x", "version": view.version}
        assert caller.patch(f"views/{view.pk}/", body).status_code == 200
    with django_assert_max_num_queries(12):
        assert caller.send("delete", f"views/{view.pk}/", "").status_code == 204
