"""The fault matrix: whatever happens at the door, nothing is lost, shown unchecked or written twice."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import translation

from drafts import generation, requests
from drafts.llm import breaker, slots
from drafts.llm.errors import LlmBusy, LlmUnavailable
from drafts.models import Check, Draft, DraftEvent, LlmCall, PromptVersion, State
from drafts.models.draft import READABLE
from drafts.tasks import LONGEST_WAIT_SECONDS, generate_draft, wait_seconds
from drafts.tests.conftest import IN_VAIN
from salesdash import redis_client
from salesdash.devllm import DevServer, Options
from salesdash.errors import TemporaryError

pytestmark = pytest.mark.django_db

ONCE = ["429", "500", "timeout", "reset", "cut", "malformed", "truncate", "badjson", "badschema"]


@pytest.fixture
def draft(llm, lead, rep, settings):
    settings.LLM_TIMEOUT_SECONDS = 0.3
    return requests.request_draft(lead_id=lead.pk, user=rep)


def reload(draft: Draft) -> Draft:
    return Draft.objects.get(pk=draft.pk)


@pytest.mark.parametrize("fault", ONCE)
def test_one_fault_is_survived(fault, draft, llm):
    llm.faults.next(fault, target="draft")
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY
    assert LlmCall.objects.get(purpose="generation").outcome == "ok"


@pytest.mark.parametrize("fault", ["429", "500", "timeout"])
def test_a_service_that_stays_down_is_tried_again_later(fault, draft, llm):
    llm.faults.next(fault, times=3, target="draft")
    with pytest.raises(TemporaryError):
        generation.generate(draft_id=draft.pk)
    waiting = reload(draft)
    assert waiting.state == State.GENERATING
    assert waiting.attempt_token is None
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY


@pytest.mark.parametrize("fault", ["truncate", "malformed", "badjson", "badschema"])
def test_an_answer_that_stays_unusable_fails_with_a_reason(fault, draft, llm):
    llm.faults.next(fault, times=3, target="draft")
    generation.generate(draft_id=draft.pk)
    failed = reload(draft)
    assert (failed.state, failed.error_code) == (State.FAILED, "llm_bad_answer")
    assert failed.body == ""
    assert LlmCall.objects.get(purpose="generation").outcome == "failed"


@pytest.mark.parametrize("fault", ONCE)
@pytest.mark.parametrize("layer", ["moderation", "judge"])
def test_a_layer_that_cannot_speak_is_a_flag_never_a_pass(fault, layer, draft, llm):
    if layer == "moderation" and fault in ("truncate", "badjson", "badschema"):
        pytest.skip("moderation gives no completion that could be cut")
    llm.faults.next(fault, times=IN_VAIN[layer], target=layer)
    generation.generate(draft_id=draft.pk)
    queued = reload(draft)
    assert queued.state == State.IN_REVIEW
    check = Check.objects.get(draft=draft, layer=layer)
    assert check.verdict == "error"
    assert check.reasons[0]["code"] == "unavailable"


def test_the_next_try_waits_as_long_as_the_provider_asks(draft, settings):
    with DevServer(Options(retry_after_ms=30_000)) as server:
        settings.LLM_BASE_URL = server.base_url
        server.faults.next("429", target="draft")
        with pytest.raises(LlmUnavailable) as error:
            generation.generate(draft_id=draft.pk)
        assert len(server.requests) == 1
    assert 30 <= wait_seconds(error.value, 0) <= LONGEST_WAIT_SECONDS
    assert 8 <= wait_seconds(LlmUnavailable("500"), 2) <= 24
    assert wait_seconds(LlmUnavailable("429", retry_after_seconds=86_400), 0) == LONGEST_WAIT_SECONDS


def test_a_wrong_key_is_said_and_not_tried_again(draft, dev_server, settings):
    settings.LLM_MODEL = "no-such-model"
    generation.generate(draft_id=draft.pk)
    assert reload(draft).error_code == "llm_rejected"
    assert len([r for r in dev_server.requests if r.path.endswith("/chat/completions")]) == 1


def test_a_server_that_is_not_there_is_temporary(draft, settings):
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(LlmUnavailable):
        generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.GENERATING


def test_without_any_service_the_rep_is_told(draft, settings):
    settings.LLM_BASE_URL = ""
    generation.generate(draft_id=draft.pk)
    failed = reload(draft)
    assert failed.error_code == "llm_not_configured"
    with translation.override("en"):
        assert failed.error_message == "No writing service is connected. Ask an administrator."


def test_the_fallback_writes_when_the_first_is_down(draft, llm, settings):
    settings.LLM_FALLBACK_BASE_URL, settings.LLM_FALLBACK_MODEL = llm.base_url, "salesdash-dev-writer"
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY
    providers = LlmCall.objects.filter(purpose="generation").order_by("id").values_list("provider", "outcome")
    assert list(providers) == [("127.0.0.1:9", "failed"), (f"127.0.0.1:{llm.port}", "ok")]


def test_the_fallback_writes_with_its_own_model_whatever_the_prompt_names(draft, llm, settings):
    PromptVersion.objects.filter(status="active").update(model="gpt-of-the-first")
    settings.LLM_FALLBACK_BASE_URL, settings.LLM_FALLBACK_MODEL = llm.base_url, "salesdash-dev-writer"
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY
    models = LlmCall.objects.filter(purpose="generation").order_by("id").values_list("model", flat=True)
    assert list(models) == ["gpt-of-the-first", "salesdash-dev-writer"]


def test_the_task_gives_up_after_its_last_try(draft, llm, settings):
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    generate_draft.apply((draft.pk,), retries=3)
    failed = reload(draft)
    assert (failed.state, failed.error_code) == (State.FAILED, "llm_unavailable")
    assert failed.error_message


def test_a_worker_that_dies_in_the_middle_is_followed_by_another(draft, llm):
    """Killed while writing: its claim runs out, the next job takes over, one text comes out."""
    from datetime import timedelta

    from django.utils import timezone

    from drafts import sweeping
    from drafts.workflow import Attempt

    dead = Attempt.claim(draft.pk)
    dead.move(State.GENERATING)
    assert sweeping.resume() == []
    Draft.objects.update(attempt_at=timezone.now() - timedelta(minutes=5))
    assert sweeping.resume() == [draft.pk]
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY
    assert DraftEvent.objects.filter(draft=draft, to_state="checking").count() == 1


def test_no_fault_made_a_text_readable_too_early(draft, llm):
    """At every move of a draft with every fault on the way, a readable state has all its checks."""
    for fault in ("500", "truncate"):
        llm.faults.next(fault, target="draft")
        llm.faults.next(fault, target="judge")
    generation.generate(draft_id=draft.pk)
    for event in DraftEvent.objects.filter(draft=draft, to_state__in=READABLE):
        assert Check.objects.filter(draft=draft, text_hash=event.details["text"], verdict="pass").count() == 6


def test_the_circuit_opens_and_closes(llm):
    name = "test/chat"
    for _ in range(breaker.FAILURES - 1):
        breaker.failed(name)
    assert breaker.allows(name)
    breaker.failed(name)
    assert breaker.state(name) == "open"
    assert not breaker.allows(name)


def test_after_the_pause_one_trial_decides(llm):
    name = "test/chat"
    for _ in range(breaker.FAILURES):
        breaker.failed(name)
    redis_client.get().delete(redis_client.key("llm", "breaker", name, "open"))
    assert breaker.state(name) == "half_open"
    assert [breaker.allows(name) for _ in range(3)] == [True, False, False]
    breaker.succeeded(name, redis_client.get())
    assert breaker.state(name) == "closed"


def test_a_trial_that_met_no_free_slot_is_made_later(draft, llm, settings, monkeypatch):
    settings.LLM_CONCURRENCY = 1
    circuit = f"127.0.0.1:{llm.port}/chat"
    for _ in range(breaker.FAILURES):
        breaker.failed(circuit)
    redis_client.get().delete(redis_client.key("llm", "breaker", circuit, "open"))
    with slots.some(1), monkeypatch.context() as patch:
        patch.setattr("drafts.llm.door.slots.some", partial(slots.some, wait_seconds=0.05))
        with pytest.raises(LlmBusy):
            generation.generate(draft_id=draft.pk)
    assert not llm.requests
    generation.generate(draft_id=draft.pk)
    assert reload(draft).state == State.READY
    assert breaker.state(circuit) == "closed"


def test_an_open_circuit_asks_nobody(draft, llm):
    for _ in range(breaker.FAILURES):
        breaker.failed(f"127.0.0.1:{llm.port}/chat")
    with pytest.raises(LlmUnavailable):
        generation.generate(draft_id=draft.pk)
    assert not llm.requests
