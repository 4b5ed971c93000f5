"""Asking again: only what may pass, after a pause, and never beyond twice the timeout."""

from __future__ import annotations

import email.utils
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import tenacity
from django.conf import settings
from redis.client import Pipeline

from drafts.llm import breaker
from drafts.llm.errors import LlmBadAnswer, LlmError, LlmRejected, LlmUnavailable
from drafts.workflow import Attempt

if TYPE_CHECKING:
    import openai

T = TypeVar("T")
TRIES: Final = 3
# a provider that wants us to wait longer is treated as down for now
RETRY_AFTER_MAX_SECONDS: Final = 10.0
_BACKOFF: Final = tenacity.wait_random_exponential(multiplier=0.25, max=4)


def until_answered(
    first: Callable[[], T],
    again: Callable[[], T],
    *,
    circuit: str,
    attempt: Attempt | None,
    at_the_end: Pipeline,
    at_most: int = TRIES,
) -> T:
    """The answer of the `first` try, which may be under way already, or of one of two more.

    The sign of life before the first one was given with the reservation.
    """
    tries = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(at_most)
        | tenacity.stop_after_delay(settings.LLM_TIMEOUT_SECONDS * 2),
        wait=_wait,
        retry=tenacity.retry_if_exception(worth_another_try),
        before=lambda state: attempt.alive() if attempt and state.attempt_number > 1 else None,
        after=lambda state: _count_failure(circuit, state),
        reraise=True,
    )
    waiting = [again, again, first]
    result: T = tries(lambda: waiting.pop()())
    breaker.succeeded(circuit, at_the_end)
    return result


def _count_failure(circuit: str, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    # a provider that limits us, or answers nonsense, is not down
    if isinstance(error, LlmUnavailable) and error.detail != "429":
        breaker.failed(circuit)


def worth_another_try(error: BaseException) -> bool:
    if isinstance(error, LlmUnavailable):
        return (error.retry_after_seconds or 0) <= RETRY_AFTER_MAX_SECONDS
    return isinstance(error, LlmBadAnswer)


def _wait(state: tenacity.RetryCallState) -> float:
    """What the provider asks for, else exponential with full jitter; seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after_seconds", None)
    jitter = float(_BACKOFF(state))
    return asked + jitter / 4 if asked is not None else jitter


def guarded(call: Callable[[], T]) -> T:
    """Run one request; whatever the client raises becomes an LlmError without the client's texts."""
    try:
        return call()
    except Exception as error:
        problem = _as_ours(error)
        if problem is None:
            raise
    raise problem


def _as_ours(error: Exception) -> LlmError | None:
    # late, like the client itself (providers.py)
    import openai

    match error:
        case openai.APITimeoutError():
            return LlmUnavailable("timeout")
        case openai.APIConnectionError():
            return LlmUnavailable("connection")
        case openai.APIResponseValidationError():
            return LlmBadAnswer("not a completion")
        case openai.APIStatusError():
            return _for_status(error)
        case openai.OpenAIError():
            return LlmRejected(type(error).__name__)
        case ValueError():
            # malformed JSON comes as a bare JSONDecodeError
            return LlmBadAnswer("malformed")
    return None


def _for_status(error: openai.APIStatusError) -> LlmError:
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return LlmRejected("insufficient_quota")
    if status in (408, 409, 429) or status >= 500:
        return LlmUnavailable(str(status), retry_after_seconds=retry_after(error.response.headers))
    return LlmRejected(str(status))


def retry_after(headers: Any) -> float | None:
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
