"""Texts by a person: checked like any other, and never written over by the model."""

from __future__ import annotations

import pytest
from django.utils import timezone

from drafts import editing, generation
from drafts.models import Draft, DraftEvent, State
from drafts.tests.factories import BODY, DraftFactory
from leads import ingest
from leads.models import ActivityType
from salesdash.errors import ConflictError, DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(lead, rep):
    fact = {"id": "F1", "kind": "page_view", "text": "弊社のサイトをご覧", "value": "2"}
    claim = {"phrase": "弊社のサイトをご覧", "fact_id": "F1"}
    return DraftFactory(lead=lead, state=State.READY, requested_by=rep, facts=[fact], claims=[claim])


def edit(draft, user, body=BODY, subject="資料のご案内", version=None):
    version = draft.version if version is None else version
    return editing.edit(draft_id=draft.pk, user=user, subject=subject, body=body, version=version)


def test_an_edit_is_checked_again(ready, rep, llm):
    assert edit(ready, rep).state == State.CHECKING
    generation.generate(draft_id=ready.pk)
    done = Draft.objects.get()
    assert (done.state, done.subject, done.text_author) == (State.READY, "資料のご案内", rep)
    assert list(DraftEvent.objects.values_list("to_state", flat=True)) == ["editing", "checking", "ready"]
    assert done.ai_subject == ready.ai_subject


def test_an_unsafe_edit_goes_to_a_person_not_to_the_model(ready, rep, llm):
    edit(ready, rep, body=BODY + "\n必ず売上が2倍になります。")
    generation.generate(draft_id=ready.pk)
    done = Draft.objects.get()
    assert done.state == State.IN_REVIEW
    assert "必ず" in done.body
    assert not [request for request in llm.requests if request.target == "draft"]


def test_a_claim_whose_words_are_gone_is_dropped(ready, rep):
    assert edit(ready, rep, body="山田様 " + "本日はご連絡まで。" * 8).claims == []
    assert Draft.objects.get().claims == []


def test_a_stale_edit_is_a_conflict(ready, rep):
    with pytest.raises(ConflictError) as conflict:
        edit(ready, rep, version=ready.version - 1)
    assert conflict.value.code == "stale_draft"
    assert Draft.objects.get().body == ready.body


@pytest.mark.parametrize(("subject", "body"), [("", "x"), ("x", " \n "), ("x" * 301, "x"), ("x", "x" * 8001)])
def test_an_empty_or_endless_text_is_refused(subject, body, ready, rep):
    with pytest.raises(DomainError):
        edit(ready, rep, subject=subject, body=body)


@pytest.mark.parametrize("state", sorted(set(State.values) - {"ready", "approved"}))
def test_only_ready_texts_are_edited(state, lead, rep):
    draft = DraftFactory(lead=lead, state=state)
    with pytest.raises(ConflictError):
        edit(draft, rep)


def test_outsiders_and_reviewers_do_not_edit(ready, outsider, reviewer):
    for person, status in ((outsider, 404), (reviewer, 403)):
        with pytest.raises(DomainError) as error:
            edit(ready, person)
        assert error.value.status == status


def test_a_hand_written_mail_passes_the_same_layers(lead, rep, llm):
    ingest.record([ingest.NewActivity(lead.pk, ActivityType.PAGE_VIEW, timezone.now(), "web")])
    draft = editing.write(lead_id=lead.pk, user=rep, subject="ご挨拶", body=BODY)
    assert (draft.state, draft.origin) == (State.CHECKING, "manual")
    generation.generate(draft_id=draft.pk)
    done = Draft.objects.get()
    assert done.state == State.READY
    assert done.checks.count() == 6
    assert done.attempts == 0
