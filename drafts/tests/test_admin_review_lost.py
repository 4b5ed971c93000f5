"""An item leaves the queue under a reviewer's hands: all that was typed comes back, to be copied."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from drafts import escalation, review, workflow
from drafts.models import Draft, State
from drafts.tests.factories import SUBJECT, DraftFactory
from drafts.tests.reviewing import hidden_fields, url
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/drafts/reviewitem/"
TYPED = {
    "subject": "書きかけの件名",
    "body": "書きかけの文面\n二行目です",
    "note": "硬すぎます",
    "instruction": "もっと短く",
    "escalation_note": "値引きの判断を",
    "code": "tone",
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def office(manager):
    manager.is_staff = True
    manager.save()
    client = Client()
    client.force_login(manager)
    return client


def opened(client, item: Draft) -> dict[str, str]:
    return hidden_fields(client, item) | TYPED


def keeps_all(answer) -> None:
    """One field holds everything, and one button copies just that."""
    assert answer.status_code == 409
    area = unescape(re.search(r'<textarea id="rv-mine"[^>]*>\n(.*?)</textarea>', answer.text, re.S)[1])
    button = unescape(re.search(r'<button type="button"[^>]*data-copy="([^"]*)"', answer.text, re.S)[1])
    assert area == button
    words = [TYPED[name] for name in ("subject", "body", "note", "instruction", "escalation_note")]
    assert [one for one in words if one not in area] == []


def leave(item: Draft, way: str) -> None:
    draft = Draft.objects.get(pk=item.pk)
    if way == "expired":
        workflow.move(draft, to=State.EXPIRED)
    elif way == "rejected":
        workflow.move(draft, to=State.REJECTED, reject_code="tone")
    else:
        workflow.move(draft, to=State.REGENERATING)


@pytest.mark.parametrize("way", ["expired", "rejected", "regenerated"])
@pytest.mark.parametrize("button", ["_save", "_approve", "_reject", "_regenerate", "_escalate", "_take_over"])
def test_whatever_took_it_and_whatever_was_pressed(desk, item, way, button):
    form = opened(desk, item)
    leave(item, way)
    keeps_all(desk.post(url(item), form | {button: "1"}))


@pytest.mark.parametrize("way", ["recalled", "expired", "rejected"])
def test_a_manager_from_whom_it_was_taken_keeps_it_too(office, item, reviewer, manager, way):
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    escalation.escalate(
        draft_id=item.pk, reviewer=reviewer, token=lease.token, version=item.version, to=manager.pk
    )
    form = opened(office, item)
    if way == "recalled":
        version = Draft.objects.get(pk=item.pk).version
        escalation.recall(draft_id=item.pk, reviewer=reviewer, version=version)
    else:
        leave(item, way)
    keeps_all(office.post(url(item), form | {"_save": "1"}))


def test_a_refused_form_whose_item_leaves_while_it_is_answered(desk, item):
    form = opened(desk, item) | {"_reject": "1", "code": ""}

    def leave_after_the_claim(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("UPDATE") and "claim_token" in sql:
            execute("UPDATE drafts_draft SET state = 'expired'", [], False, context)
        return answer

    with connection.execute_wrapper(leave_after_the_claim):
        answer = desk.post(url(item), form)
    keeps_all(answer)


def test_the_question_about_many_keeps_its_note(desk, item):
    chosen = {"action": "reject_selected", "_selected_action": [item.pk], "confirmed": "1"}
    form = chosen | {"note": "硬すぎます", f"version_{item.pk}": str(item.version)}
    assert 'value="硬すぎます"' in desk.post(LIST, form).text
    leave(item, "expired")
    html = desk.post(LIST, form | {"code": "tone"}, follow=True).text
    assert "硬すぎます" in html
    other = DraftFactory(lead=LeadFactory(company=item.lead.company), state=State.IN_REVIEW, subject=SUBJECT)
    stale = form | {"code": "tone", "_selected_action": [other.pk], f"version_{other.pk}": "99"}
    assert "硬すぎます" in desk.post(LIST, stale, follow=True).text
