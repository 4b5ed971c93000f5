"""Nothing waits for ever, nothing stale goes out, old rules clear nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import generation, sweeping
from drafts.models import Draft, DraftEvent, LlmCall, SafetyRules, State
from drafts.tests.factories import DraftFactory
from drafts.workflow import WORKABLE, Attempt
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


def long_ago() -> dict:
    return {"state_changed_at": timezone.now() - timedelta(minutes=10)}


@pytest.mark.parametrize("state", WORKABLE)
def test_what_waits_without_a_job_is_resumed(state, lead):
    draft = DraftFactory(lead=lead, state=state)
    assert sweeping.resume() == []
    Draft.objects.update(**long_ago())
    assert sweeping.resume() == [draft.pk]


@pytest.mark.parametrize("state", sorted(set(State.values) - set(WORKABLE)))
def test_what_waits_for_a_person_is_left_alone(state, lead):
    DraftFactory(lead=lead, state=state)
    Draft.objects.update(**long_ago())
    assert sweeping.resume() == []


def test_a_living_job_is_left_alone(lead):
    draft = DraftFactory(lead=lead, state=State.QUEUED)
    Attempt.claim(draft.pk)
    Draft.objects.update(**long_ago())
    assert sweeping.resume() == []


def test_a_draft_that_kills_its_jobs_is_given_up_with_a_reason(lead):
    draft = DraftFactory(lead=lead, state=State.QUEUED)
    for _ in range(sweeping.MAX_RESUMES):
        Attempt.claim(draft.pk)
        Draft.objects.update(attempt_at=timezone.now() - timedelta(hours=1))
        assert sweeping.resume() == [draft.pk]
    assert sweeping.resume() == []
    assert (Draft.objects.get().state, Draft.objects.get().error_code) == (State.FAILED, "gave_up")


def test_waiting_for_a_worker_is_nobodys_fault(lead):
    draft = DraftFactory(lead=lead, state=State.QUEUED)
    Draft.objects.update(**long_ago())
    for _ in range(sweeping.MAX_RESUMES + 2):
        assert sweeping.resume() == [draft.pk]
    assert not DraftEvent.objects.exists()


def test_stale_drafts_expire(company):
    for state in (State.READY, State.APPROVED, State.IN_REVIEW, State.SCHEDULED):
        DraftFactory(lead=LeadFactory(company=company), state=state)
    Draft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert sweeping.expire() == 3
    assert Draft.objects.get(state=State.SCHEDULED)


def test_new_rules_send_ready_drafts_back_to_the_checks(company, llm, rep):
    draft = DraftFactory(lead=LeadFactory(company=company), state=State.READY, requested_by=rep)
    assert sweeping.recheck() == 0
    old = SafetyRules.objects.get(status="active")
    SafetyRules.objects.update(status="retired")
    word = {"word": "幸い", "language": "ja", "match": "token", "code": "banned"}
    SafetyRules.objects.create(version=99, status="active", banned=[*old.banned, word], promises=old.promises)
    assert sweeping.recheck() == 1
    generation.generate(draft_id=draft.pk)
    done = Draft.objects.get()
    assert (done.state, done.rules_version) == (State.IN_REVIEW, 99)


def test_without_rules_nothing_is_cleared(lead, llm):
    SafetyRules.objects.update(status="retired")
    draft = DraftFactory(lead=lead, state=State.CHECKING, subject="x", body="y", rules_version=None)
    generation.generate(draft_id=draft.pk)
    assert (Draft.objects.get().state, Draft.objects.get().error_code) == (State.FAILED, "internal_error")
    assert sweeping.recheck() == 0


def test_the_cost_of_a_call_whose_worker_died_is_booked(team):
    call = LlmCall.objects.create(
        at=timezone.now() - timedelta(hours=1), team=team, purpose="generation", provider="p", model="m",
        reserved_jpy=3, fx_jpy=150, outcome="reserved",
    )  # fmt: skip
    sweeping.sweep()
    call.refresh_from_db()
    assert (call.outcome, call.cost_jpy, float(call.cost_usd)) == ("failed", 3, 0.02)
