"""The one door to language models: openai's client, whatever server is behind it.

Every call: circuit breaker → slot → reservation → tries with a timeout → settlement. What comes out is
a parsed answer or one of drafts.llm.errors; never an exception that carries a prompt or an answer.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

import openai
import tenacity
from django.conf import settings
from redis.client import Pipeline

from drafts.llm import breaker, ledger, providers, slots
from drafts.llm.errors import LlmBadAnswer, LlmError, LlmRefused, LlmRejected, LlmUnavailable
from drafts.llm.ledger import Account, Reserved, Usage
from drafts.llm.providers import Provider
from drafts.models import LlmCall
from drafts.workflow import Attempt
from salesdash import latency, telemetry

T = TypeVar("T")
TRIES: Final = 3
# a provider that wants us to wait longer is treated as down for now
RETRY_AFTER_MAX_SECONDS: Final = 10.0
_UNFINISHED: Final = ("length", "tool_calls", "function_call")
_BACKOFF: Final = tenacity.wait_random_exponential(multiplier=0.25, max=4)


@dataclass(frozen=True, repr=False)
class ChatRequest(Generic[T]):
    """`parse` gets the answer's JSON and raises ValueError where it is not what was asked for."""

    account: Account
    messages: list[dict[str, str]]
    schema_name: str
    schema: dict[str, Any]
    parse: Callable[[Any], T]
    model: str = ""
    sampling: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    judging: bool = False
    attempt: Attempt | None = None

    @property
    def max_tokens(self) -> int:
        return int(self.sampling.get("max_tokens", 900))


@dataclass(frozen=True, repr=False)
class Answer(Generic[T]):
    value: T
    provider: str
    model: str
    duration_ms: int


@dataclass(frozen=True)
class Moderated:
    """`categories` are those that were flagged; `score` is the highest of all."""

    flagged: bool
    categories: tuple[str, ...]
    score: float


def complete(request: ChatRequest[T]) -> Answer[T]:
    """Ask the provider, then the fallback. Raises an LlmError."""
    return _first_answer("chat", providers.configured(), lambda provider: _chat(provider, request))


def moderate(texts: Sequence[str], account: Account, *, attempt: Attempt | None = None) -> list[Moderated]:
    """One result per text, in order. Raises an LlmError."""
    asked = providers.moderating()
    return _first_answer("moderation", asked, lambda provider: _moderation(provider, texts, account, attempt))


def model_for(request_model: str, provider: Provider, *, judging: bool = False) -> str:
    configured = provider.judge_model if judging else provider.model
    return request_model or configured or providers.first_model(provider)


def _first_answer(kind: str, asked: Sequence[Provider], ask: Callable[[Provider], T]) -> T:
    last: LlmError = LlmUnavailable("circuit open")
    for provider in asked:
        if not breaker.allows(f"{provider.name}/{kind}"):
            continue
        try:
            return ask(provider)
        except (LlmUnavailable, LlmBadAnswer, LlmRejected) as error:
            last = error
    raise last


def _chat(provider: Provider, request: ChatRequest[T]) -> Answer[T]:
    model = _guarded(lambda: model_for(request.model, provider, judging=request.judging))
    usage = Usage()

    def once() -> T:
        completion = _guarded(lambda: _create(provider.client(), model, request))
        return _value(completion, usage, request.parse)

    tokens_in = sum(ledger.estimate_tokens(message["content"]) for message in request.messages)
    started = time.perf_counter()
    with slots.slot() as at_the_end:
        call = ledger.reserve(
            request.account,
            provider=provider.name,
            model=model,
            tokens_in=tokens_in,
            tokens_out=request.max_tokens,
            attempt=request.attempt,
        )
        value = _settled(
            call,
            usage,
            lambda: _tried(f"{provider.name}/chat", once, request.attempt, at_the_end),
            at_the_end,
        )
    return Answer(value, provider.name, model, int((time.perf_counter() - started) * 1000))


