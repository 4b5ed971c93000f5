"""One call in the ledger, for tests of what it costs."""

from __future__ import annotations

from drafts.llm import ledger
from drafts.llm.ledger import Account, Reserved, Settlement, Usage, Wanted
from drafts.models import LlmCall


def reserve(account: Account, *, model: str = "m", tokens_in: int = 0, tokens_out: int = 0) -> Reserved:
    """Raises BudgetExhausted."""
    (reserved,) = ledger.reserve([Wanted(account, "p", model, tokens_in, tokens_out)])
    if not isinstance(reserved, Reserved):
        raise reserved
    return reserved


def settle(reserved: Reserved, usage: Usage, *, ms: int = 1) -> None:
    ledger.settle([Settlement(reserved, usage, LlmCall.Outcome.OK, duration_ms=ms)])
