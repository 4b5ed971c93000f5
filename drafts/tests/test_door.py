"""The door by itself: what it waits for, how often it asks, what it lets through."""

from __future__ import annotations

import threading
import time

import httpx2
import openai
import pytest

from drafts import generation
from drafts.llm import cache, door, questions, slots, tries
from drafts.llm.errors import LlmBadAnswer, LlmBusy, LlmError, LlmRejected, LlmUnavailable
from drafts.llm.ledger import Account
from drafts.llm.questions import ChatRequest, ModerationRequest
from drafts.models import LlmCall
from drafts.tests.conftest import prompt_block
from salesdash.devllm import DevServer, Options

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(llm, team):
    def complete(**changes):
        request = {
            "account": Account(team.pk, LlmCall.Purpose.GENERATION),
            "messages": [{"role": "user", "content": f"Answer in JSON.\n{prompt_block()}"}],
            "schema_name": "draft",
            "schema": generation.SCHEMA,
            "parse": lambda answer: answer["subject"],
        } | changes
        return door.complete(ChatRequest(**request))

    return complete


def test_an_answer_comes_with_who_gave_it(ask, llm):
    answer = ask()
    assert answer.value
    assert (answer.model, answer.provider) == ("salesdash-dev-writer", f"127.0.0.1:{llm.port}")


def test_three_tries_and_no_more(ask, llm):
    llm.faults.next("500", times=5)
    with pytest.raises(LlmUnavailable):
        ask()
    assert len(llm.requests) == 3


def test_what_cannot_pass_is_not_tried_again(ask, llm):
    with pytest.raises(LlmRejected):
        ask(messages=[{"role": "user", "content": "<data>\nno json\n</data>"}])
    assert len(llm.requests) == 1


@pytest.fixture
def thinking(llm, settings, monkeypatch):
    """A service whose models think before they answer, and take no sampling."""
    monkeypatch.setattr(questions, "_refused", {})
    with DevServer(Options(refuses=("temperature", "seed"))) as server:
        settings.LLM_BASE_URL = server.base_url
        yield server


def told(server) -> list[set[str]]:
    return [
        {"temperature", "seed", "top_p", "reasoning_effort"} & set(entry.body) for entry in server.requests
    ]


def test_what_a_model_does_not_want_to_be_told_is_left_out_from_then_on(ask, thinking):
    for _time in range(2):
        assert ask(sampling={"temperature": 0.7, "top_p": 0.9}, seed=1).value
    everything, rest = {"temperature", "top_p", "seed"}, {"top_p"}
    assert told(thinking) == [everything, everything - {"temperature"}, rest, rest]
    assert LlmCall.objects.filter(outcome="ok").count() == 2


def test_what_it_needs_is_not_left_out(ask, llm):
    with pytest.raises(LlmRejected):
        ask(sampling={"max_tokens": 0})
    assert len(llm.requests) == 1


def test_how_much_is_thought_is_said_where_it_is_set(ask, llm, settings):
    settings.LLM_REASONING_EFFORT = "minimal"
    ask()
    assert llm.requests[0].body["reasoning_effort"] == "minimal"


def test_the_parser_decides_what_is_usable(ask, llm):
    def parse(answer):
        raise ValueError("said with a secret text")

    with pytest.raises(LlmBadAnswer) as error:
        ask(parse=parse)
    assert len(llm.requests) == 3
    assert "secret" not in str(error.value)
    assert error.value.__context__ is None


def test_errors_carry_no_text_of_the_provider(ask, llm):
    llm.faults.next("500", times=3)
    with pytest.raises(LlmUnavailable) as error:
        ask()
    assert str(error.value) == "llm_unavailable: 500"
    chain, seen = error.value, []
    while chain is not None:
        seen.append(type(chain))
        chain = chain.__cause__ or chain.__context__
    assert not [kind for kind in seen if issubclass(kind, openai.OpenAIError)]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wish_of_the_provider_is_read(headers, seconds):
    assert tries.retry_after(httpx2.Headers(headers)) == seconds


def test_a_long_retry_after_is_not_waited_for():
    assert not tries.worth_another_try(LlmUnavailable("429", retry_after_seconds=600))
    assert tries.worth_another_try(LlmUnavailable("429", retry_after_seconds=2))


def test_moderation_answers_once_per_text(llm, team):
    account = Account(team.pk, LlmCall.Purpose.MODERATION)
    texts = ["ご案内です。", "返事をしないと殺すぞ。"]
    clean, threat = door.complete(ModerationRequest(account, texts)).value
    assert (clean.flagged, threat.flagged) == (False, True)
    assert "violence" in threat.categories
    assert threat.score > 0.9


def test_no_more_calls_at_once_than_allowed(settings):
    settings.LLM_CONCURRENCY = 2
    with slots.some(1), slots.some(1), pytest.raises(LlmBusy), slots.some(1, wait_seconds=0.05):
        pass
    with slots.some(1, wait_seconds=0):
        pass


def test_the_slot_of_a_dead_holder_expires(settings):
    from salesdash import redis_client

    settings.LLM_CONCURRENCY = 1
    redis_client.get().zadd(slots._key(), {"dead": time.time() * 1000 - 1})
    with slots.some(1, wait_seconds=0):
        pass


def test_who_asks_the_same_meanwhile_gets_the_first_ones_answer():
    found = []

    def follow():
        with cache.flight("k") as flight:
            found.append(flight.answer)

    with cache.flight("k") as leader:
        assert leader.answer is None
        follower = threading.Thread(target=follow)
        follower.start()
        time.sleep(0.15)
        assert found == []
        cache.store("k", {"subject": "s"}, text_hash="h")
    follower.join(2)
    assert found == [{"subject": "s"}]


def test_a_flight_that_brought_nothing_lets_the_next_one_start():
    with cache.flight("k"):
        pass
    with cache.flight("k", wait_seconds=0.05) as second:
        assert second.answer is None


def test_evicting_forgets_every_entry_of_a_text():
    cache.store("a", {"subject": "1"}, text_hash="h")
    cache.store("b", {"subject": "1"}, text_hash="h")
    assert cache.evict("h") == 2
    assert cache.get("a") is None
    assert cache.evict("h") == 0


def test_the_key_depends_on_everything_that_is_asked():
    asked = {
        "model": "m",
        "sampling": {"temperature": 0.7},
        "messages": [{"role": "user", "content": "x"}],
        "variant": 0,
    }
    keys = {cache.key_of(**asked)}
    for change in ({"model": "n"}, {"sampling": {}}, {"messages": []}, {"variant": 1}):
        keys.add(cache.key_of(**(asked | change)))
    assert len(keys) == 5


def test_every_error_has_words_for_the_rep():
    from drafts import failures

    def below(kind):
        return {kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))}

    assert {kind.code for kind in below(LlmError)} <= set(failures.MESSAGES)