def _create(client: openai.OpenAI, model: str, request: ChatRequest[Any]) -> Any:
    sampling = {name: value for name, value in request.sampling.items() if name != "max_tokens"}
    if request.seed is not None:
        sampling["seed"] = request.seed
    schema = {"name": request.schema_name, "strict": True, "schema": request.schema}
    asked = {
        "model": model,
        "messages": request.messages,
        "response_format": {"type": "json_schema", "json_schema": schema},
        "max_completion_tokens": request.max_tokens,
        **sampling,
    }
    return _posted(client, "/chat/completions", asked)


def _posted(client: openai.OpenAI, path: str, asked: dict[str, Any]) -> Any:
    """The answer's JSON, by the client's own way to any path.

    `create` walks through what is asked, value by value, and builds objects of what is answered: a third of
    a call's time on the processor. `security` is what `create` says of these paths; by itself a key for
    administration would go along.
    """
    return client.post(path, cast_to=object, body=asked, options={"security": {"bearer_auth": True}})


def _value(completion: Any, usage: Usage, parse: Callable[[Any], T]) -> T:
    """The parsed answer; LlmBadAnswer for whatever is cut off or of another shape."""
    try:
        choice = completion["choices"][0]
        finish, message = choice["finish_reason"], choice["message"]
        refused, content = message.get("refusal"), message.get("content")
    except (LookupError, TypeError, AttributeError):
        # the client hands on anything that came with status 200
        choice = None
    if choice is None:
        raise LlmBadAnswer("not a completion")
    _count(completion.get("usage"), usage)
    if finish == "content_filter" or refused:
        raise LlmRefused("refused")
    if finish != "stop":
        # what no list names may be anything, a piece of the text, too
        raise LlmBadAnswer(f"finish_reason {finish if finish in _UNFINISHED else 'unknown'}")
    problem = ""
    try:
        return parse(json.loads(content or ""))
    except json.JSONDecodeError:
        problem = "not JSON"
    except (ValueError, TypeError, KeyError, AttributeError):
        problem = "wrong schema"
    # raised outside of the handler: the cause would carry the answer's text
    raise LlmBadAnswer(problem)


def _count(told: Any, usage: Usage) -> None:
    """`told` is what the server says it used, or nothing of any sense."""
    if isinstance(told, dict):
        usage.tokens_in += _whole(told.get("prompt_tokens"))
        usage.tokens_out += _whole(told.get("completion_tokens"))
        details = told.get("prompt_tokens_details")
        usage.tokens_cached += _whole(details.get("cached_tokens")) if isinstance(details, dict) else 0


def _whole(number: object) -> int:
    return number if isinstance(number, int) and number > 0 else 0


def _moderation(
    provider: Provider, texts: Sequence[str], account: Account, attempt: Attempt | None
) -> list[Moderated]:
    model = settings.LLM_MODERATION_MODEL
    asked = {"model": model, "input": list(texts)}

    def once() -> list[Moderated]:
        answer = _guarded(lambda: _posted(provider.client(), "/moderations", asked))
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(texts):
            raise LlmBadAnswer("not one result per input")
        return [_moderated(result) for result in results]

    with slots.slot() as at_the_end:
        call = ledger.reserve(
            account, provider=provider.name, model=model, tokens_in=0, tokens_out=0, attempt=attempt
        )
        circuit = f"{provider.name}/moderation"
        return _settled(call, Usage(), lambda: _tried(circuit, once, attempt, at_the_end), at_the_end)


def _moderated(result: Any) -> Moderated:
    flagged = result.get("flagged") if isinstance(result, dict) else None
    if not isinstance(flagged, bool):
        raise LlmBadAnswer("no verdict in the result")
    scores = [
        score for score in _object(result, "category_scores").values() if isinstance(score, int | float)
    ]
    categories = [name for name, hit in _object(result, "categories").items() if hit]
    return Moderated(flagged, tuple(categories), max(scores, default=0.0))


