"""The leads that an edit of many left as they are: named, with the reason, to its author alone."""

import uuid

import pytest

from leads.editing import bulk, left_out, running
from leads.models import Lead, LeadEdit
from leads.tests.factories import CompanyFactory, LeadFactory, UserFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def both(team, other_team):
    """A manager of two teams."""
    return UserFactory(role="manager", member_of=[team, other_team], username="both")


@pytest.fixture
def leads(company, rep, other_team):
    """Two that the colleague may own, one that is theirs already, one of the other team."""
    mine = [LeadFactory(company=company, owner=rep, given_name=name) for name in "一二三"]
    return [
        *mine,
        LeadFactory(company=CompanyFactory(team=other_team, name="株式会社西方"), family_name="西"),
    ]


@pytest.fixture
def give(client, both, colleague, leads):
    """give() → the answer, once all were to be given to the colleague."""

    def post(**data):
        Lead.objects.filter(pk=leads[2].pk).update(owner=colleague)
        client.force_login(both)
        ids = ",".join(str(lead.pk) for lead in leads)
        chosen = {"ids": ids, "request_id": uuid.uuid4(), "owner": colleague.pk}
        return client.post("/leads/edits/many/owner/", chosen | data, headers=HTMX)

    return post


def test_each_is_a_link_with_its_reason(give, leads):
    page = give().text
    assert "変更しなかったリード：2件" in page
    for lead, reason in (
        (leads[3], "担当者がリードのチームに所属していない"),
        (leads[2], "すでに同じ値"),
    ):
        assert f'<a href="/leads/{lead.pk}/"><b>{lead.full_name}</b><span>{lead.company.name}</span>' in page
        assert f"<small>{reason}</small>" in page
    assert f"/leads/{leads[0].pk}/" not in page
    # what somebody has to do something about stands first
    assert page.index("西") < page.index("三")


def test_in_english(give, both):
    both.language = "en"
    both.save()
    page = give().text
    assert "2 leads were left as they are" in page
    assert "already so" in page


def test_nothing_is_said_where_nothing_was_left_out(client, rep, leads):
    client.force_login(rep)
    data = {"ids": str(leads[0].pk), "request_id": uuid.uuid4(), "stage": "won"}
    assert "left-out" not in client.post("/leads/edits/many/stage/", data, headers=HTMX).text


def test_a_long_list_ends_and_says_how_many_more(give, client, company, both, monkeypatch):
    monkeypatch.setattr(left_out, "MOST", 1)
    page = give().text
    assert page.count("<li>") == 1
    assert "ほか1件" in page


def test_what_one_sees_no_more_is_counted_and_not_named(give, client, both, leads, other_team):
    page = give().text
    edit = LeadEdit.objects.get()
    assert "西方" in page
    both.memberships.filter(team=other_team).delete()
    page = client.get(f"/leads/edits/{edit.pk}/", headers=HTMX).text
    assert "西方" not in page
    assert ("ほか1件" in page, page.count("<li>")) == (True, 1)


def test_a_worker_says_it_too(give, client, monkeypatch, leads):
    monkeypatch.setattr(bulk, "SMALL", 2)
    monkeypatch.setattr("leads.editing.tasks.run_edit.delay", lambda _pk: None)
    assert "left-out" not in give().text
    edit = LeadEdit.objects.get()
    LeadEdit.objects.update(skipped=1)
    assert "（対象外 1件）" in client.get(f"/leads/edits/{edit.pk}/", headers=HTMX).text
    LeadEdit.objects.update(skipped=0)
    running.run(edit_id=edit.pk)
    page = client.get(f"/leads/edits/{edit.pk}/", headers=HTMX).text
    assert "変更しなかったリード：2件" in page
    assert page.count("<li>") == 2


def test_an_undo_names_what_others_changed(give, client, leads, both):
    give()
    edit = LeadEdit.objects.get()
    Lead.objects.filter(pk=leads[0].pk).update(owner=None)
    page = client.post(f"/leads/edits/{edit.pk}/undo/", headers=HTMX).text
    assert f"/leads/{leads[0].pk}/" in page
    assert "変更しなかったリード：1件" in page


def test_nobody_else_sees_any_of_it(give, client, rep, colleague, outsider, admin):
    give()
    edit = LeadEdit.objects.get()
    for person in (rep, colleague, outsider, admin):
        client.force_login(person)
        answer = client.get(f"/leads/edits/{edit.pk}/", headers=HTMX)
        assert answer.status_code == 404
        assert "西方" not in answer.text
    client.logout()
    assert client.get(f"/leads/edits/{edit.pk}/").status_code == 302


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_costs_one_statement(client, rep, company, number, django_assert_max_num_queries):
    ids = [LeadFactory(company=company, owner=rep, stage="won").pk for _ in range(number)]
    client.force_login(rep)
    data = {"ids": ",".join(map(str, ids)), "request_id": uuid.uuid4(), "stage": "won"}
    client.post("/leads/edits/many/stage/", data, headers=HTMX)
    url = f"/leads/edits/{LeadEdit.objects.get().pk}/"
    with django_assert_max_num_queries(6):
        assert client.get(url, headers=HTMX).text.count("<li>") == number
