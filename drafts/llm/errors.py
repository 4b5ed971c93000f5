"""What can go wrong at the model's door. None of these carries a word of a prompt or an answer."""

from __future__ import annotations

from salesdash.errors import TemporaryError


class LlmError(Exception):
    """`code` is one of drafts.failures; `detail` says more, in codes and numbers only."""

    code = "internal_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail


class LlmUnavailable(LlmError, TemporaryError):
    """Timeout, lost connection, 5xx, 429, open circuit: it may pass."""

    code = "llm_unavailable"

    def __init__(self, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class LlmBusy(LlmError, TemporaryError):
    """All slots are taken: our own limit, not the provider's."""

    code = "llm_busy"


class LlmBadAnswer(LlmError):
    """Truncated, no JSON, or JSON of another shape. Asking again may help."""

    code = "llm_bad_answer"


class LlmRejected(LlmError):
    """The provider does not accept the request as it is: key, model, parameters."""

    code = "llm_rejected"


class LlmRefused(LlmError):
    """The provider's own filter, or the model, declined."""

    code = "llm_refused"


class NotConfigured(LlmError):
    code = "llm_not_configured"


class BudgetExhausted(LlmError):
    code = "budget_exhausted"
