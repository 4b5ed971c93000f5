"""A row per call: its price is reserved before and settled after."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, When
from django.utils import timezone

from drafts.llm import budget
from drafts.llm.errors import BudgetExhausted
from drafts.models import LlmCall
from salesdash import telemetry
from salesdash.models import Team

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

    call: LlmCall
    price: Price


def reserve(
    account: Account,
    *,
    provider: str,
    model: str,
    tokens_in: int,
    tokens_out: int,
    before: Callable[[], object] | None = None,
) -> Reserved:
    """The estimate goes into the books; BudgetExhausted if it does not fit any more.

    `before` is run in the same transaction, first.
    """
    now = timezone.now()
    price = price_of(model, timezone.localdate(now))
    estimate_jpy = price.usd(Usage(tokens_in, tokens_out)) * price.jpy_per_usd
    team = Team.objects.get(pk=account.team_id) if estimate_jpy > 0 else None
    try:
        with transaction.atomic():
            if before:
                before()
            if team:
                budget.admit(team=team, amount_jpy=estimate_jpy)
            row = _row(account, provider, model, price, at=now, reserved_jpy=estimate_jpy)
            return Reserved(row, price)
    except BudgetExhausted:
        if team:
            budget.exhausted(team)
        raise


def settle(
    reserved: Reserved, usage: Usage, *, outcome: LlmCall.Outcome, error_code: str = "", ms: int
) -> None:
    """At the price that was reserved."""
    call, price = reserved.call, reserved.price
    call.tokens_in, call.tokens_out = usage.tokens_in, usage.tokens_out
    call.tokens_cached = usage.tokens_cached
    call.cost_usd = price.usd(usage)
    call.cost_jpy = call.cost_usd * call.fx_jpy
    call.outcome, call.error_code, call.duration_ms = outcome, error_code[:60], ms
    call.save(
        update_fields=[
            "tokens_in", "tokens_out", "tokens_cached", "cost_usd", "cost_jpy", "outcome", "error_code",
            "duration_ms",
        ]
    )  # fmt: skip


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
    price = price_of(model, timezone.localdate(now))
    _row(account, provider, model, price, at=now, outcome=LlmCall.Outcome.CACHED)


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


def _row(
    account: Account,
    provider: str,
    model: str,
    price: Price,
    *,
    at: datetime,
    reserved_jpy: Decimal = Decimal(0),
    outcome: LlmCall.Outcome = LlmCall.Outcome.RESERVED,
) -> LlmCall:
    return LlmCall.objects.create(
        at=at,
        team_id=account.team_id,
        draft_id=account.draft_id,
        prompt_version_id=account.prompt_version_id,
        purpose=account.purpose,
        provider=provider,
        model=model,
        reserved_jpy=reserved_jpy,
        fx_jpy=price.jpy_per_usd,
        outcome=outcome,
        trace_id=telemetry.trace_id(),
    )
