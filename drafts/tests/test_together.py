"""Moderation and both judgements are asked at once; the books stay as exact as one after the other."""

from __future__ import annotations

import threading
import uuid
from datetime import date

import pytest
from django.utils import timezone

from drafts import generation
from drafts.llm import budget, providers
from drafts.models import Budget, Check, Draft, LlmCall, ModelPrice, State
from drafts.safety import context as contexts
from drafts.safety import pipeline, rulebook
from drafts.tests.factories import DraftFactory
from drafts.texts import Text
from drafts.workflow import Attempt, AttemptLost

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep, state=State.QUEUED, subject="", body="")


@pytest.fixture
def on_the_way(llm):
    """on_the_way(hook): called in the thread of each request before it is sent."""
    client = providers.configured()[0].client()._client
    before = client.event_hooks

    def listen(sent, answered=lambda: None):
        client.event_hooks = {"request": [lambda _request: sent()], "response": [lambda _answer: answered()]}

    yield listen
    client.event_hooks = before


@pytest.fixture
def asked(lead, rep):
    """What the remote layers say of a written draft."""
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.CHECKING)

    def ask(**changes):
        context = contexts.for_draft(draft, rules=rulebook.active(), **changes)
        return pipeline.examine(Text(draft.subject, draft.body), context, ("moderation", "judge"))

    return ask


def test_all_three_are_under_way_at_the_same_time(asked, on_the_way):
    met = threading.Barrier(3, timeout=20)
    on_the_way(met.wait)
    assert [one.verdict.outcome for one in asked()] == ["pass", "pass"]
    assert not met.broken


def test_no_more_than_there_are_slots(asked, on_the_way, settings):
    settings.LLM_CONCURRENCY = 2
    under_way, most, lock = 0, 0, threading.Lock()

    def count(step):
        nonlocal under_way, most
        with lock:
            under_way += step
            most = max(most, under_way)

    on_the_way(lambda: count(1), lambda: count(-1))
    assert [one.verdict.outcome for one in asked()] == ["pass", "pass"]
    assert most <= 2
    assert LlmCall.objects.filter(outcome="ok").count() == 3


def test_what_the_budget_does_not_bear_is_not_asked_and_the_rest_is_paid(draft, llm, team):
    ModelPrice.objects.create(
        model="salesdash-dev-judge", valid_from=date(2026, 1, 1), usd_per_million_in=0,
        usd_per_million_cached=0, usd_per_million_out=100_000,
    )  # fmt: skip
    Budget.objects.create(team=team, month=budget.month_of(team, timezone.now()), limit_jpy=1)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.IN_REVIEW
    said = dict(Check.objects.filter(layer__in=["moderation", "judge"]).values_list("layer", "verdict"))
    assert said == {"moderation": "pass", "judge": "error"}
    assert not [request for request in llm.requests if request.target == "judge"]
    assert set(LlmCall.objects.values_list("purpose", "outcome")) == {
        ("generation", "ok"),
        ("moderation", "ok"),
    }


def test_one_that_breaks_leaves_the_others_answered_and_paid(draft, llm):
    llm.faults.next("500", times=3, target="moderation")
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.IN_REVIEW
    said = dict(Check.objects.filter(layer__in=["moderation", "judge"]).values_list("layer", "verdict"))
    assert said == {"moderation": "error", "judge": "pass"}
    assert sorted(LlmCall.objects.values_list("purpose", "outcome")) == [
        ("generation", "ok"),
        ("judge", "ok"),
        ("judge", "ok"),
        ("moderation", "failed"),
    ]


def test_who_does_not_answer_one_question_is_not_pressed_with_the_other(asked, llm):
    llm.faults.next("500", times=6, target="judge")
    moderated, judged = asked()
    assert (moderated.verdict.outcome, judged.verdict.outcome) == ("pass", "error")
    assert len([request for request in llm.requests if request.target == "judge"]) == 4


def test_a_claim_that_is_gone_asks_nobody(asked, llm):
    attempt = Attempt.claim(Draft.objects.get().pk)
    Draft.objects.update(attempt_token=uuid.uuid4())
    with pytest.raises(AttemptLost):
        asked(attempt=attempt)
    assert not llm.requests
    assert not LlmCall.objects.exists()
