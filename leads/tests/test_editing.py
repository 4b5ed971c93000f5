"""A cell edited in its row: who may, what it answers, what is in the way."""

import json
import re

import pytest

from leads import auditing, rules
from leads.models import Lead, LeadEdit, LeadScore, Stage
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry

HTMX = {"HX-Request": "true"}
FIELDS = ("stage", "owner", "next_action")


@pytest.fixture
def send(client, rep):
    """send(lead, "stage", seen="new", stage="won", by=person)"""

    def post(lead, field, seen=None, by=None, **data):
        client.force_login(by or rep)
        return client.post(
            f"/leads/{lead.pk}/edit/{field}/", {"seen": json.dumps(seen), **data}, headers=HTMX
        )

    return post


def toast(response) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["sd:toast"]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_editor_offers_stages_and_marks_the_present_one(client, rep, lead):
    client.force_login(rep)
    page = client.get(f"/leads/{lead.pk}/edit/stage/", headers=HTMX).text
    assert re.findall(r'name="stage" value="(\w+)"', page) == Stage.values
    assert re.search(r'value="new" data-digit="1" aria-current="true"', page)
    assert "<html" not in page


def test_the_owner_is_chosen_from_the_leads_team_alone(client, rep, colleague, outsider, lead):
    client.force_login(rep)
    page = client.get(f"/leads/{lead.pk}/edit/owner/", headers=HTMX).text
    offered = set(re.findall(r'name="owner" value="(\w+)"', page))
    assert offered == {str(rep.pk), str(colleague.pk), "none"}


def test_the_stage_is_changed_scored_and_audited(send, lead):
    response = send(lead, "stage", seen="new", stage="meeting")
    assert f'hx-target="#lead-{lead.pk}"' in response.text
    assert 'data-k="meeting"' in response.text
    assert toast(response)["text"] == "山田 花子：段階を「商談」にしました。"
    assert Lead.objects.get(pk=lead.pk).version == lead.version + 1
    assert LeadScore.objects.get(pk=lead.pk).stage == Stage.MEETING
    assert actions() == ["lead.stage"]
    assert auditing.audit().clean


def test_the_owner_is_changed_to_a_colleague_and_to_nobody(send, rep, colleague, lead):
    send(lead, "owner", seen=rep.pk, owner=colleague.pk)
    assert LeadScore.objects.get(pk=lead.pk).owner_id == colleague.pk
    send(lead, "owner", seen=colleague.pk, owner="none")
    assert Lead.objects.get(pk=lead.pk).owner is None


def test_nobody_is_never_meant_by_a_missing_field(send, rep, lead):
    assert send(lead, "owner", seen=rep.pk).status_code == 422
    assert Lead.objects.get(pk=lead.pk).owner == rep


def test_a_person_of_another_team_cannot_own_it(send, rep, outsider, lead):
    response = send(lead, "owner", seen=rep.pk, owner=outsider.pk)
    assert (response.status_code, response.json()["code"]) == (400, "owner_team")
    assert Lead.objects.get(pk=lead.pk).owner == rep


def test_the_next_action_is_saved_with_its_time(send, lead):
    seen = {"text": "", "due_at": None}
    response = send(lead, "next_action", seen=seen, next_action="見積もりを送る", due_at="2026-12-01T10:00")
    assert "見積もりを送る" in response.text
    saved = Lead.objects.get(pk=lead.pk)
    assert saved.next_action_due_at.isoformat() == "2026-12-01T01:00:00+00:00"


def test_a_refused_form_comes_back_with_all_that_was_typed(send, lead):
    seen = {"text": "", "due_at": None}
    response = send(lead, "next_action", seen=seen, next_action="", due_at="2026-12-01T10:00")
    assert response.status_code == 422
    assert 'value="2026-12-01T10:00"' in response.text
    assert "期限までに行う内容を入力してください。" in response.text


def test_the_same_value_again_is_no_change(send, lead):
    response = send(lead, "stage", seen="new", stage="new")
    assert response.status_code == 200
    assert not LeadEdit.objects.exists()
    assert Lead.objects.get(pk=lead.pk).version == lead.version


