"""The table of states: what may follow what, who may move it, and what is noted."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from drafts import workflow
from drafts.models import Draft, DraftEvent, State
from drafts.models.draft import OPEN, READABLE
from drafts.tests.factories import DraftFactory
from drafts.workflow import TRANSITIONS, Attempt, AttemptLost
from salesdash.errors import ConflictError

pytestmark = pytest.mark.django_db

DESIGNED = {
    "queued": "generating checking failed",
    "generating": "checking failed",
    "checking": "ready regenerating in_review failed",
    "regenerating": "checking failed",
    "editing": "checking failed",
    "ready": "editing checking scheduled expired",
    "approved": "editing checking scheduled expired",
    "in_review": "approved rejected regenerating checking expired",
    "scheduled": "sending ready approved",
    "sending": "sent uncertain scheduled ready approved",
    "uncertain": "sent ready approved",
    "sent": "scheduled",
    "rejected": "", "expired": "", "failed": "",
}  # fmt: skip


def test_the_table_is_the_designed_one():
    assert {state: set(following) for state, following in TRANSITIONS.items()} == {
        state: set(following.split()) for state, following in DESIGNED.items()
    }


@pytest.mark.parametrize("origin", State.values)
def test_only_the_designed_moves_are_possible(origin, lead):
    draft = DraftFactory(lead=lead, state=origin)
    for to in set(State.values) - set(DESIGNED[origin].split()):
        with pytest.raises(ValueError, match="no transition"):
            workflow.move(draft, to=State(to))
    assert Draft.objects.get().state == origin
    assert not DraftEvent.objects.exists()


def test_a_move_leaves_an_event_with_the_actors_name(lead, rep):
    draft = DraftFactory(lead=lead, state=State.READY)
    workflow.move(draft, to=State.EXPIRED, actor=rep, details={"code": "stale"})
    event = DraftEvent.objects.get()
    assert (event.from_state, event.to_state, event.actor_name) == ("ready", "expired", str(rep))
    assert event.details == {"code": "stale"}


def test_a_stale_object_moves_nothing(lead):
    draft = DraftFactory(lead=lead, state=State.READY)
    stale = Draft.objects.get(pk=draft.pk)
    workflow.move(draft, to=State.CHECKING)
    with pytest.raises(ConflictError):
        workflow.move(stale, to=State.SCHEDULED)
    assert Draft.objects.get().state == State.CHECKING


def test_only_one_job_claims_a_draft(lead):
    draft = DraftFactory(lead=lead, state=State.QUEUED)
    first = Attempt.claim(draft.pk)
    assert first is not None
    assert Attempt.claim(draft.pk) is None


def test_a_job_that_lost_its_claim_writes_nothing(lead):
    draft = DraftFactory(lead=lead, state=State.QUEUED)
    attempt = Attempt.claim(draft.pk)
    Draft.objects.update(attempt_token=uuid.uuid4())
    with pytest.raises(AttemptLost):
        attempt.move(State.GENERATING)
    with pytest.raises(AttemptLost):
        attempt.alive()
    assert Draft.objects.get().state == State.QUEUED


def test_a_person_cannot_be_overtaken_by_a_job(lead):
    """What a person moved on, a job that still runs can no longer touch."""
    draft = DraftFactory(lead=lead, state=State.CHECKING)
    attempt = Attempt.claim(draft.pk)
    attempt.move(State.IN_REVIEW)
    with pytest.raises(AttemptLost):
        attempt.alive()


def test_news_goes_out_after_the_commit_only(lead, django_capture_on_commit_callbacks):
    from drafts.signals import draft_changed

    heard = []

    def listen(**news):
        heard.append((news["draft_id"], news["state"]))

    draft_changed.connect(listen)
    draft = DraftFactory(lead=lead, state=State.READY)
    with django_capture_on_commit_callbacks() as callbacks:
        workflow.move(draft, to=State.EXPIRED)
        assert heard == []
    for callback in callbacks:
        callback()
    draft_changed.disconnect(listen)
    assert heard == [(draft.pk, "expired")]


@pytest.mark.parametrize("state", OPEN)
def test_one_open_draft_per_lead_and_purpose(state, lead):
    DraftFactory(lead=lead, state=state)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftFactory(lead=lead, state=State.QUEUED)


@pytest.mark.parametrize("state", READABLE)
def test_the_database_refuses_a_readable_draft_without_a_text(state, lead):
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftFactory(lead=lead, state=state, subject="", body="", text_hash="")
