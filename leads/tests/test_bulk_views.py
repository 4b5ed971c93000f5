"""The requests behind the bar of the selection: who may, what they answer, what they leave alone."""

import json
import uuid

import pytest

from leads.editing import bulk, running
from leads.models import Lead, LeadEdit
from leads.tests.factories import LeadFactory
from leads.tests.table_cast import shown

HTMX = {"HX-Request": "true"}


@pytest.fixture
def leads(company, rep):
    return [LeadFactory(company=company, owner=rep) for _ in range(4)]


@pytest.fixture
def send(client):
    """send(person, leads, stage="won") → the answer to the bar's form."""

    def post(person, leads, field="stage", **data):
        client.force_login(person)
        chosen = {"ids": ",".join(str(lead.pk) for lead in leads), "request_id": uuid.uuid4()}
        return client.post(f"/leads/edits/many/{field}/", chosen | data, headers=HTMX)

    return post


def events(response) -> dict:
    return json.loads(response.headers["HX-Trigger"])


def test_few_are_changed_at_once_and_can_be_undone(send, client, rep, leads):
    response = send(rep, leads[:3], stage="won")
    assert events(response)["sd:toast"]["text"] == "3件の段階を「受注」にしました。"
    assert "sd:edited" in events(response)
    assert Lead.objects.filter(stage="won").count() == 3
    undone = client.post(events(response)["sd:toast"]["undo"], headers=HTMX)
    assert events(undone)["sd:toast"] == {"text": "3件を元に戻しました。"}
    assert Lead.objects.filter(stage="won").count() == 0


def test_all_of_a_filter(send, rep, leads):
    send(rep, leads[:1], all="1", query="owner=me", stage="won")
    assert Lead.objects.filter(stage="won").count() == 3


def test_all_without_a_condition_is_what_the_team_sees(send, rep, company, leads):
    LeadFactory(company=company)
    send(rep, [], all="1", query="", stage="won")
    assert Lead.objects.filter(stage="won").count() == 5


def test_many_run_in_the_background_with_progress(
    send, client, rep, leads, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(bulk, "SMALL", 2)
    sent = []
    monkeypatch.setattr("leads.editing.tasks.run_edit.delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(rep, leads, stage="won")
    edit = LeadEdit.objects.get()
    assert sent == [edit.pk]
    assert "「段階」を変更しています：0／4件" in response.text
    assert f'hx-get="/leads/edits/{edit.pk}/"' in response.text
    running.run(edit_id=edit.pk)
    done = client.get(f"/leads/edits/{edit.pk}/", headers=HTMX)
    assert "data-edit" not in done.text
    assert events(done)["sd:toast"]["text"] == "4件の段階を「受注」にしました。"
    assert events(done)["sd:toast"]["undo"] == f"/leads/edits/{edit.pk}/undo/"


def test_a_running_one_is_cancelled(send, client, rep, leads, monkeypatch):
    monkeypatch.setattr(bulk, "SMALL", 2)
    send(rep, leads, stage="won")
    edit = LeadEdit.objects.get()
    response = client.post(f"/leads/edits/{edit.pk}/cancel/", headers=HTMX)
    assert events(response)["sd:toast"] == {"text": "中止しました。何も変更していません。"}
    assert client.post(f"/leads/edits/{edit.pk}/cancel/", headers=HTMX).status_code == 409


@pytest.mark.parametrize(
    "data",
    [{"stage": "gone"}, {}, {"stage": "won", "request_id": "x"}, {"stage": "won", "ids": ""}],
)
def test_what_cannot_be_meant_is_refused_in_words(send, rep, leads, data):
    response = send(rep, leads, **data)
    assert response.status_code == 400
    assert response.json()["detail"] in ("値を選んでください。", "リードが選択されていません。")
    assert not Lead.objects.exclude(stage="new").exists()


def test_other_fields_are_not_changed_for_many(send, client, rep, leads):
    assert send(rep, leads, "next_action", next_action="x").status_code == 404
    assert client.get("/leads/edits/new/next_action/", headers=HTMX).status_code == 404


def test_the_editor_offers_people_of_ones_own_teams(client, rep, colleague, outsider, leads):
    client.force_login(rep)
    page = client.get("/leads/edits/new/owner/", headers=HTMX).text
    assert f'value="{colleague.pk}"' in page
    assert f'value="{outsider.pk}"' not in page
    assert 'name="request_id"' in page
    assert client.get("/leads/edits/new/stage/").headers["Location"] == "/leads/"


def test_the_count_is_exact_where_the_table_stops_counting(client, rep, company, leads, monkeypatch):
    monkeypatch.setattr("leads.statements.CAP", 2)
    LeadFactory(company=company)
    client.force_login(rep)
    assert client.get("/leads/edits/count/?owner=me").json() == {"n": 4, "text": "4"}
    assert client.get("/leads/edits/count/").json()["n"] == 5


def test_rows_are_drawn_anew_for_those_who_see_them(client, rep, outsider, leads):
    url = f"/leads/edits/rows/?ids={leads[0].pk},{leads[1].pk}"
    client.force_login(rep)
    page = client.get(url, headers=HTMX).text
    assert sorted(shown(page)) == sorted(lead.pk for lead in leads[:2])
    assert page.count("<hx-partial") == 2
    client.force_login(outsider)
    assert shown(client.get(url, headers=HTMX).text) == []


def test_rows_cost_the_same_whatever_their_number(client, rep, leads, django_assert_max_num_queries):
    client.force_login(rep)
    url = f"/leads/edits/rows/?ids={','.join(str(lead.pk) for lead in leads)}"
    with django_assert_max_num_queries(7):
        client.get(url, headers=HTMX)


def test_outsiders_change_nothing_and_see_no_edit(send, client, rep, outsider, leads):
    assert send(outsider, leads, stage="won").status_code == 400
    assert send(outsider, [], all="1", query="view=all", stage="won").status_code == 400
    send(rep, leads, stage="won")
    edit = LeadEdit.objects.get()
    client.force_login(outsider)
    assert client.get("/leads/edits/count/?view=all").json()["n"] == 0
    assert client.get(f"/leads/edits/{edit.pk}/", headers=HTMX).status_code == 404
    for what in ("cancel", "undo"):
        assert client.post(f"/leads/edits/{edit.pk}/{what}/", headers=HTMX).status_code == 404
    assert Lead.objects.filter(stage="won").count() == 4


def test_reviewers_may_not_and_visitors_sign_in(send, client, reviewer, leads):
    assert send(reviewer, leads, stage="won").status_code == 403
    urls = ("/leads/edits/new/stage/", "/leads/edits/1/")
    assert {client.get(url, headers=HTMX).status_code for url in urls} == {403}
    assert "data-bulk" not in client.get("/leads/?view=all").text
    client.logout()
    for url in (*urls, "/leads/edits/count/", "/leads/edits/rows/?ids=1"):
        assert client.get(url).status_code == 302
    for url in ("/leads/edits/many/stage/", "/leads/edits/1/undo/", "/leads/edits/1/cancel/"):
        assert client.post(url).status_code == 302


def test_a_double_click_changes_once(send, rep, leads):
    request_id = uuid.uuid4()
    answers = [send(rep, leads, stage="won", request_id=request_id) for _ in range(2)]
    assert [events(answer)["sd:toast"]["text"] for answer in answers] == [
        "4件の段階を「受注」にしました。"
    ] * 2
    assert set(Lead.objects.values_list("version", flat=True)) == {2}
