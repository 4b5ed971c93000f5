"""Races, with real connections: one draft, one bill, one hand-out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drafts import generation, requests, sending
from drafts.llm import budget
from drafts.llm.errors import BudgetExhausted
from drafts.llm.ledger import Account
from drafts.models import Budget, Delivery, Draft, LlmCall, ModelPrice, State
from drafts.tests import booking
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError

NAMES = "あいうえおかきくけこさしすせそたちつてと"
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, arguments):
    """Each call in a thread with a connection of its own; returns results and errors."""

    def one(argument):
        try:
            return work(argument)
        except (ConflictError, BudgetExhausted) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(one, arguments))


def test_two_reps_press_at_once(lead, rep, colleague):
    results = at_once(lambda user: requests.request_draft(lead_id=lead.pk, user=user), [rep, colleague] * 5)
    assert Draft.objects.count() == 1
    refused = [result for result in results if isinstance(result, ConflictError)]
    assert len(refused) == 9
    assert {error.extra["by"] for error in refused} == {str(Draft.objects.get().requested_by)}


def test_two_workers_on_one_draft_write_once(llm, lead, rep):
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    at_once(lambda _n: generation.generate(draft_id=draft.pk), range(4))
    assert Draft.objects.get().state == State.READY
    assert LlmCall.objects.filter(purpose="generation").count() == 1


def test_ten_presses_of_one_and_one_of_another_are_one_draft_and_one_bill(llm, lead, rep, colleague):
    """By the button itself; the worker is told of it ten times, too."""

    def press(user):
        client = Client(headers={"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"})
        client.force_login(user)
        return client.post(reverse("drafts:request", args=[lead.pk]))

    first, *_rest = at_once(press, [rep] * 10)
    assert first.status_code == 200
    late = press(colleague)
    assert str(rep) in late.headers["HX-Trigger"].encode().decode("unicode_escape")
    draft = Draft.objects.get()
    at_once(lambda _n: generation.generate(draft_id=draft.pk), range(10))
    assert Draft.objects.get().state == State.READY
    assert sorted(LlmCall.objects.values_list("purpose", flat=True)) == [
        "generation", "judge", "judge", "moderation",
    ]  # fmt: skip


def test_twenty_drafts_at_once_stay_within_the_budget(llm, company, rep, team, settings):
    """Each is written or says that the budget is used up; together they never pass the limit."""
    settings.LLM_TIMEOUT_SECONDS = 30
    ModelPrice.objects.create(
        model="salesdash-dev-writer",
        valid_from="2026-01-01",
        usd_per_million_in=20,
        usd_per_million_cached=0,
        usd_per_million_out=80,
    )
    month = budget.month_of(team, timezone.now())
    Budget.objects.create(team=team, month=month, limit_jpy=60)
    leads = [LeadFactory(company=company, owner=rep, family_name=f"山田{name}") for name in NAMES]
    drafts = [requests.request_draft(lead_id=lead.pk, user=rep) for lead in leads]
    at_once(lambda draft: generation.generate(draft_id=draft.pk), drafts)
    ended = set(Draft.objects.values_list("state", "error_code"))
    assert ended == {(State.READY, ""), (State.FAILED, "budget_exhausted")}
    assert budget.spent_jpy(team=team, month=month) <= 60
    assert Budget.objects.get().stopped_at is not None


def test_twenty_calls_never_pass_the_limit(team):
    ModelPrice.objects.create(
        model="m",
        valid_from="2026-01-01",
        usd_per_million_in=2,
        usd_per_million_cached=0,
        usd_per_million_out=8,
    )
    Budget.objects.create(team=team, month=budget.month_of(team, timezone.now()), limit_jpy=1000)
    account = Account(team.pk, LlmCall.Purpose.GENERATION)
    results = at_once(
        lambda _n: booking.reserve(account, tokens_in=1_000_000),
        range(20),
    )
    assert sum(isinstance(result, BudgetExhausted) for result in results) == 17
    assert budget.spent_jpy(team=team, month=budget.month_of(team, timezone.now())) == Decimal(900)


def test_two_channels_at_once_one_hand_out(lead, rep):
    draft = DraftFactory(lead=lead, state=State.READY)
    results = at_once(
        lambda channel: sending.claim(draft_id=draft.pk, user=rep, channel=channel), ["copy", "mail_app"] * 4
    )
    live = Delivery.objects.get()
    assert {result.delivery_id for result in results if not isinstance(result, ConflictError)} == {live.pk}
    assert live.copies == 4


def test_sent_and_undone_at_once_is_one_of_both(lead, rep):
    draft = DraftFactory(lead=lead, state=State.READY)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    results = at_once(lambda act: act(draft_id=draft.pk, user=rep), [sending.mark_sent, sending.undo] * 3)
    assert sum(isinstance(result, ConflictError) for result in results) == 5
    assert (Draft.objects.get().state, Delivery.objects.get().status) in [
        ("sent", "sent"),
        ("ready", "undone"),
    ]


def test_an_opt_out_is_seen_or_waits(lead, rep):
    """The lead's row is locked by the claim: an opt-out lands before it, and blocks, or after it."""
    from leads.models import Lead

    draft = DraftFactory(lead=lead, state=State.READY)

    def act(kind):
        if kind == "opt_out":
            return Lead.objects.filter(pk=lead.pk).update(opted_out_at=timezone.now())
        try:
            return sending.claim(draft_id=draft.pk, user=rep, channel="copy")
        except DomainError as error:
            return error

    at_once(act, ["opt_out", "claim"])
    delivery = Delivery.objects.first()
    lead.refresh_from_db()
    assert delivery is None or delivery.claimed_at <= lead.opted_out_at
