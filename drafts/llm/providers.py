"""Who answers: the configured provider, then the fallback. Both speak the OpenAI protocol."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings

from drafts.llm.errors import NotConfigured

if TYPE_CHECKING:
    import openai

# where nothing is configured but a key for OpenAI itself
DEFAULT_MODEL: Final = "gpt-4.1-mini"
# how the models of the rule-based server are called (salesdash.devllm)
BUILT_IN: Final = "salesdash-dev-"
CONNECT_SECONDS: Final = 5.0
_clients: dict[tuple[int, str, str, float], openai.OpenAI] = {}
_making = threading.Lock()
_first_models: dict[str, str] = {}


@dataclass(frozen=True, repr=False)
class Provider:
    """`name` is its host: it stands in the ledger and in the breaker's keys."""

    name: str
    base_url: str
    api_key: str
    model: str
    judge_model: str
    # a prompt version's own model is one of the first provider's
    is_fallback: bool = False

    def client(self) -> openai.OpenAI:
        """One per process, for all its threads: a pool of connections must not be shared across a fork.

        Its package takes a fifth of a start, and 17 MB: only who asks a model pays for it.
        """
        import openai

        timeout_seconds = settings.LLM_TIMEOUT_SECONDS
        key = (os.getpid(), self.base_url, self.api_key, timeout_seconds)
        with _making:
            if key not in _clients:
                _clients[key] = openai.OpenAI(
                    # servers of one's own often want no key, the client insists on one
                    api_key=self.api_key or "none",
                    base_url=self.base_url or None,
                    timeout=openai.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
                    max_retries=0,
                )
            return _clients[key]


def configured() -> list[Provider]:
    """In the order in which they are asked. Raises NotConfigured where there is none."""
    found = []
    if settings.LLM_BASE_URL or settings.OPENAI_API_KEY:
        model = settings.LLM_MODEL
        found.append(
            _provider(
                settings.LLM_BASE_URL, settings.OPENAI_API_KEY, model, settings.LLM_JUDGE_MODEL or model
            )
        )
    if settings.LLM_FALLBACK_BASE_URL or settings.LLM_FALLBACK_API_KEY:
        model = settings.LLM_FALLBACK_MODEL
        second = _provider(settings.LLM_FALLBACK_BASE_URL, settings.LLM_FALLBACK_API_KEY, model, model)
        found.append(replace(second, is_fallback=True))
    if not found:
        raise NotConfigured
    return found


def moderating() -> list[Provider]:
    """Who moderates: the service that is named for it, else those that write.

    A server of one's own mostly has no moderation endpoint; without one every draft goes to a reviewer.
    """
    base_url, key = settings.LLM_MODERATION_BASE_URL, settings.LLM_MODERATION_API_KEY
    return [_provider(base_url, key, "", "")] if base_url or key else configured()


def _provider(base_url: str, api_key: str, model: str, judge_model: str) -> Provider:
    name = urlsplit(base_url).netloc or "api.openai.com"
    if not base_url:
        model, judge_model = model or DEFAULT_MODEL, judge_model or DEFAULT_MODEL
    return Provider(name[:80], base_url, api_key, model, judge_model)


def is_built_in(provider: Provider) -> bool:
    """Whether the rule-based server answers: what it says proves that all parts work together, no more."""
    return bool(provider.base_url) and first_model(provider).startswith(BUILT_IN)


def first_model(provider: Provider) -> str:
    """The first model that a server of one's own lists: most serve a single one."""
    if provider.base_url not in _first_models:
        listed = [model.id for model in provider.client().models.list()]
        if not listed:
            raise NotConfigured("the server lists no model")
        _first_models[provider.base_url] = listed[0]
    return _first_models[provider.base_url]
