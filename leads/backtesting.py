"""Rules against the past: would won leads have stood higher than lost ones, just before it was decided?

Each lead counts once, with its first outcome. Only activities before that moment count. Fit is taken from
what is known of the lead today, without the rules on fields that an outcome itself changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from leads import backtest, fit, sql
from leads.backtest import ENOUGH, Estimate, Placements
from leads.fit import FitRule
from leads.rules import Rules
from leads.temperature import UNIT_BITS, heat_to_temperature

# outcomes looked at; a sample of so many is more than a verdict needs
MOST_OUTCOMES: Final = 10_000
SHARES: Final = (0.1, 0.2)
# a lost lead is marked so: such a rule would know the answer
TELLING_FIELDS: Final = frozenset({"lead.stage", "lead.do_not_contact"})


@dataclass(frozen=True)
class Record:
    """How one set of rules did. Medians are temperatures; `lifts` belong to `SHARES`."""

    auc: Estimate
    lifts: tuple[float, ...]
    median_won: float
    median_lost: float


@dataclass(frozen=True)
class Backtest:
    """`before` and `after` are None where there are too few outcomes. `difference`: AUC after − before."""

    won: int
    lost: int
    # outcomes in all; more than won + lost where a sample was drawn
    total: int
    before: Record | None = None
    after: Record | None = None
    difference: Estimate | None = None

    @property
    def sampled(self) -> bool:
        return self.won + self.lost < self.total


@dataclass(frozen=True)
class _Outcomes:
    lead_ids: list[int]
    won: list[bool]
    closed_at: list[datetime]
    total: int


def run(before: Rules, after: Rules, *, seed: int, now: datetime | None = None) -> Backtest:
    """Three statements, however many leads and activities there are."""
    outcomes = _outcomes(seed, now or timezone.now())
    won, lost = sum(outcomes.won), outcomes.won.count(False)
    if min(won, lost) < ENOUGH:
        return Backtest(won, lost, outcomes.total)
    sides = [_sides(rules, outcomes) for rules in (before, after)]
    placed = [Placements.of(*side) for side in sides]
    old, new = (
        _record(rules, side, place) for rules, side, place in zip((before, after), sides, placed, strict=True)
    )
    return Backtest(won, lost, outcomes.total, old, new, backtest.difference(placed[1], placed[0]))


def ranks(rules: Rules, lead_ids: Sequence[int], closed_at: Sequence[datetime]) -> dict[int, float]:
    """By lead: the rank just before the moment given, with that moment as landmark."""
    fit_sql, fit_values = fit.fit_expression(_blind(rules.fit_rules)).named("fit_")
    excluded_sql, excluded_values = fit.excluded_expression(_blind(rules.exclude_rules)).named("excluded_")
    statement = sql.load("ranks_at_closing").replace("{fit}", fit_sql).replace("{excluded}", excluded_sql)
    bound = {"lead_ids": list(lead_ids), "closed_at": list(closed_at)}
    return dict(sql.rows(statement, {**rules.parameters(), **fit_values, **excluded_values, **bound}))


def _outcomes(seed: int, now: datetime) -> _Outcomes:
    found = sql.rows(sql.load("closed_leads"), {"now": now, "seed": seed, "size": MOST_OUTCOMES})
    columns: list[tuple[Any, ...]] = list(zip(*found, strict=True)) or [(), (), (), ()]
    return _Outcomes(list(columns[0]), list(columns[1]), list(columns[2]), columns[3][0] if found else 0)


def _blind(rules: Sequence[FitRule]) -> list[FitRule]:
    return [rule for rule in rules if rule.field not in TELLING_FIELDS]


def _sides(rules: Rules, outcomes: _Outcomes) -> tuple[list[float], list[float]]:
    """The ranks of won and of lost leads, in the same order for every set of rules."""
    found = ranks(rules, outcomes.lead_ids, outcomes.closed_at)
    pairs = list(zip(outcomes.lead_ids, outcomes.won, strict=True))
    return [found[lead] for lead, won in pairs if won], [found[lead] for lead, won in pairs if not won]


def _record(rules: Rules, side: tuple[list[float], list[float]], placed: Placements) -> Record:
    won, lost = side
    return Record(
        auc=backtest.auc(placed),
        lifts=tuple(backtest.lift(won, lost, share) for share in SHARES),
        median_won=_temperature(rules, backtest.middle(won)),
        median_lost=_temperature(rules, backtest.middle(lost)),
    )


def _temperature(rules: Rules, rank: float) -> float:
    """Of a rank whose landmark is the moment that is asked about."""
    return heat_to_temperature(rank * 2.0**-UNIT_BITS, rules.scale.scale_heat)
