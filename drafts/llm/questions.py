"""What can be asked at the door, and how an answer is read: chat completions and moderations of OpenAI."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from django.conf import settings

from drafts.llm import ledger, providers
from drafts.llm.errors import LlmBadAnswer, LlmRefused
from drafts.llm.ledger import Account, Usage
from drafts.llm.providers import Provider
from drafts.workflow import Attempt

if TYPE_CHECKING:
    import openai

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_UNFINISHED: Final = ("length", "tool_calls", "function_call")
# what a model may refuse to be told and can do without: those that think take no temperature
_OPTIONAL: Final = ("temperature", "top_p", "seed", "reasoning_effort")
# per server and model, what it has refused so far
_refused: dict[tuple[str, str], set[str]] = {}


class Question(Protocol[T_co]):
    """`kind` names its circuit, beside the provider; `tokens_out` is the most that it may use."""

    @property
    def kind(self) -> str: ...
    @property
    def account(self) -> Account: ...
    @property
    def attempt(self) -> Attempt | None: ...
    @property
    def tokens_in(self) -> int: ...
    @property
    def tokens_out(self) -> int: ...

    def providers(self) -> list[Provider]:
        """In the order in which they are asked. Raises NotConfigured."""
        ...

    def model_at(self, provider: Provider) -> str: ...

    def ask(self, provider: Provider, model: str, usage: Usage) -> T_co:
        """One request; what it used is added to `usage`. Raises what the client raises, or an LlmError."""
        ...


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
    kind = "chat"

    @property
    def tokens_in(self) -> int:
        return sum(ledger.estimate_tokens(message["content"]) for message in self.messages)

    @property
    def tokens_out(self) -> int:
        return int(self.sampling.get("max_tokens", 900))

    def providers(self) -> list[Provider]:
        return providers.configured()

    def model_at(self, provider: Provider) -> str:
        return model_for(self.model, provider, judging=self.judging)

    def ask(self, provider: Provider, model: str, usage: Usage) -> T:
        sampling = {name: value for name, value in self.sampling.items() if name != "max_tokens"}
        if self.seed is not None:
            sampling["seed"] = self.seed
        schema = {"name": self.schema_name, "strict": True, "schema": self.schema}
        asked = {
            "model": model,
            "messages": self.messages,
            "response_format": {"type": "json_schema", "json_schema": schema},
            "max_completion_tokens": self.tokens_out,
            **sampling,
        }
        if settings.LLM_REASONING_EFFORT:
            asked["reasoning_effort"] = settings.LLM_REASONING_EFFORT
        return _value(_completed(provider, asked), usage, self.parse)


@dataclass(frozen=True)
class Moderated:
    """`categories` are those that were flagged; `score` is the highest of all."""

    flagged: bool
    categories: tuple[str, ...]
    score: float


@dataclass(frozen=True, repr=False)
class ModerationRequest:
    """One result per text, in order."""

    account: Account
    texts: Sequence[str]
    attempt: Attempt | None = None
    kind = "moderation"
    tokens_in = 0
    tokens_out = 0

    def providers(self) -> list[Provider]:
        return providers.moderating()

    def model_at(self, _provider: Provider) -> str:
        return str(settings.LLM_MODERATION_MODEL)

    def ask(self, provider: Provider, model: str, _usage: Usage) -> list[Moderated]:
        answer = _posted(provider.client(), "/moderations", {"model": model, "input": list(self.texts)})
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(self.texts):
            raise LlmBadAnswer("not one result per input")
        return [_moderated(result) for result in results]


def model_for(request_model: str, provider: Provider, *, judging: bool = False) -> str:
    configured = provider.judge_model if judging else provider.model
    wanted = "" if provider.is_fallback else request_model
    return wanted or configured or providers.first_model(provider)


def _completed(provider: Provider, asked: dict[str, Any]) -> Any:
    """The answer's JSON; asked again at once without what the model does not want to be told."""
    # late, like the client itself (providers.py)
    import openai

    refused = _refused.setdefault((provider.base_url, asked["model"]), set())
    while True:
        told = {name: value for name, value in asked.items() if name not in refused}
        try:
            return _posted(provider.client(), "/chat/completions", told)
        except openai.BadRequestError as error:
            name = _unwanted(error, told)
            if not name:
                raise
        refused.add(name)


def _unwanted(error: openai.BadRequestError, told: dict[str, Any]) -> str:
    """Which optional parameter is refused; some gateways name it in their sentence alone."""
    names = [name for name in _OPTIONAL if name in told]
    return next((name for name in names if error.param == name or f"'{name}'" in error.message), "")


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
