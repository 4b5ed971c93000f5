"""Answers to chat requests, and the bodies that carry them whole or in chunks."""

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from salesdash.devllm import judge, prompt, response_format, tokens, writer
from salesdash.devllm.chat_request import ChatRequest
from salesdash.devllm.faults import Asked, Fault

_CHUNK_CHARS = 12
_GREETING = (
    "This is the salesdash dev server: it writes by rule and no AI is connected. "
    "It answers prompts that carry a task between <data> and </data>."
)


@dataclass(frozen=True)
class Answer:
    text: str
    finish_reason: str


class Chat:
    """Answers chat requests; holds only what the provider would hold: prompts seen."""

    def __init__(self) -> None:
        self._prefixes = tokens.PrefixCache()
        self._judged: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def answers(self, request: ChatRequest, asked: Asked | None) -> list[Answer]:
        return [_cut(self._content(request, n, asked), request, asked) for n in range(request.choices)]

    def _content(self, request: ChatRequest, choice: int, asked: Asked | None) -> str:
        fault = asked.fault if asked else None
        if fault is Fault.BAD_JSON:
            return 'Certainly! Here is the answer:\n{"subject": "'
        if fault is Fault.BAD_SCHEMA:
            return json.dumps({"title": 1, "text": ["not", "the", "agreed", "form"]})
        if request.data is None:
            return self._without_task(request)
        task = prompt.read_task(request.data)
        if task.name == "draft":
            answer = writer.draft(task, choice=choice, fault=fault)
        else:
            answer = self._judgement(task, request.seed + choice, asked)
        return response_format.dump(response_format.fit(answer, request.response_format))

    def _without_task(self, request: ChatRequest) -> str:
        if not response_format.wants_json(request.response_format):
            return _GREETING
        return response_format.dump(response_format.fit({"message": _GREETING}, request.response_format))

    def _judgement(self, task: prompt.Task, seed: int, asked: Asked | None) -> dict[str, Any]:
        fault = asked.fault if asked else None
        low = fault is Fault.DISAGREE and self._every_second(task)
        fixed = asked.value if asked and fault is Fault.JUDGE else None
        return judge.judge(task, seed=seed, fixed=fixed, disagree=low)

    def _every_second(self, task: prompt.Task) -> bool:
        with self._lock:
            self._judged[task.digest] += 1
            return self._judged[task.digest] % 2 == 0

    def usage(self, request: ChatRequest, answers: list[Answer]) -> dict[str, Any]:
        # Three tokens frame each message and three begin the answer.
        prompt_tokens = sum(tokens.count(text) + 3 for text in request.texts) + 3
        completion_tokens = sum(tokens.count(answer.text) for answer in answers)
        cached = self._prefixes.cached_tokens(request.prompt)
        return {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": min(cached, prompt_tokens), "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


def _cut(text: str, request: ChatRequest, asked: Asked | None) -> Answer:
    """Ends the text at a stop word, at the token limit, or in the middle where a fault asks for it."""
    ends = [text.find(stop) for stop in request.stop if stop in text]
    text = text[: min(ends)] if ends else text
    if asked and asked.fault is Fault.TRUNCATE:
        return Answer(text[: len(text) // 2], "length")
    limit = request.max_tokens
    if limit is None or tokens.count(text) <= limit:
        return Answer(text, "stop")
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens.count(text[:middle]) <= limit else (low, middle - 1)
    return Answer(text[:low], "length")


def _envelope(request: ChatRequest, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
        "service_tier": "default",
        "system_fingerprint": "fp_salesdashdev",
    }


def completion(request: ChatRequest, answers: list[Answer], usage: dict[str, Any]) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [
        {
            "index": n,
            "message": {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []},
            "logprobs": None,
            "finish_reason": answer.finish_reason,
        }
        for n, answer in enumerate(answers)
    ]
    return {**_envelope(request, "chat.completion"), "choices": choices, "usage": usage}


def chunks(
    request: ChatRequest, answers: list[Answer], usage: dict[str, Any], *, truncate: bool
) -> Iterator[dict[str, Any]]:
    """Chunk bodies in order; a truncated stream just stops, without finish_reason and without usage."""
    envelope = _envelope(request, "chat.completion.chunk")
    tail = {"usage": None} if request.include_usage else {}

    def chunk(index: int, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**envelope, "choices": [choice], **tail}

    for n, answer in enumerate(answers):
        yield chunk(n, {"role": "assistant", "content": "", "refusal": None})
        for start in range(0, len(answer.text), _CHUNK_CHARS):
            yield chunk(n, {"content": answer.text[start : start + _CHUNK_CHARS]})
        if truncate:
            return
        yield chunk(n, {}, answer.finish_reason)
    if request.include_usage:
        yield {**envelope, "choices": [], "usage": usage}