def _object(result: dict[str, Any], name: str) -> dict[str, Any]:
    found = result.get(name)
    return found if isinstance(found, dict) else {}


def _settled(reserved: Reserved, usage: Usage, run: Callable[[], T], at_the_end: Pipeline) -> T:
    """Run the tries under a span and close the ledger's row, whatever happens."""
    started = time.perf_counter()
    outcome, code = LlmCall.Outcome.FAILED, "internal_error"
    told = {"purpose": reserved.account.purpose, "model": reserved.model, "provider": reserved.provider}
    with telemetry.span("llm.call", **told) as span:
        try:
            result = run()
            outcome, code = LlmCall.Outcome.OK, ""
            return result
        except LlmError as error:
            code = f"{error.code}: {error.detail}" if error.detail else error.code
            raise
        finally:
            elapsed_ms = int((time.perf_counter() - started) * 1000)
            span.set_attributes({"outcome": outcome, "tokens_out": usage.tokens_out})
            ledger.settle(reserved, usage, outcome=outcome, error_code=code, ms=elapsed_ms)
            latency.observe("llm", elapsed_ms, at_the_end)


def _tried(circuit: str, once: Callable[[], T], attempt: Attempt | None, at_the_end: Pipeline) -> T:
    """Up to three tries; only what may pass is tried again, and never beyond twice the timeout.

    The sign of life before the first one was given with the reservation.
    """
    tries = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_after_delay(settings.LLM_TIMEOUT_SECONDS * 2),
        wait=_wait,
        retry=tenacity.retry_if_exception(_worth_another_try),
        before=lambda state: attempt.alive() if attempt and state.attempt_number > 1 else None,
        after=lambda state: _count_failure(circuit, state),
        reraise=True,
    )
    result: T = tries(once)
    breaker.succeeded(circuit, at_the_end)
    return result


def _count_failure(circuit: str, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    # a provider that limits us, or answers nonsense, is not down
    if isinstance(error, LlmUnavailable) and error.detail != "429":
        breaker.failed(circuit)


def _worth_another_try(error: BaseException) -> bool:
    if isinstance(error, LlmUnavailable):
        return (error.retry_after_seconds or 0) <= RETRY_AFTER_MAX_SECONDS
    return isinstance(error, LlmBadAnswer)


def _wait(state: tenacity.RetryCallState) -> float:
    """What the provider asks for, else exponential with full jitter; seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after_seconds", None)
    jitter = float(_BACKOFF(state))
    return asked + jitter / 4 if asked is not None else jitter


def _guarded(call: Callable[[], T]) -> T:
    """Run one request; whatever the client raises becomes an LlmError without the client's texts."""
    problem: LlmError
    try:
        return call()
    except openai.APITimeoutError:
        problem = LlmUnavailable("timeout")
    except openai.APIConnectionError:
        problem = LlmUnavailable("connection")
    except openai.APIResponseValidationError:
        problem = LlmBadAnswer("not a completion")
    except openai.APIStatusError as error:
        problem = _for_status(error)
    except openai.OpenAIError as error:
        problem = LlmRejected(type(error).__name__)
    except ValueError:
        # malformed JSON comes as a bare JSONDecodeError
        problem = LlmBadAnswer("malformed")
    raise problem


def _for_status(error: openai.APIStatusError) -> LlmError:
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return LlmRejected("insufficient_quota")
    if status in (408, 409, 429) or status >= 500:
        return LlmUnavailable(str(status), retry_after_seconds=_retry_after(error.response.headers))
    return LlmRejected(str(status))


def _retry_after(headers: Any) -> float | None:
    """Seconds by `retry-after-ms` (OpenAI) or `Retry-After` (RFC 9110: seconds or a date)."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if not value:
            return None
        if value.replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def first_choice(request_model: str) -> tuple[str, str]:
    """Model and provider that `complete` asks first. Raises an LlmError."""
    provider = providers.configured()[0]
    return _guarded(lambda: model_for(request_model, provider)), provider.name
