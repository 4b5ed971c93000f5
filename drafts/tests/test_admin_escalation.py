"""Pages of escalation, assignment and leases: what each person sees and may press."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drafts import escalation, review
from drafts.models import Draft, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from leads.tests.factories import LeadFactory, UserFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
LIST = "/admin/drafts/reviewitem/"
HELD = "/admin/drafts/reviewitem/held/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def manager(manager):
    manager.is_staff = True
    manager.save()
    return manager


@pytest.fixture
def office(manager):
    client = Client()
    client.force_login(manager)
    return client


def url(item: Draft) -> str:
    return reverse("admin:drafts_reviewitem_change", args=[item.pk])


def opened(client, item: Draft, **changes: str) -> dict[str, str]:
    html = client.get(url(item)).text
    fields = dict(re.findall(r'type="hidden" name="(version|token|base_subject)" value="([^"]*)"', html))
    return fields | {"base_body": BODY, "subject": SUBJECT, "body": BODY} | changes


def now(item: Draft) -> Draft:
    return Draft.objects.get(pk=item.pk)


def test_a_draft_goes_to_the_manager_and_is_decided_there(desk, office, item, manager, reviewer):
    assert str(manager) in desk.get(url(item)).text
    form = opened(desk, item, to=str(manager.pk), escalation_note="値引きの判断を")
    assert office.get(url(item)).status_code == 404
    assert desk.post(url(item), form | {"_escalate": "1"}).status_code == 302
    page = office.get(url(item)).text
    assert "値引きの判断を" in page
    assert 'name="_escalate"' not in page
    assert f"/{item.pk}/change/" in office.get(f"{LIST}?for=escalated").text
    assert office.post(url(item), opened(office, item) | {"_approve": "1"}).status_code == 302
    assert now(item).state == State.APPROVED


def test_the_reviewer_reads_it_meanwhile_and_may_call_it_back(desk, item, reviewer, manager):
    form = opened(desk, item, to=str(manager.pk))
    desk.post(url(item), form | {"_escalate": "1"})
    html = desk.get(url(item)).text
    assert 'name="_approve"' not in html
    assert 'name="_take_over"' not in html
    assert re.search(r'<textarea id="id_body"[^>]*readonly', html)
    assert f"{manager}さんが判断" in desk.get(LIST).text
    answer = desk.post(url(item), opened(desk, item) | {"_recall": "1"})
    assert answer.headers["Location"] == url(item)
    assert now(item).escalated_to is None


def test_without_a_manager_it_is_said_and_nothing_typed_is_lost(desk, item, manager):
    assert "管理画面に入れる" not in desk.get(url(item)).text
    form = opened(desk, item, to="0", escalation_note="相談です", body="書きかけの文面")
    answer = desk.post(url(item), form | {"_escalate": "1"})
    assert answer.status_code == 400
    assert "書きかけの文面" in answer.text
    assert 'value="相談です"' in answer.text
    manager.is_staff = False
    manager.save()
    assert "管理画面に入れる" in desk.get(url(item)).text


def test_the_conflict_page_keeps_the_note_too(desk, item):
    form = opened(desk, item, body="書きかけの文面", subject="書きかけの件名", note="硬すぎます", code="tone")
    Draft.objects.filter(pk=item.pk).update(version=item.version + 1)
    answer = desk.post(url(item), form | {"_reject": "1"})
    assert answer.status_code == 409
    for words in ("書きかけの文面", "書きかけの件名", "硬すぎます"):
        assert words in answer.text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_keep_the_policy_in_both_languages(desk, item, reviewer, manager, language):
    reviewer.language = language
    reviewer.save()
    desk.force_login(reviewer)
    words = {"ja": ("上長に判断", "下書きを割り当て"), "en": ("Escalate…", "Assign drafts")}[language]
    for html, said in (
        (desk.get(url(item)).text, words[0]),
        (desk.post(LIST, {"action": "assign_selected", "_selected_action": [item.pk]}).text, words[1]),
    ):
        assert findings(html, MARKUP_RULES) == []
        assert said in html


def test_many_are_assigned_at_once(desk, item, reviewer, team):
    other = UserFactory(role="reviewer", member_of=(team,), is_staff=True, last_name="中村", first_name="舞")
    form = {"action": "assign_selected", "_selected_action": [item.pk]}
    assert f'<option value="{other.pk}">' in desk.post(LIST, form).text
    html = desk.post(LIST, form | {"confirmed": "1", "to": str(other.pk)}, follow=True).text
    assert now(item).assigned_to == other
    assert f"{other}さん用" in html
    assert f"{other}さんに割り当て" in desk.get(url(item)).text
    assert f"/{item.pk}/change/" not in desk.get(f"{LIST}?for=me").text


# --- who holds what ------------------------------------------------------------------------------


def test_who_holds_what_is_told_to_others(desk, item, reviewer, team):
    second = UserFactory(role="reviewer", member_of=(team,), is_staff=True, last_name="中村", first_name="舞")
    asked = {"id": [item.pk, 999999, "x"]}
    assert desk.get(HELD, asked).json()["items"][str(item.pk)]["lines"] == []
    review.take(draft_id=item.pk, reviewer=second)
    found = desk.get(HELD, asked).json()["items"]
    assert list(found) == [str(item.pk)]
    assert (found[str(item.pk)]["lines"][0], found[str(item.pk)]["mine"]) == (str(second), False)
    Draft.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert desk.get(HELD, asked).json()["items"][str(item.pk)]["held"] is False
    Draft.objects.update(state=State.APPROVED)
    assert desk.get(HELD, asked).json()["items"][str(item.pk)] == {"gone": "承認済み"}


def test_it_is_asked_in_few_queries_however_many(desk, item, company, django_assert_max_num_queries):
    pks = [
        item.pk,
        *(DraftFactory(lead=LeadFactory(company=company), state=State.IN_REVIEW).pk for _ in range(20)),
    ]
    with django_assert_max_num_queries(5):
        assert len(desk.get(HELD, {"id": pks}).json()["items"]) == 21


def test_outsiders_learn_nothing(client, item, rep, manager, other_team):
    stranger = UserFactory(role="reviewer", member_of=(other_team,), is_staff=True)
    rep.is_staff = True
    rep.save()
    for person, status in ((rep, 403), (manager, 200), (stranger, 200)):
        client.force_login(person)
        answer = client.get(HELD, {"id": item.pk})
        assert answer.status_code == status
        if status == 200:
            assert answer.json() == {"items": {}}
    client.logout()
    assert client.get(HELD, {"id": item.pk}).status_code == 302


def test_news_go_to_the_team_when_the_holder_changes(
    item, reviewer, manager, django_capture_on_commit_callbacks, monkeypatch
):
    heard: list[str] = []
    monkeypatch.setattr("leads.live.publish.send", lambda group, message: heard.append(message["kind"]))
    with django_capture_on_commit_callbacks(execute=True):
        lease = review.take(draft_id=item.pk, reviewer=reviewer)
    assert heard == ["review"]
    with django_capture_on_commit_callbacks(execute=True):
        review.heartbeat(draft_id=item.pk, reviewer=reviewer, token=lease.token)
    assert heard == ["review"]
    with django_capture_on_commit_callbacks(execute=True):
        review.release(draft_id=item.pk, reviewer=reviewer, token=lease.token)
    with django_capture_on_commit_callbacks(execute=True):
        mine = review.take(draft_id=item.pk, reviewer=reviewer)
        escalation.escalate(
            draft_id=item.pk, reviewer=reviewer, token=mine.token, version=item.version, to=manager.pk
        )
    assert heard.count("review") == 4
