"""The ledger: estimated before, settled after, never above the month's limit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts import generation, requests
from drafts.llm import budget, ledger
from drafts.llm.errors import BudgetExhausted
from drafts.llm.ledger import Account, Usage
from drafts.models import Budget, Draft, FxRate, LlmCall, ModelPrice, State
from drafts.tests import booking
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


GENERATION = LlmCall.Purpose.GENERATION


def price(model: str, usd_in: str, usd_out: str, day: str = "2026-01-01") -> ModelPrice:
    return ModelPrice.objects.create(
        model=model,
        valid_from=day,
        usd_per_million_in=usd_in,
        usd_per_million_cached="0.1",
        usd_per_million_out=usd_out,
    )


def limit(team, jpy) -> Budget:
    return Budget.objects.create(team=team, month=budget.month_of(team, timezone.now()), limit_jpy=jpy)


def reserve(team, tokens=1_000_000) -> ledger.Reserved:
    return booking.reserve(Account(team.pk, GENERATION), tokens_in=tokens)


def test_a_call_costs_what_its_tokens_cost(team):
    price("m", "2.00", "8.00")
    reserved = reserve(team)
    assert reserved.estimate_jpy == Decimal("300")
    booking.settle(reserved, Usage(1000, 500, 400), ms=12)
    call = LlmCall.objects.get()
    # 600 fresh at 2, 400 cached at 0.1, 500 out at 8 USD per million, at 150 JPY
    assert call.cost_usd == Decimal("0.00524000")
    assert call.cost_jpy == Decimal("0.786000")
    assert (call.outcome, call.duration_ms, call.fx_jpy) == ("ok", 12, 150)


def test_prices_and_rates_are_those_of_the_day(team):
    price("m", "1.00", "1.00", "2026-01-01")
    price("m", "3.00", "3.00", "2026-06-01")
    FxRate.objects.create(valid_from="2026-06-01", jpy_per_usd=160)
    before = ledger.price_of("m", datetime(2026, 5, 31, tzinfo=UTC).date())
    after = ledger.price_of("m", datetime(2026, 6, 1, tzinfo=UTC).date())
    assert (before.usd_in * 1_000_000, before.jpy_per_usd) == (1, 150)
    assert (after.usd_in * 1_000_000, after.jpy_per_usd) == (3, 160)


def test_an_unknown_model_counts_as_the_dearest_unless_it_is_ours(settings):
    dearest = max(ModelPrice.objects.values_list("usd_per_million_out", flat=True))
    settings.LLM_BASE_URL = ""
    assert ledger.price_of("gpt-99", timezone.now().date()).usd_out * 1_000_000 == dearest
    settings.LLM_BASE_URL = "http://gpu.local/v1"
    assert ledger.price_of("own-model", timezone.now().date()).usd_out == 0


def test_every_seeded_price_names_its_source():
    assert not ModelPrice.objects.filter(source="").exists()
    assert not FxRate.objects.filter(source="").exists()


def test_the_estimate_is_no_less_than_the_dev_servers_count():
    from salesdash.devllm import tokens

    for text in (
        "株式会社青葉精機の山田様、突然のご連絡にて失礼いたします。",
        "Dear Ms Smith, thank you for your time.",
        "{}" * 50,
    ):
        assert ledger.estimate_tokens(text) >= tokens.count(text)


def test_80_percent_warns_once_and_100_percent_stops(team):
    price("m", "2.00", "8.00")
    row = limit(team, 1000)
    reserve(team), reserve(team)
    row.refresh_from_db()
    assert row.warned_at is None
    reserve(team)
    row.refresh_from_db()
    assert row.warned_at is not None
    with pytest.raises(BudgetExhausted):
        reserve(team)
    row.refresh_from_db()
    assert row.stopped_at is not None
    assert LlmCall.objects.count() == 3
    assert AuditEntry.objects.filter(action="budget.warn").count() == 1
    assert AuditEntry.objects.filter(action="budget.stop").count() == 1


def test_settling_below_the_estimate_frees_the_rest(team):
    price("m", "2.00", "8.00")
    limit(team, 350)
    booking.settle(reserve(team), Usage(1000, 0))
    assert reserve(team)


def test_raising_the_limit_lets_it_go_on(team):
    price("m", "2.00", "8.00")
    row = limit(team, 100)
    with pytest.raises(BudgetExhausted):
        reserve(team)
    Budget.objects.filter(pk=row.pk).update(limit_jpy=1000)
    assert reserve(team)


def test_last_months_limit_goes_on(team):
    price("m", "2.00", "8.00")
    Budget.objects.create(team=team, month="2026-01-01", limit_jpy=100)
    with pytest.raises(BudgetExhausted):
        reserve(team)
    assert Budget.objects.filter(team=team).count() == 2


def test_a_month_begins_in_the_teams_zone(team):
    first = datetime(2026, 10, 31, 15, 30, tzinfo=UTC)
    assert str(budget.month_of(team, first)) == "2026-11-01"


def test_a_rep_learns_that_the_budget_is_used_up(llm, lead, rep, team):
    price("salesdash-dev-writer", "2.00", "8.00")
    limit(team, Decimal("0.01"))
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    failed = Draft.objects.get()
    assert (failed.state, failed.error_code) == (State.FAILED, "budget_exhausted")
    assert failed.error_message
    assert not llm.requests


def test_every_call_of_a_draft_is_in_the_ledger(llm, lead, rep):
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    rows = LlmCall.objects.filter(draft=draft).order_by("id").values_list("purpose", "model", "outcome")
    assert list(rows) == [
        ("generation", "salesdash-dev-writer", "ok"),
        ("moderation", "omni-moderation-latest", "ok"),
        ("judge", "salesdash-dev-judge", "ok"),
        ("judge", "salesdash-dev-judge", "ok"),
    ]
    assert all(call.tokens_in and call.tokens_out for call in LlmCall.objects.exclude(purpose="moderation"))


def test_who_wants_to_write_is_warned_stopped_and_let_on_again(client, llm, lead, rep, manager, team):
    """At 80 % a line above the button, at 100 % the sentence of the stop; a manager's higher limit ends both."""

    def panel() -> str:
        client.force_login(rep)
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}
        return client.get(reverse("drafts:panel", args=[lead.pk]), headers=headers).text

    price("m", "2.00", "8.00")
    row = limit(team, 1000)
    reserve(team), reserve(team)
    assert "予算" not in panel()
    reserve(team)
    assert "今月の文面作成の予算の90%を使いました。" in panel()
    booking.settle(reserve(team, 300_000), Usage(400_000, 0))
    with pytest.raises(BudgetExhausted):
        reserve(team)
    assert "今月の文面作成の予算を使い切りました。" in panel()
    manager.is_staff = True
    manager.save()
    client.force_login(manager)
    answer = client.post(reverse("admin:drafts_budget_change", args=[row.pk]), {"limit_jpy": "5000"})
    assert answer.status_code == 302
    assert "予算" not in panel()
    assert reserve(team)
