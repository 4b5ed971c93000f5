"""The body of POST /v1/chat/completions, checked as the provider checks it."""

from dataclasses import dataclass
from typing import Any

from salesdash.devllm import prompt, response_format
from salesdash.devllm.errors import invalid, unknown_model
from salesdash.devllm.faults import Target
from salesdash.devllm.options import JUDGE_MODEL, WRITER_MODEL

_MODELS = (WRITER_MODEL, JUDGE_MODEL)
_ROLES = ("developer", "system", "user", "assistant")
_NOT_OFFERED = ("tools", "functions", "logprobs", "audio", "prediction", "web_search_options", "moderation")
_MAX_CHOICES = 128


@dataclass(frozen=True)
class ChatRequest:
    model: str
    texts: tuple[str, ...]
    data: dict[str, Any] | None
    choices: int
    seed: int
    stream: bool
    include_usage: bool
    max_tokens: int | None
    stop: tuple[str, ...]
    response_format: object

    @property
    def prompt(self) -> str:
        return "\n".join(self.texts)

    @property
    def target(self) -> Target:
        name = self.data.get("task") if self.data else None
        return Target(name) if name in (Target.DRAFT, Target.JUDGE) else Target.CHAT


def _integer(body: dict[str, Any], name: str, low: int, high: int) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise invalid(f"'{name}' must be an integer from {low} to {high}.", param=name)
    return value


def _text(message: object, place: int) -> str:
    param = f"messages[{place}]"
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise invalid(f"'{param}.role' must be one of {', '.join(_ROLES)}.", param=param)
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) and content else [None]
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    if len(texts) != len(parts) or not all(isinstance(text, str) for text in texts):
        raise invalid(f"'{param}.content' must be a string or an array of text parts.", param=param)
    return "".join(map(str, texts))


def _stream_options(body: dict[str, Any]) -> bool:
    options = body.get("stream_options")
    if options is None:
        return False
    if not body.get("stream"):
        raise invalid("'stream_options' is only allowed when 'stream' is enabled.", param="stream_options")
    if not isinstance(options, dict):
        raise invalid("'stream_options' must be an object.", param="stream_options")
    return bool(options.get("include_usage"))


def _stop(body: dict[str, Any]) -> tuple[str, ...]:
    stop = body.get("stop")
    stops = [stop] if isinstance(stop, str) else stop or []
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(s, str) and s for s in stops):
        raise invalid("'stop' must be a string or up to 4 strings.", param="stop")
    return tuple(stops)


def _range(body: dict[str, Any], name: str, low: float, high: float) -> None:
    value = body.get(name)
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise invalid(f"'{name}' must be a number from {low} to {high}.", param=name)


def read(body: dict[str, Any]) -> ChatRequest:
    """Refuses what the provider refuses, and what this server does not offer."""
    messages, model = body.get("messages"), body.get("model")
    if not isinstance(model, str) or not model:
        raise invalid("you must provide a model parameter", param="model")
    if model not in _MODELS:
        raise unknown_model(model, _MODELS)
    if not isinstance(messages, list) or not messages:
        raise invalid("'messages' must be an array of at least one message.", param="messages")
    for name in _NOT_OFFERED:
        if body.get(name):
            raise invalid(
                f"The dev server does not offer '{name}'.", param=name, code="unsupported_parameter"
            )
    texts = tuple(_text(message, place) for place, message in enumerate(messages))
    response_format.check(body.get("response_format"), "\n".join(texts))
    _range(body, "temperature", 0, 2)
    _range(body, "top_p", 0, 1)
    limits = [_integer(body, name, 1, 2**31) for name in ("max_completion_tokens", "max_tokens")]
    return ChatRequest(
        model=model,
        texts=texts,
        data=prompt.find_block(texts),
        choices=_integer(body, "n", 1, _MAX_CHOICES) or 1,
        seed=_integer(body, "seed", -(2**63), 2**63 - 1) or 0,
        stream=bool(body.get("stream")),
        include_usage=_stream_options(body),
        max_tokens=next((limit for limit in limits if limit is not None), None),
        stop=_stop(body),
        response_format=body.get("response_format"),
    )
