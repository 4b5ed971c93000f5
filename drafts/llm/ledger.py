"""A row per call: its price is reserved before and settled after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Case, F, When
from django.utils import timezone

from drafts.llm import budget
from drafts.llm.errors import BudgetExhausted
from drafts.models import LlmCall
from drafts.workflow import Attempt, AttemptLost
from leads.sql import prepared_rows, prepared_run
from salesdash import telemetry

_MILLION: Final = Decimal(1_000_000)
# a row always comes; the second list is asked where the model is not listed and the server is not our own
_PRICE: Final = """
SELECT fx.jpy_per_usd, p.usd_per_million_in, p.usd_per_million_cached, p.usd_per_million_out
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (
    SELECT jpy_per_usd FROM drafts_fxrate WHERE valid_from <= %(day)s ORDER BY valid_from DESC LIMIT 1
) AS fx ON true
LEFT JOIN LATERAL (
    (SELECT * FROM drafts_modelprice WHERE model = %(model)s AND valid_from <= %(day)s
     ORDER BY valid_from DESC LIMIT 1)
    UNION ALL
    (SELECT * FROM drafts_modelprice WHERE NOT %(own)s ORDER BY usd_per_million_out DESC LIMIT 1)
    LIMIT 1
) AS p ON true
"""
# see migration 0036: sign of life, price, budget and row in one round trip; one after the other for several
_RESERVE: Final = """
SELECT state, call, estimate, usd_in, usd_cached, usd_out, fx, budget, warns FROM drafts_reserve_call(
    %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
)"""
# one that a crash took is booked at the estimate, see close_lost
_SETTLE: Final = """
UPDATE drafts_llmcall AS call
SET tokens_in = s.tokens_in, tokens_out = s.tokens_out, tokens_cached = s.tokens_cached, cost_usd = s.usd,
    cost_jpy = s.jpy, duration_ms = s.ms, outcome = s.outcome, error_code = s.error
FROM unnest(
    %s::bigint[], %s::int[], %s::int[], %s::int[], %s::numeric[], %s::numeric[], %s::int[], %s::text[],
    %s::text[]
) AS s (id, tokens_in, tokens_out, tokens_cached, usd, jpy, ms, outcome, error)
WHERE call.id = s.id AND unhurried()
"""
# a row that a crash takes is a saved call that nobody counts
_CACHED: Final = """
INSERT INTO drafts_llmcall (
    at, team_id, draft_id, prompt_version_id, purpose, provider, model, tokens_in, tokens_out,
    tokens_cached, reserved_jpy, cost_jpy, cost_usd, fx_jpy, duration_ms, outcome, error_code, trace_id
)
SELECT %(now)s, %(team)s, %(draft)s::bigint, %(version)s::bigint, %(purpose)s, %(provider)s, %(model)s,
    0, 0, 0, 0, 0, 0, coalesce((
        SELECT jpy_per_usd FROM drafts_fxrate WHERE valid_from <= %(day)s ORDER BY valid_from DESC LIMIT 1
    ), 0), 0, %(outcome)s, '', %(trace)s
