"""The one door to language models: openai's client, whatever server is behind it.

Every call: circuit breaker → slot → reservation → tries with a timeout → settlement. What comes out is
a parsed answer or one of drafts.llm.errors; never an exception that carries a prompt or an answer.
"""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from redis.client import Pipeline

from drafts.llm import breaker, ledger, providers, slots, tries
from drafts.llm.errors import LlmBadAnswer, LlmBusy, LlmError, LlmRejected, LlmUnavailable
from drafts.llm.ledger import Reserved, Settlement, Usage, Wanted
from drafts.llm.providers import Provider
from drafts.llm.questions import Question, model_for
from drafts.models import LlmCall
from salesdash import latency, telemetry

T = TypeVar("T")
_FALL_BACK: Final = (LlmUnavailable, LlmBadAnswer, LlmRejected)


@dataclass(frozen=True, repr=False)
class Answer(Generic[T]):
    value: T
    provider: str
    model: str
    duration_ms: int


def complete(question: Question[T]) -> Answer[T]:
    """Ask the provider, then the fallback. Raises an LlmError."""
    (answer,) = together([question])
    if isinstance(answer, Exception):
        raise answer
    return answer


def all_of(questions: Sequence[Question[T]]) -> list[T]:
    """What is answered to each, asked together. Raises the first error."""
    values = []
    for answer in together(questions):
        if isinstance(answer, Exception):
            raise answer
        values.append(answer.value)
    return values


def together(questions: Sequence[Question[Any]]) -> list[Answer[Any] | Exception]:
    """Ask all at once, as far as slots are free; its error stands where an answer does not come.

    Only requests run in threads: the books, signs of life and later tries are the caller's. Raises
    AttemptLost, and asks nothing, where the claim on the draft is gone.
    """
    found: dict[int, Answer[Any] | Exception] = {}
    routes: dict[int, Iterator[Provider]] = {}
    for place, question in enumerate(questions):
        found[place] = LlmUnavailable("circuit open")
        try:
            routes[place] = iter(question.providers())
        except LlmError as error:
            found[place] = error
    while calls := [
        _Call(place, questions[place], provider)
        for place, route in routes.items()
        if (provider := next(route, None)) is not None
    ]:
        allowed = {circuit for circuit in {call.circuit for call in calls} if breaker.allows(circuit)}
        for place, answer in _allowed([call for call in calls if call.circuit in allowed]):
            found[place] = answer
            if not isinstance(answer, _FALL_BACK):
                del routes[place]
    return [found[place] for place in range(len(questions))]


def first_choice(request_model: str) -> tuple[str, str]:
    """Model and provider that `complete` asks first. Raises an LlmError."""
    provider = providers.configured()[0]
    return tries.guarded(lambda: model_for(request_model, provider)), provider.name


class _Call:
    """One question on its way to one provider."""

    def __init__(self, place: int, question: Question[Any], provider: Provider) -> None:
        self.place = place
        self.question = question
        self.provider = provider
        self.circuit = f"{provider.name}/{question.kind}"
        self.model = ""
        self.usage = Usage()
        self._started: float | None = None
        self._ended = 0.0

    def choose_model(self) -> None:
        self.model = tries.guarded(lambda: self.question.model_at(self.provider))

    def wanted(self) -> Wanted:
        asked = self.question
        return Wanted(
            asked.account, self.provider.name, self.model, asked.tokens_in, asked.tokens_out, asked.attempt
        )

    def ask(self) -> Any:
        """One try, in whatever thread."""
        self._started = self._started or time.perf_counter()
        told = {"purpose": self.question.account.purpose, "model": self.model, "provider": self.provider.name}
        with telemetry.span("llm.call", **told) as span:
            outcome = LlmCall.Outcome.FAILED
            try:
                value = tries.guarded(lambda: self.question.ask(self.provider, self.model, self.usage))
                outcome = LlmCall.Outcome.OK
                return value
            finally:
                self._ended = time.perf_counter()
                span.set_attributes({"outcome": outcome, "tokens_out": self.usage.tokens_out})

    @property
    def was_made(self) -> bool:
        return self._started is not None

    @property
    def duration_ms(self) -> int:
        """From the beginning of the first try to the end of the last."""
        return int(1000 * (self._ended - self._started)) if self._started else 0


