"""The dev server's bodies against OpenAI's published contract, and its answers to bad requests."""

import copy
import json
import os
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator, ValidationError

from salesdash.devllm import DevServer, Options
from salesdash.tests.dev_llm_tasks import DRAFT_SCHEMA, JSON_MODE, judging, messages, schema_format, task

CHECKOUT = Path(__file__).parents[2]
SHARED_DATA = Path(os.environ.get("SALESDASH_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
SPEC = SHARED_DATA / "api_specs" / "openai_trim.json"
CHAT, MODERATIONS = "/chat/completions", "/moderations"


@pytest.fixture(scope="module")
def server():
    with DevServer(Options(api_key="the-key")) as running:
        yield running


@pytest.fixture(scope="module")
def http(server):
    with httpx.Client(base_url=server.base_url, headers={"Authorization": "Bearer the-key"}) as client:
        yield client


@pytest.fixture(scope="module")
def spec():
    if not SPEC.exists():
        pytest.skip(f"no contract at {SPEC}")
    return json.loads(SPEC.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def conforms(spec):
    """Validates against a named schema; unknown properties of an object are faults too."""
    schemas = copy.deepcopy(spec["components"])

    def validate(value, name):
        root = {"$ref": f"#/components/schemas/{name}", "components": schemas}
        Draft202012Validator(root).validate(value)
        if "properties" in schemas["schemas"][name]:
            assert set(value) <= set(schemas["schemas"][name]["properties"])

    return validate


def chat(data=None, **fields):
    return {"model": "salesdash-dev-writer", "messages": messages(data or task()), **fields}


def events(http, body):
    text = http.post(CHAT, json={**body, "stream": True}).text
    return [line.removeprefix("data: ") for line in text.split("\n\n") if line]


def test_the_validator_refuses_what_is_not_in_the_contract(http, conforms):
    answer = http.post(CHAT, json=chat()).json()
    answer["choices"][0]["finish_reason"] = "tired"
    with pytest.raises(ValidationError, match="tired"):
        conforms(answer, "CreateChatCompletionResponse")


@pytest.mark.parametrize(
    "fields", [{}, {"n": 2}, {"response_format": JSON_MODE}, {"response_format": schema_format()}]
)
def test_a_completion_and_its_request_conform(http, conforms, fields):
    body = chat(**fields)
    conforms(body, "CreateChatCompletionRequest")
    conforms(http.post(CHAT, json=body).json(), "CreateChatCompletionResponse")


@pytest.mark.parametrize(
    "marker", ["[[dev:truncate]]", "[[dev:badschema]]", "[[dev:unsafe]]", "[[dev:flag]]"]
)
def test_faulty_completions_conform_too(http, conforms, marker):
    body = {**chat(), "messages": messages(task(), marker)}
    conforms(http.post(CHAT, json=body).json(), "CreateChatCompletionResponse")


def test_a_judgement_conforms(http, conforms):
    body = chat(judging({"subject": "件名", "body": "本文"}), seed=2)
    conforms(http.post(CHAT, json=body).json(), "CreateChatCompletionResponse")


def test_every_chunk_conforms_and_the_stream_is_done(http, conforms):
    *chunks, done = events(http, chat(n=2, stream_options={"include_usage": True}))
    assert done == "[DONE]"
    for chunk in map(json.loads, chunks):
        # The contract's text has null before the last chunk, its schema does not say so.
        conforms(
            {key: value for key, value in chunk.items() if value is not None},
            "CreateChatCompletionStreamResponse",
        )
    assert json.loads(chunks[-1])["usage"]["total_tokens"] > 0


@pytest.mark.parametrize(
    "given",
    [
        "one",
        ["one", "two"],
        [
            {"type": "text", "text": "one"},
            {"type": "image_url", "image_url": {"url": "https://e.example/i.png"}},
        ],
    ],
)
def test_moderation_and_its_request_conform(http, conforms, given):
    body = {"model": "omni-moderation-latest", "input": given}
    answer = http.post(MODERATIONS, json=body).json()
    if isinstance(given, str):  # the contract's oneOf takes ["one"] for two of its branches
        conforms(body, "CreateModerationRequest")
    conforms(answer, "CreateModerationResponse")
    assert len(answer["results"]) == (2 if given == ["one", "two"] else 1)


def test_models_conform(http, conforms):
    conforms(http.get("/models").json(), "ListModelsResponse")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", CHAT, {"model": "salesdash-dev-writer", "messages": []}, 400),
        ("POST", CHAT, chat(model="gpt-5"), 404),
        ("POST", CHAT, chat(model=""), 400),
        ("POST", CHAT, chat(n=0), 400),
        ("POST", CHAT, chat(n="3"), 400),
        ("POST", CHAT, chat(n=True), 400),
        ("POST", CHAT, chat(temperature=3), 400),
        ("POST", CHAT, chat(stop=["a", "b", "c", "d", "e"]), 400),
        ("POST", CHAT, chat(tools=[{"type": "function"}]), 400),
        ("POST", CHAT, chat(stream_options={"include_usage": True}), 400),
        ("POST", CHAT, chat(messages=[{"role": "robot", "content": "x"}]), 400),
        ("POST", CHAT, chat(messages=[{"role": "user", "content": 5}]), 400),
        ("POST", CHAT, chat(messages=[{"role": "user", "content": "<data>\n{oops\n</data>"}]), 400),
        ("POST", CHAT, chat(messages=[{"role": "user", "content": "<data>\n[]\n</data>"}]), 400),
        ("POST", CHAT, chat(task(task="poem")), 400),
        ("POST", CHAT, chat(task(language="fr")), 400),
        ("POST", CHAT, chat(messages=[{"role": "user", "content": "x"}], response_format=JSON_MODE), 400),
        ("POST", CHAT, chat(response_format={"type": "xml"}), 400),
        ("POST", CHAT, chat(response_format=schema_format({**DRAFT_SCHEMA, "required": []})), 400),
        ("POST", CHAT, chat(response_format=schema_format({"type": "object", "properties": {}})), 400),
        ("POST", CHAT, chat(response_format=schema_format({"required": ["score"]}, strict=False)), 400),
        ("POST", MODERATIONS, {"input": []}, 400),
        ("POST", MODERATIONS, {"input": [1]}, 400),
        ("POST", MODERATIONS, {}, 400),
        ("POST", MODERATIONS, {"input": "x", "model": "text-moderation-1"}, 404),
        ("POST", "/audio/transcriptions", {}, 400),
        ("GET", CHAT, None, 405),
        ("POST", "/embeddings", {}, 404),
        ("GET", "/models/gpt-5", None, 404),
    ],
)
def test_bad_requests_get_the_error_envelope(http, conforms, method, path, body, status):
    answer = http.request(method, path, json=body)
    assert answer.status_code == status
    conforms(answer.json(), "ErrorResponse")
    assert answer.headers["x-salesdash-dev"] == "1"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(http, content):
    assert http.post(CHAT, content=content).status_code == 400


@pytest.mark.parametrize("key", ["wrong", "the-key2", "wrong-キー"])
def test_a_configured_key_is_asked_for_everywhere_but_health(server, key):
    headers = {"Authorization": f"Bearer {key}".encode()}
    assert httpx.get(f"{server.base_url}/models", headers=headers).status_code == 401
    assert (
        httpx.post(server.base_url + CHAT, headers=headers, json=chat()).json()["error"]["code"]
        == "invalid_api_key"
    )
    assert httpx.get(f"{server.origin}/healthz", headers=headers).json() == {"status": "ok"}


def test_a_chunked_body_is_read(http):
    body = json.dumps(chat()).encode()
    answer = http.post(CHAT, content=(body[n : n + 100] for n in range(0, len(body), 100)))
    assert answer.status_code == 200


def test_too_large_a_body_is_refused_unread(server):
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", f"/v1{CHAT}", headers={"Content-Length": str(10**9)})
    answer = connection.getresponse()
    assert answer.status == 413
    assert answer.headers["connection"] == "close"