WHERE unhurried()
"""


@dataclass(frozen=True)
class Account:
    """On whose behalf a call is made."""

    team_id: int
    purpose: LlmCall.Purpose
    draft_id: int | None = None
    prompt_version_id: int | None = None


@dataclass
class Usage:
    """Tokens of all tries of one call."""

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0


@dataclass(frozen=True)
class Price:
    """USD per token, and JPY per USD."""

    usd_in: Decimal
    usd_cached: Decimal
    usd_out: Decimal
    jpy_per_usd: Decimal

    def usd(self, usage: Usage) -> Decimal:
        fresh = max(0, usage.tokens_in - usage.tokens_cached)
        return self.usd_in * fresh + self.usd_cached * usage.tokens_cached + self.usd_out * usage.tokens_out


@dataclass(frozen=True)
class Wanted:
    """A call about to be made. `attempt` gives its sign of life in the same statement."""

    account: Account
    provider: str
    model: str
    tokens_in: int
    tokens_out: int
    attempt: Attempt | None = None


@dataclass(frozen=True)
class Reserved:
    """A row of the ledger that is still open, and the price that it will be settled at."""

    call_id: int
    account: Account
    provider: str
    model: str
    estimate_jpy: Decimal
    price: Price


@dataclass(frozen=True)
class Settlement:
    """How a call ended: `error_code` holds codes and numbers only."""

    reserved: Reserved
    usage: Usage
    outcome: LlmCall.Outcome
    error_code: str = ""
    duration_ms: int = 0


def reserve(calls: Sequence[Wanted]) -> list[Reserved | BudgetExhausted]:
    """The estimate of each goes into the books, or BudgetExhausted stands where it does not fit any more.

    Raises AttemptLost, and writes no row, where the claim on the draft is gone.
    """
    now = timezone.now()
    day, trace, own = timezone.localdate(now), telemetry.trace_id(), bool(settings.LLM_BASE_URL)
    asked: list[Any] = []
    for call in calls:
        account = call.account
        asked += [
            account.team_id, account.draft_id, account.prompt_version_id, account.purpose.value,
            call.provider, call.model, call.tokens_in, call.tokens_out, trace,
            call.attempt and call.attempt.token, own, now, day, budget.WARN_SHARE,
        ]  # fmt: skip
    rows = prepared_rows(" UNION ALL ".join([_RESERVE] * len(calls)), asked)
    return [_reserved(call, row) for call, row in zip(calls, rows, strict=True)]


def _reserved(call: Wanted, row: tuple[Any, ...]) -> Reserved | BudgetExhausted:
    state, call_id, estimate, usd_in, usd_cached, usd_out, rate, budget_id, warns = row
    if state == "lost":
        raise AttemptLost
    if state == "exhausted":
        budget.exhausted(budget_id)
        return BudgetExhausted()
    if warns:
        budget.warn(budget_id)
    price = Price(usd_in, usd_cached, usd_out, rate)
    return Reserved(call_id, call.account, call.provider, call.model, estimate, price)


def settle(calls: Sequence[Settlement]) -> None:
    """At the price that was reserved."""
    if not calls:
        return
    rows = []
    for call in calls:
        usage, price = call.usage, call.reserved.price
        usd = price.usd(usage)
        rows.append(
            (
                call.reserved.call_id, usage.tokens_in, usage.tokens_out, usage.tokens_cached, usd,
                usd * price.jpy_per_usd, call.duration_ms, call.outcome.value, call.error_code[:60],
            )
        )  # fmt: skip
    prepared_run(_SETTLE, [list(column) for column in zip(*rows, strict=True)])


def close_lost(*, older_than: datetime) -> int:
    """Book the estimate of calls whose worker died: the provider may have charged for them."""
    return LlmCall.objects.filter(outcome=LlmCall.Outcome.RESERVED, at__lt=older_than).update(
        outcome=LlmCall.Outcome.FAILED,
        error_code="lost",
        cost_jpy=F("reserved_jpy"),
        cost_usd=Case(When(fx_jpy__gt=0, then=F("reserved_jpy") / F("fx_jpy")), default=Decimal(0)),
    )


def note_cached(account: Account, *, provider: str, model: str) -> None:
    """A call that the cache saved: the hit rate is counted from these rows."""
    now = timezone.now()
    noted: dict[str, Any] = {
        "team": account.team_id, "draft": account.draft_id, "version": account.prompt_version_id,
        "purpose": account.purpose.value, "provider": provider, "model": model,
        "outcome": LlmCall.Outcome.CACHED.value, "trace": telemetry.trace_id(), "now": now,
        "day": timezone.localdate(now),
    }  # fmt: skip
    prepared_run(_CACHED, noted)


def price_of(model: str, day: date) -> Price:
    """The list's entry that holds on `day`.

    A model that no list names: free where the server is our own, else as dear as the dearest known.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRICE, {"model": model, "day": day, "own": bool(settings.LLM_BASE_URL)})
        rate, *listed = cursor.fetchone()
    usd_in, usd_cached, usd_out = (Decimal(usd or 0) / _MILLION for usd in listed)
    return Price(usd_in, usd_cached, usd_out, Decimal(rate or 0))


def estimate_tokens(text: str) -> int:
    """An upper bound: one token per character outside ASCII, one per three inside."""
    inside = len(text.encode("ascii", "ignore"))
    return len(text) - inside + math.ceil(inside / 3) + 8