def _allowed(calls: list[_Call]) -> list[tuple[int, Answer[Any] | Exception]]:
    """As `_asked`; a circuit that was not used keeps its trial."""
    try:
        return _asked(calls)
    finally:
        used = {call.circuit for call in calls if call.was_made}
        for circuit in {call.circuit for call in calls} - used:
            breaker.give_back(circuit)


def _asked(calls: list[_Call]) -> list[tuple[int, Answer[Any] | Exception]]:
    """What came of each call, by its place."""
    answers: list[tuple[int, Answer[Any] | Exception]] = []
    ready = []
    for call in calls:
        try:
            call.choose_model()
            ready.append(call)
        except LlmError as error:
            answers.append((call.place, error))
    try:
        return answers + (_paid(ready) if ready else [])
    except LlmBusy as error:
        return answers + [(call.place, error) for call in ready]


def _paid(calls: list[_Call]) -> list[tuple[int, Answer[Any] | Exception]]:
    """Each within the books, from its reservation to its settlement. Raises LlmBusy, AttemptLost."""
    settlements: list[Settlement] = []
    down: set[str] = set()
    with slots.some(len(calls)) as (at_once, at_the_end):
        booked = list(zip(calls, ledger.reserve([call.wanted() for call in calls]), strict=True))
        answers: list[tuple[int, Answer[Any] | Exception]] = [
            (call.place, reserved) for call, reserved in booked if isinstance(reserved, LlmError)
        ]
        affordable = [(call, reserved) for call, reserved in booked if isinstance(reserved, Reserved)]
        try:
            with _first_tries([call for call, _reserved in affordable], at_once) as firsts:
                for (call, reserved), first in zip(affordable, firsts, strict=True):
                    # who has just been asked in vain for one of them is not asked again for the others
                    at_most = 1 if call.circuit in down else tries.TRIES
                    answer = _answer(call, first, reserved, settlements, at_the_end, at_most)
                    answers.append((call.place, answer))
                    if isinstance(answer, _FALL_BACK):
                        down.add(call.circuit)
        finally:
            ledger.settle(settlements)
    return answers


@contextmanager
def _first_tries(calls: list[_Call], at_once: int) -> Iterator[list[Callable[[], Any]]]:
    """For each what waits for its first try. A call that is alone is made by the thread that waits for it."""
    if len(calls) == 1:
        yield [calls[0].ask]
        return
    with ThreadPoolExecutor(at_once) as pool:
        yield [pool.submit(contextvars.copy_context().run, call.ask).result for call in calls]


def _answer(
    call: _Call,
    first: Callable[[], Any],
    reserved: Reserved,
    settlements: list[Settlement],
    at_the_end: Pipeline,
    at_most: int,
) -> Answer[Any] | Exception:
    outcome, code = LlmCall.Outcome.FAILED, "internal_error"
    try:
        value = tries.until_answered(
            first,
            call.ask,
            circuit=call.circuit,
            attempt=call.question.attempt,
            at_the_end=at_the_end,
            at_most=at_most,
        )
        outcome, code = LlmCall.Outcome.OK, ""
        return Answer(value, call.provider.name, call.model, call.duration_ms)
    except LlmError as error:
        code = f"{error.code}: {error.detail}" if error.detail else error.code
        return error
    except Exception as error:
        # whatever it is: the other calls are under way and have to be paid
        return error
    finally:
        settlements.append(Settlement(reserved, call.usage, outcome, code, call.duration_ms))
        latency.observe("llm", call.duration_ms, at_the_end)
