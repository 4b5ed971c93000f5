"""A team's monthly limit: a warning at 80 %, a stop at 100 %, exact under concurrency."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import failures
from drafts.llm.errors import BudgetExhausted
from drafts.models import Budget, LlmCall
from salesdash import audit
from salesdash.formatting import numbers
from salesdash.models import Team

WARN_SHARE: Final = Decimal("0.8")


def month_of(team: Team, moment: datetime) -> date:
    return moment.astimezone(zoneinfo.ZoneInfo(team.time_zone)).date().replace(day=1)


def admit(*, team: Team, amount_jpy: Decimal) -> Budget | None:
    """Let `amount_jpy` be reserved, or raise BudgetExhausted.

    Call inside the transaction that inserts the reservation: the budget's row is locked, so concurrent
    calls see each other's. None: the team has no limit.
    """
    budget = _this_months(team, lock=True)
    if budget is None:
        return None
    spent = spent_jpy(team=team, month=budget.month)
    if spent + amount_jpy > budget.limit_jpy or spent >= budget.limit_jpy:
        raise BudgetExhausted
    if spent + amount_jpy >= budget.limit_jpy * WARN_SHARE:
        _mark(budget, "warned_at", "budget.warn")
    return budget


def spent_jpy(*, team: Team, month: date) -> Decimal:
    """Settled costs and open reservations of the month, JPY."""
    zone = zoneinfo.ZoneInfo(team.time_zone)
    start = datetime.combine(month, time.min, zone).astimezone(UTC)
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    end = datetime.combine(following, time.min, zone).astimezone(UTC)
    sums = LlmCall.objects.filter(team=team, at__gte=start, at__lt=end).aggregate(
        settled=Sum("cost_jpy"),
        reserved=Sum("reserved_jpy", filter=Q(outcome=LlmCall.Outcome.RESERVED)),
    )
    return (sums["settled"] or Decimal(0)) + (sums["reserved"] or Decimal(0))


def left_jpy(team: Team, now: datetime) -> Decimal | None:
    """What is left of this month's limit, below zero where it was lowered; None without one. Two queries."""
    month = month_of(team, now)
    last = Budget.objects.filter(team=team, month__lte=month).order_by("-month").first()
    return last.limit_jpy - spent_jpy(team=team, month=month) if last else None


def notice(team: Team) -> str:
    """What to tell who wants to write: empty below 80 % of this month's limit. One query there."""
    row = Budget.objects.filter(team=team, month=month_of(team, timezone.now())).first()
    if row is None or row.warned_at is None or not row.limit_jpy:
        return ""
    share = spent_jpy(team=team, month=row.month) / row.limit_jpy
    if share >= 1:
        return failures.message(BudgetExhausted.code)
    if share < WARN_SHARE:
        return ""
    sentence = _("%(share)s of this month's budget for writing is used. At 100%% writing stops.")
    return sentence % {"share": numbers.percent(float(share))}


def exhausted(team: Team) -> None:
    """Note the stop, once a month; called after the refused transaction was rolled back."""
    if budget := _this_months(team):
        _mark(budget, "stopped_at", "budget.stop")


def _this_months(team: Team, *, lock: bool = False) -> Budget | None:
    """This month's row; a limit that was set goes on until it is changed."""
    month = month_of(team, timezone.now())
    rows = Budget.objects.select_for_update() if lock else Budget.objects.all()
    last = rows.filter(team=team, month__lte=month).order_by("-month").first()
    if last is None or last.month == month:
        return last
    return rows.get_or_create(team=team, month=month, defaults={"limit_jpy": last.limit_jpy})[0]


def _mark(budget: Budget, field: str, action: str) -> None:
    if Budget.objects.filter(pk=budget.pk, **{field: None}).update(**{field: timezone.now()}):
        audit.record(actor=None, action=action, target=budget, details={"limit_jpy": str(budget.limit_jpy)})
