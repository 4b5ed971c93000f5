"""Marked as sent by mistake: for some minutes whoever did it takes it back, and nothing is left of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts import sending
from drafts.models import Delivery, Draft, State
from drafts.tests.factories import DraftFactory
from leads import auditing, ingest, timeline
from leads.models import Activity, ActivityType, LeadScore
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}


@pytest.fixture
def sent(lead, rep):
    """Approved by a reviewer, copied and marked by `rep`."""
    return mark(DraftFactory(lead=lead, state=State.APPROVED, requested_by=rep), rep)


def mark(draft: Draft, user) -> Draft:
    if draft.state in (State.READY, State.APPROVED):
        sending.claim(draft_id=draft.pk, user=user, channel="copy")
    return sending.mark_sent(draft_id=draft.pk, user=user)


def undo_url(draft: Draft) -> str:
    return reverse("drafts:undo_sent", args=[draft.pk])


def refused(draft, user) -> str:
    with pytest.raises(DomainError) as error:
        sending.undo_sent(draft_id=draft.pk, user=user)
    assert Draft.objects.get(pk=draft.pk).state == State.SENT
    return error.value.code


def told(answer) -> dict[str, str]:
    return json.loads(answer.headers["HX-Trigger"])["sd:toast"]


def test_the_draft_stands_as_before_and_the_history_knows_nothing_of_it(sent, rep):
    sending.undo_sent(draft_id=sent.pk, user=rep)
    draft, delivery = Draft.objects.get(), Delivery.objects.get()
    assert (draft.state, draft.undo_until) == (State.SCHEDULED, None)
    assert (delivery.status, delivery.sent_at, delivery.copies) == (Delivery.Status.CLAIMED, None, 1)
    assert timeline.read(sent.lead).days == []
    assert LeadScore.objects.get().last_activity_at is None
    assert auditing.audit().clean
    assert AuditEntry.objects.get(action="draft.undo_sent").actor == rep
    # the hand-out taken back as well, it is approved again
    assert sending.undo(draft_id=sent.pk, user=rep).state == State.APPROVED


def test_marked_again_it_enters_the_history_again(sent, rep):
    for _ in range(2):
        sending.undo_sent(draft_id=sent.pk, user=rep)
        sending.mark_sent(draft_id=sent.pk, user=rep)
    assert Activity.objects.standing().filter(type=ActivityType.EMAIL_SENT).count() == 1
    assert Activity.objects.count() == 3
    assert LeadScore.objects.get().last_activity_type == ActivityType.EMAIL_SENT
    assert auditing.audit().clean


def test_a_second_press_and_a_stale_form_change_nothing(client, sent, rep):
    client.force_login(rep)
    answers = [client.post(undo_url(sent), headers=HTMX) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [told(answer).get("tone") for answer in answers] == [None, "danger"]
    assert 'data-kind="handed"' in answers[1].text
    assert Draft.objects.get().state == State.SCHEDULED
    assert AuditEntry.objects.filter(action="draft.undo_sent").count() == 1


def test_only_who_marked_it_may(sent, colleague, rep):
    assert refused(sent, colleague) == "not_yours"
    sending.undo_sent(draft_id=sent.pk, user=rep)
    sending.mark_sent(draft_id=sent.pk, user=colleague)
    assert refused(sent, rep) == "not_yours"


def test_after_ten_minutes_it_stays_sent_and_says_why(client, sent, rep):
    Draft.objects.update(undo_until=timezone.now() - timedelta(seconds=1))
    client.force_login(rep)
    answer = client.post(undo_url(sent), headers=HTMX)
    assert told(answer) == {"text": "「送信済み」を取り消せるのは10分以内です。", "tone": "danger"}
    assert undo_url(sent) not in answer.text
    assert refused(sent, rep) == "too_late"


def test_a_mail_that_was_answered_was_sent(sent, rep):
    reply = ingest.NewActivity(
        sent.lead_id, ActivityType.EMAIL_REPLY, timezone.now(), "mail", delivery_id=Delivery.objects.get().pk
    )
    ingest.record([reply])
    assert refused(sent, rep) == "answered"


def test_where_the_next_draft_is_under_way_the_old_one_stays_sent(sent, rep):
    DraftFactory(lead=sent.lead, requested_by=rep, state=State.GENERATING)
    assert refused(sent, rep) == "draft_open"
    assert Delivery.objects.get().status == Delivery.Status.SENT


@pytest.mark.parametrize("state", sorted(set(State.values) - {"sent"}))
def test_no_other_state_has_anything_to_undo(state, lead, rep):
    draft = DraftFactory(lead=lead, state=state, requested_by=rep)
    with pytest.raises(ConflictError):
        sending.undo_sent(draft_id=draft.pk, user=rep)


def test_an_outsider_a_reviewer_and_a_visitor_undo_nothing(client, sent, outsider, reviewer):
    for person, status in ((outsider, 404), (reviewer, 403), (None, 302)):
        client.logout()
        if person:
            client.force_login(person)
        headers = HTMX if person else {}
        assert client.post(undo_url(sent), headers=headers).status_code == status
        assert Draft.objects.get().state == State.SENT


def test_the_toast_and_the_panel_offer_it_to_that_person_alone(client, lead, rep, colleague):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    client.force_login(rep)
    answer = client.post(reverse("drafts:mark_sent", args=[draft.pk]), headers=HTMX)
    assert told(answer)["undo"] == undo_url(draft)
    assert f'hx-post="{undo_url(draft)}"' in answer.text
    client.force_login(colleague)
    assert undo_url(draft) not in client.get(reverse("drafts:panel", args=[lead.pk]), headers=HTMX).text


def test_the_undo_of_a_toast_lets_lead_and_panel_be_drawn_anew(client, sent, rep):
    client.force_login(rep)
    events = json.loads(client.post(undo_url(sent), headers=HTMX).headers["HX-Trigger"])
    assert events["sd:lead"] == {"id": sent.lead_id}
    assert events["sd:draft"] == {"lead": sent.lead_id, "id": sent.pk}


def test_what_it_costs(sent, rep, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        sending.undo_sent(draft_id=sent.pk, user=rep)


def test_by_api(api, sent, rep, colleague):
    url = f"drafts/{sent.pk}/sent/undo/"
    assert api(colleague).post(url, "").json()["code"] == "not_yours"
    assert api(rep).post(url, "").json()["state"] == "scheduled"
    assert api(rep).post(url, "").status_code == 409
