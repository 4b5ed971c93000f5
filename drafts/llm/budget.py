"""A team's monthly limit: a warning at 80 %, a stop at 100 %, exact under concurrency."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import failures
from drafts.llm.errors import BudgetExhausted
from drafts.models import Budget, SpendTotal
from salesdash import audit
from salesdash.formatting import numbers
from salesdash.models import Team

WARN_SHARE: Final = Decimal("0.8")


def month_of(team: Team, moment: datetime) -> date:
    return moment.astimezone(zoneinfo.ZoneInfo(team.time_zone)).date().replace(day=1)


def spent_jpy(*, team: Team, month: date) -> Decimal:
    """Settled costs and open reservations of the month, JPY."""
    zone = zoneinfo.ZoneInfo(team.time_zone)
    start = datetime.combine(month, time.min, zone).astimezone(UTC)
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    end = datetime.combine(following, time.min, zone).astimezone(UTC)
    totals = SpendTotal.objects.filter(team=team, since__gte=start, since__lt=end)
    return totals.aggregate(all=Sum("jpy"))["all"] or Decimal(0)


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


def warn(budget_id: int) -> None:
    """Note that 80 % are used, once a month."""
    _mark(budget_id, "warned_at", "budget.warn")


def exhausted(budget_id: int) -> None:
    """Note the stop, once a month."""
    _mark(budget_id, "stopped_at", "budget.stop")


def _mark(budget_id: int, field: str, action: str) -> None:
    with transaction.atomic():
        marked = Budget.objects.filter(pk=budget_id, **{field: None}).update(**{field: timezone.now()})
        if marked:
            row = Budget.objects.get(pk=budget_id)
            audit.record(actor=None, action=action, target=row, details={"limit_jpy": str(row.limit_jpy)})
