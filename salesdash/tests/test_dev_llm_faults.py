"""Faults on purpose reach the official client as the errors that a provider's trouble causes."""

import json
import time

import openai
import pytest

from salesdash.devllm import DevServer, Options
from salesdash.devllm.faults import Faults, Target, marked
from salesdash.tests.dev_llm_tasks import EN_TASK, judging, messages, task

WRITER = "salesdash-dev-writer"


@pytest.fixture
def server():
    with DevServer(Options(retry_after_ms=20)) as running:
        yield running


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=server.base_url, api_key="unused", max_retries=0, timeout=5) as ready:
        yield ready


def ask(client, marker="", data=None, **options):
    return client.chat.completions.create(model=WRITER, messages=messages(data or task(), marker), **options)


def content(answer):
    return json.loads(answer.choices[0].message.content)


def test_429_carries_how_long_to_wait(client):
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, "[[dev:429]]")
    assert caught.value.response.headers["retry-after"] == "1"
    assert caught.value.response.headers["retry-after-ms"] == "20"
    assert caught.value.code == "rate_limit_exceeded"


def test_500_is_an_internal_server_error(client):
    with pytest.raises(openai.InternalServerError):
        ask(client, "[[dev:500]]")


def test_a_timeout_lasts_as_long_as_the_client_waits(client):
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=0.3), "[[dev:timeout]]")


def test_a_hanging_request_ends_when_the_client_is_gone(server, client):
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=0.1), "[[dev:timeout]]")
    deadline = time.monotonic() + 3
    while not server.requests[0].seconds and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [(entry.fault, entry.status) for entry in server.requests] == [("timeout", 0)]
    assert 0 < server.requests[0].seconds < 3


def test_the_client_retries_past_passing_faults(server):
    server.faults.next("429")
    server.faults.next("500")
    with openai.OpenAI(base_url=server.base_url, api_key="unused", max_retries=2) as client:
        assert content(ask(client))["subject"]
    assert [entry.status for entry in server.requests] == [429, 500, 200]


def test_a_truncated_stream_ends_without_a_finish_reason(client):
    chunks = list(ask(client, "[[dev:truncate]]", stream=True))
    assert chunks[-1].choices[0].finish_reason is None
    with pytest.raises(json.JSONDecodeError):
        json.loads("".join(chunk.choices[0].delta.content or "" for chunk in chunks))


def test_a_truncated_answer_has_the_finish_reason_length(client):
    assert ask(client, "[[dev:truncate]]").choices[0].finish_reason == "length"


@pytest.mark.parametrize("stream", [False, True])
def test_malformed_json_reaches_the_client_raw(client, stream):
    with pytest.raises(json.JSONDecodeError):
        list(ask(client, "[[dev:malformed]]", stream=stream))


@pytest.mark.parametrize("fault", ["reset", "cut"])
def test_a_reset_connection_is_a_lost_connection(client, server, fault):
    with pytest.raises(openai.APIConnectionError):
        ask(client, f"[[dev:{fault}]]")
    assert content(ask(client))["subject"]
    assert [entry.fault for entry in server.requests] == [fault, ""]


def test_badschema_is_json_of_another_shape(client):
    assert "subject" not in content(ask(client, "[[dev:badschema]]"))


def test_badjson_is_no_json(client):
    with pytest.raises(json.JSONDecodeError):
        content(ask(client, "[[dev:badjson]]"))


@pytest.mark.parametrize(
    ("base", "promise"), [(None, "保証いたします"), (EN_TASK, "We guarantee")], ids=["ja", "en"]
)
def test_unsafe_promises_what_no_fact_supports(client, base, promise):
    draft = content(ask(client, "[[dev:unsafe]]", data=base))
    assert promise in draft["body"]
    assert not any(promise in claim["phrase"] for claim in draft["claims"])


@pytest.mark.parametrize("base", [None, EN_TASK], ids=["ja", "en"])
def test_flag_writes_a_text_that_moderation_flags_by_its_words(client, base):
    draft = content(ask(client, "[[dev:flag]]", data=base))
    assert "[[dev" not in draft["body"]
    assert client.moderations.create(input=draft["body"]).results[0].flagged


def test_flag_in_a_moderated_text_flags_that_text_only(client):
    results = client.moderations.create(input=["ご連絡です。", "ご連絡です。[[dev:flag]]"]).results
    assert [result.flagged for result in results] == [False, True]


def test_judge_sets_the_score(client):
    verdict = content(ask(client, "[[dev:judge=55]]", data=judging({"subject": "s", "body": "b"})))
    assert verdict["score"] == 55


def test_disagree_parts_two_judgements_of_one_draft(client):
    data = judging(content(ask(client)))
    scores = [content(ask(client, "[[dev:disagree]]", data=data, seed=n))["score"] for n in (1, 2)]
    assert scores[0] - scores[1] > 15


def test_a_target_limits_a_marker(client):
    assert content(ask(client, "[[dev:judge.500]]"))["subject"]
    with pytest.raises(openai.InternalServerError):
        ask(client, "[[dev:judge.500]]", data=judging({"subject": "s", "body": "b"}))


def test_a_marker_in_the_data_works_and_is_not_quoted(client):
    facts = [{"id": "F1", "kind": "activity", "text": "資料を請求[[dev:unsafe]]", "value": ""}]
    draft = content(ask(client, data=task(facts=facts)))
    assert "資料を請求" in draft["body"]
    assert "[[" not in draft["body"]


def test_faults_asked_for_by_a_test_reach_their_target_only(server, client):
    server.faults.next("500", times=2, target="moderation")
    assert content(ask(client))["subject"]
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            client.moderations.create(input="x")
    assert not client.moderations.create(input="x").results[0].flagged


def test_flag_asked_for_moderation_flags_a_harmless_text(server, client):
    server.faults.next("flag", target="moderation")
    assert client.moderations.create(input="ご連絡です。").results[0].flagged


def test_unknown_markers_are_plain_text():
    assert marked("[[dev:coffee]] [[dev:nobody.500]] [[dev:judge=7]]")[0].value == 7
    assert len(marked("[[dev:coffee]] [[dev:nobody.500]]")) == 0


def test_rates_are_met_and_repeat_with_the_seed():
    options = Options(rate_429=0.1, rate_500=0.2, rate_flagged=0.05, seed=7)
    first, again = (
        [faults.draw("", Target.DRAFT) for _ in range(4000)] for faults in map(Faults, [options] * 2)
    )
    assert first == again
    names = [asked.fault if asked else "" for asked in first]
    assert 300 < names.count("429") < 500
    assert 700 < names.count("500") < 900
    assert 130 < names.count("flag") < 270


def test_by_rate_moderation_is_never_flagged():
    faults = Faults(Options(rate_flagged=1.0))
    assert [faults.draw("", Target.MODERATION) for _ in range(50)] == [None] * 50


@pytest.mark.parametrize(
    "wrong", [{"rate_429": 1.2}, {"rate_429": 0.6, "rate_500": 0.6}, {"latency_ms": (9, 1)}]
)
def test_impossible_options_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|more than 1"):
        Options(**wrong)