def test_a_conflict_shows_both_values_and_lets_the_person_choose(send, rep, colleague, lead):
    send(lead, "stage", seen="new", stage="working", by=colleague)
    response = send(lead, "stage", seen="new", stage="proposal")
    assert response.status_code == 409
    assert re.findall(r"<dd>(.+?)</dd>", response.text) == ["対応中", "提案"]
    assert Lead.objects.get(pk=lead.pk).stage == "working"
    seen = json.loads(re.search(r'name="seen" value="(.+?)"', response.text)[1].replace("&quot;", '"'))
    send(lead, "stage", seen=seen, stage="proposal")
    assert Lead.objects.get(pk=lead.pk).stage == "proposal"


def test_another_field_changed_meanwhile_is_no_conflict(send, colleague, lead):
    send(lead, "stage", seen="new", stage="working", by=colleague)
    response = send(lead, "next_action", seen={"text": "", "due_at": None}, next_action="電話")
    assert response.status_code == 200
    assert Lead.objects.get(pk=lead.pk).next_action == "電話"


def test_a_conflict_of_next_actions_loses_nothing_typed(send, colleague, lead):
    seen = {"text": "", "due_at": None}
    send(lead, "next_action", seen=seen, next_action="訪問", by=colleague)
    response = send(lead, "next_action", seen=seen, next_action="電話", due_at="2026-12-01T10:30")
    assert response.status_code == 409
    assert 'name="next_action" value="電話"' in response.text
    assert 'name="due_at" value="2026-12-01T10:30"' in response.text


@pytest.mark.parametrize("field", FIELDS)
def test_outsiders_find_nothing_to_edit(client, send, outsider, lead, field):
    client.force_login(outsider)
    assert client.get(f"/leads/{lead.pk}/edit/{field}/", headers=HTMX).status_code == 404
    assert send(lead, field, stage="won", owner="none", next_action="x", by=outsider).status_code == 404
    assert Lead.objects.get(pk=lead.pk).version == lead.version


@pytest.mark.parametrize("field", FIELDS)
def test_reviewers_may_look_but_not_edit(client, send, reviewer, lead, field):
    client.force_login(reviewer)
    assert client.get(f"/leads/{lead.pk}/edit/{field}/", headers=HTMX).status_code == 403
    assert send(lead, field, stage="won", by=reviewer).status_code == 403
    assert "data-edit" not in client.get("/leads/?view=all").text


def test_visitors_are_sent_to_the_login(client, lead):
    response = client.get(f"/leads/{lead.pk}/edit/stage/", headers=HTMX)
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")


def test_an_unknown_field_is_not_found_and_a_plain_visit_goes_to_the_lead(client, rep, lead):
    client.force_login(rep)
    assert client.get(f"/leads/{lead.pk}/edit/email/", headers=HTMX).status_code == 404
    assert client.get(f"/leads/{lead.pk}/edit/stage/").headers["Location"] == f"/leads/{lead.pk}/"


def test_nothing_that_is_typed_becomes_markup(send, client, lead):
    text = '"><script>alert(1)</script>'
    response = send(lead, "next_action", seen={"text": "", "due_at": None}, next_action=text)
    assert "<script>" not in response.text
    assert "<script>" not in client.get(f"/leads/{lead.pk}/edit/next_action/", headers=HTMX).text


def test_statements_are_few(client, rep, colleague, lead, django_assert_max_num_queries):
    client.force_login(rep)
    rules.forget()
    with django_assert_max_num_queries(6):
        client.get(f"/leads/{lead.pk}/edit/owner/", headers=HTMX)
    data = {"seen": json.dumps(rep.pk), "owner": colleague.pk}
    # two of them tell the new owner
    with django_assert_max_num_queries(28):
        assert client.post(f"/leads/{lead.pk}/edit/owner/", data, headers=HTMX).status_code == 200


def test_the_row_keeps_the_columns_of_the_table_on_the_screen(client, rep, company):
    lead = LeadFactory(company=company, owner=rep, win_probability=None)
    client.force_login(rep)
    data = {"seen": '"new"', "stage": "working"}
    for query, cells in (("", 0), ("?win=1", 1)):
        response = client.post(f"/leads/{lead.pk}/edit/stage/{query}", data, headers=HTMX)
        assert response.text.count("k-p num") == cells
