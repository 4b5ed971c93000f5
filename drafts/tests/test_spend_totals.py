"""The totals that budgets are measured against are always those of the ledger."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafts.llm import budget, ledger
from drafts.llm.ledger import Account, Usage
from drafts.models import LlmCall, ModelPrice, SpendTotal
from drafts.tests import booking

pytestmark = pytest.mark.django_db
_MONEY = st.decimals(0, 99, places=6)
_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["insert", "settle", "raise", "move", "delete", "all"]),
        st.integers(0, 4),
        _MONEY,
        _MONEY,
    ),
    max_size=12,
)


def by_hand():
    """The ledger added up, by team and quarter of an hour; what comes to nothing left out."""
    sums: Counter[tuple[int, datetime]] = Counter()
    for call in LlmCall.objects.all():
        since = call.at.astimezone(UTC).replace(minute=call.at.minute // 15 * 15, second=0, microsecond=0)
        open_jpy = call.reserved_jpy if call.outcome == LlmCall.Outcome.RESERVED else Decimal(0)
        sums[call.team_id, since] += call.cost_jpy + open_jpy
    return {key: jpy for key, jpy in sums.items() if jpy}


def kept():
    return {(total.team_id, total.since): total.jpy for total in SpendTotal.objects.exclude(jpy=0)}


def call(team, number, reserved=Decimal(0), cost=Decimal(0), outcome=LlmCall.Outcome.RESERVED):
    at = datetime(2026, 11, 1, 0, 14, 59, tzinfo=UTC) + timedelta(minutes=7 * number)
    return LlmCall(at=at, team=team, purpose="judge", reserved_jpy=reserved, cost_jpy=cost, outcome=outcome)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(_CHANGES)
def test_whatever_becomes_of_the_ledger(team, other_team, changes):
    LlmCall.objects.all().delete()
    LlmCall.objects.bulk_create([call(each, n, Decimal(n)) for n in range(3) for each in (team, other_team)])
    for what, number, one, other in changes:
        some = LlmCall.objects.filter(
            pk__in=list(LlmCall.objects.order_by("pk").values_list("pk", flat=True))[number::3]
        )
        match what:
            case "insert":
                call(team, number, one, other).save()
            case "settle":
                some.update(outcome=LlmCall.Outcome.OK, cost_jpy=one)
            case "raise":
                some.update(reserved_jpy=F("reserved_jpy") + one)
            case "move":
                some.update(team=other_team, at=F("at") + timedelta(minutes=20))
            case "delete":
                some.delete()
            case "all":
                LlmCall.objects.update(cost_jpy=other)
        assert kept() == by_hand()


def test_a_month_ends_where_the_teams_zone_ends_it(team):
    team.time_zone = "Asia/Kolkata"  # half an hour beside the others
    team.save(update_fields=["time_zone"])
    ended = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
    for at, cost in ((ended - timedelta(seconds=1), 3), (ended, 5)):
        LlmCall.objects.create(at=at, team=team, purpose="judge", cost_jpy=cost, outcome="ok")
    assert budget.spent_jpy(team=team, month=date(2026, 10, 1)) == 3
    assert budget.spent_jpy(team=team, month=date(2026, 11, 1)) == 5


def test_calls_reserved_settled_and_lost_are_counted_once(team):
    priced = "a-model"
    usd = dict.fromkeys(("usd_per_million_in", "usd_per_million_cached", "usd_per_million_out"), 2)
    ModelPrice.objects.create(model=priced, valid_from=date(2026, 1, 1), **usd)
    account = Account(team.pk, LlmCall.Purpose.JUDGE)
    asked = {"model": priced, "tokens_in": 1000, "tokens_out": 100}
    settled, lost = booking.reserve(account, **asked), booking.reserve(account, **asked)
    assert kept() == by_hand() != {}
    booking.settle(settled, Usage(10, 1))
    ledger.note_cached(account, provider="p", model=priced)
    assert kept() == by_hand()
    assert ledger.close_lost(older_than=timezone.now() + timedelta(hours=1)) == 1
    assert kept() == by_hand()
    month = budget.month_of(team, timezone.now())
    cost = LlmCall.objects.get(pk=settled.call_id).cost_jpy
    assert budget.spent_jpy(team=team, month=month) == cost + lost.estimate_jpy
