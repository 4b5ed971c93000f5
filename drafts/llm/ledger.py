"""A row per call: its price is reserved before and settled after."""

from __future__ import annotations

import math
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
# see migration 0036: sign of life, price, budget and row in one round trip
_RESERVE: Final = """
SELECT state, call, estimate, usd_in, usd_cached, usd_out, fx, budget, warns FROM drafts_reserve_call(
    %(team)s, %(draft)s, %(version)s, %(purpose)s, %(provider)s, %(model)s, %(tokens_in)s, %(tokens_out)s,
    %(trace)s, %(attempt)s, %(own)s, %(now)s, %(day)s, %(warn_share)s
)"""
# one that a crash took is booked at the estimate, see close_lost
_SETTLE: Final = """
UPDATE drafts_llmcall
SET tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s, tokens_cached = %(tokens_cached)s,
    cost_usd = %(usd)s, cost_jpy = %(jpy)s, duration_ms = %(ms)s, outcome = %(outcome)s,
    error_code = %(error)s
WHERE id = %(call)s AND unhurried()
"""
# a row that a crash takes is a saved call that nobody counts
_CACHED: Final = """
INSERT INTO drafts_llmcall (
    at, team_id, draft_id, prompt_version_id, purpose, provider, model, tokens_in, tokens_out,
    tokens_cached, reserved_jpy, cost_jpy, cost_usd, fx_jpy, duration_ms, outcome, error_code, trace_id
)
SELECT %(now)s, %(team)s, %(draft)s, %(version)s, %(purpose)s, %(provider)s, %(model)s, 0, 0, 0, 0, 0, 0,
    coalesce((
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
class Reserved:
    """A row of the ledger that is still open, and the price that it will be settled at."""

    call_id: int
    account: Account
    provider: str
    model: str
    estimate_jpy: Decimal
    price: Price


def reserve(
    account: Account,
    *,
    provider: str,
    model: str,
    tokens_in: int,
    tokens_out: int,
    attempt: Attempt | None = None,
) -> Reserved:
    """The estimate goes into the books; BudgetExhausted if it does not fit any more.

    `attempt` gives its sign of life in the same statement: AttemptLost, and no row, where its claim is gone.
    """
    now = timezone.now()
    asked: dict[str, Any] = {
        "team": account.team_id, "draft": account.draft_id, "version": account.prompt_version_id,
        "purpose": account.purpose.value, "provider": provider, "model": model, "tokens_in": tokens_in,
        "tokens_out": tokens_out, "trace": telemetry.trace_id(), "attempt": attempt and attempt.token,
        "own": bool(settings.LLM_BASE_URL), "now": now, "day": timezone.localdate(now),
        "warn_share": budget.WARN_SHARE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, asked)
        state, call_id, estimate, usd_in, usd_cached, usd_out, rate, budget_id, warns = cursor.fetchone()
    if state == "lost":
        raise AttemptLost
    if state == "exhausted":
        budget.exhausted(budget_id)
        raise BudgetExhausted
    if warns:
        budget.warn(budget_id)
    return Reserved(call_id, account, provider, model, estimate, Price(usd_in, usd_cached, usd_out, rate))


def settle(
    reserved: Reserved, usage: Usage, *, outcome: LlmCall.Outcome, error_code: str = "", ms: int
) -> None:
    """At the price that was reserved."""
    cost_usd = reserved.price.usd(usage)
    settled: dict[str, Any] = {
        "call": reserved.call_id, "tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out,
        "tokens_cached": usage.tokens_cached, "usd": cost_usd, "jpy": cost_usd * reserved.price.jpy_per_usd,
        "ms": ms, "outcome": outcome.value, "error": error_code[:60],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, settled)


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
    with connection.cursor() as cursor:
        cursor.execute(_CACHED, noted)


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
