"""“Do not contact” by whoever may change the lead: set with a reason, lifted, taken back, seen in the audit log."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Permission

from leads import auditing
from leads.editing import single
from leads.models import Lead, LeadEdit
from salesdash.models import AuditEntry
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
FREE = {"blocked": False, "reason": ""}


def mark(client, lead, blocked="1", reason="", seen=FREE, **headers):
    data = {"blocked": blocked, "contact_reason": reason, "seen": json.dumps(seen)}
    return client.post(f"/leads/{lead.pk}/no-contact/", data, headers=headers)


def now(lead) -> tuple[bool, str]:
    found = Lead.objects.get(pk=lead.pk)
    return found.do_not_contact, found.do_not_contact_reason


def test_it_is_set_with_a_reason_and_lifted(client, rep, lead):
    client.force_login(rep)
    assert mark(client, lead, reason="電話は　不要とのこと").status_code == 302
    assert now(lead) == (True, "電話は 不要とのこと")
    html = client.get(f"/leads/{lead.pk}/").text
    assert "電話は 不要とのこと" in html
    assert 'name="blocked" value="0"' in html
    mark(client, lead, blocked="0", seen={"blocked": True, "reason": "電話は 不要とのこと"})
    assert now(lead) == (False, "")
    entries = AuditEntry.objects.filter(action="lead.do_not_contact", actor=rep, object_id=lead.pk)
    assert [entry.details["blocked"] for entry in entries.order_by("pk")] == [True, False]
    assert auditing.audit().clean


def test_both_are_taken_back_by_the_toast(client, rep, lead):
    client.force_login(rep)
    said = json.loads(mark(client, lead, reason="要望", **{"HX-Request": "true"}).headers["HX-Trigger"])
    assert client.post(said["sd:toast"]["undo"]).status_code == 200
    assert now(lead) == (False, "")
    Lead.objects.filter(pk=lead.pk).update(do_not_contact=True, do_not_contact_reason="名簿の指定")
    lifted = mark(client, lead, "0", seen={"blocked": True, "reason": "名簿の指定"}, **{"HX-Request": "true"})
    client.post(json.loads(lifted.headers["HX-Trigger"])["sd:toast"]["undo"])
    assert now(lead) == (True, "名簿の指定")
    assert AuditEntry.objects.filter(action="lead.edit_undo").count() == 2
    assert auditing.audit().clean


def test_whoever_was_faster_is_not_overwritten(client, rep, lead):
    client.force_login(rep)
    Lead.objects.filter(pk=lead.pk).update(do_not_contact=True, do_not_contact_reason="法務の指示")
    answer = mark(client, lead, reason="私の理由")
    assert answer.status_code == 409
    assert "法務の指示" in answer.text
    assert 'value="私の理由"' in answer.text
    assert now(lead) == (True, "法務の指示")


def test_the_undo_leaves_what_was_changed_since(rep, lead, client):
    client.force_login(rep)
    step = single.edit(
        lead_id=lead.pk, user=rep, field="no_contact", value={"blocked": True, "reason": "a"}, seen=FREE
    )
    Lead.objects.filter(pk=lead.pk).update(do_not_contact_reason="b")
    assert client.post(f"/leads/edits/{step.pk}/undo/").status_code == 409
    assert now(lead) == (True, "b")


@pytest.mark.parametrize("blocked", ["", "yes", "2"])
def test_what_is_no_answer_changes_nothing(client, rep, lead, blocked):
    client.force_login(rep)
    assert mark(client, lead, blocked).status_code == 400
    assert mark(client, lead, "1", reason="あ" * 201).status_code == 400
    assert now(lead) == (False, "")


def test_an_outsider_finds_no_such_lead_and_a_reader_may_not(client, outsider, rep, lead):
    client.force_login(outsider)
    assert mark(client, lead).status_code == 404
    rep.groups.clear()
    rep.user_permissions.add(Permission.objects.get(codename="view_lead"))
    client.force_login(rep)
    assert mark(client, lead).status_code == 403
    assert "no-contact" not in client.get(f"/leads/{lead.pk}/").text
    assert now(lead) == (False, "")


def test_it_is_no_cell_of_the_table_and_no_step_for_many(client, rep, lead):
    client.force_login(rep)
    htmx = {"HX-Request": "true"}
    assert client.get(f"/leads/{lead.pk}/edit/no_contact/", headers=htmx).status_code == 404
    assert client.get("/leads/edits/new/no_contact/", headers=htmx).status_code == 404
    assert not LeadEdit.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("ja", "連絡禁止"), ("en", "Do not contact")])
def test_it_stands_on_page_and_panel_in_both_languages(client, rep, lead, language, words):
    rep.language = language
    rep.save()
    client.force_login(rep)
    panel = {"HX-Request": "true", "HX-Target": "aside#panel", "HX-Request-Type": "partial"}
    for headers in ({}, panel):
        html = client.get(f"/leads/{lead.pk}/", headers=headers).text
        assert findings(html, MARKUP_RULES) == []
        assert words in html[html.index("no-contact-form") :]
