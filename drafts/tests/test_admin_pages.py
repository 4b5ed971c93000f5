"""The other pages of the administration on drafts: they show no text, and change what they should only."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.experiments import expose
from drafts.models import (
    Arm,
    Budget,
    Delivery,
    Experiment,
    FxRate,
    LlmCall,
    ModelPrice,
    PromptTemplate,
    PromptVersion,
    SafetyRules,
    State,
    Suppression,
)
from drafts.tests.factories import DraftFactory
from salesdash.models import AuditEntry
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
SECRET = "ひみつの本文です"
MODELS = (
    Budget, Delivery, Experiment, FxRate, LlmCall, ModelPrice, PromptTemplate, PromptVersion, SafetyRules,
    Suppression,
)  # fmt: skip
READ_ONLY = (Delivery, Experiment, LlmCall, PromptTemplate, SafetyRules)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def world(lead, team, rep):
    """One row of everything, around a draft whose text nobody has cleared."""
    draft = DraftFactory(lead=lead, state=State.CHECKING, subject=SECRET, body=SECRET)
    Delivery.objects.create(
        draft=draft, lead=lead, team=team, sender=rep, channel="copy", status="undone", origin="generated",
        recipient=lead.email, claimed_at=timezone.now(), text_hash=draft.text_hash,
    )  # fmt: skip
    LlmCall.objects.create(
        at=timezone.now(), team=team, draft=draft, purpose="generation", provider="x", model="m", outcome="ok"
    )
    Budget.objects.create(team=team, month=datetime.date(2026, 11, 1), limit_jpy=Decimal(50_000))
    Suppression.objects.create(team=team, email="nobody@example.jp", reason="opt_out")
    experiment = Experiment.objects.create(name="挨拶", purpose="ice_breaker", language="ja", salt="s")
    Arm.objects.create(experiment=experiment, prompt_version=PromptVersion.objects.first())
    Arm.objects.create(experiment=experiment)
    expose(experiment=experiment, lead_id=lead.pk)
    FxRate.objects.get_or_create(valid_from=datetime.date(2020, 1, 1), defaults={"jpy_per_usd": Decimal(150)})
    return draft


def address(model, page: str, *args) -> str:
    return reverse(f"admin:drafts_{model._meta.model_name}_{page}", args=args)


def as_manager(client, manager):
    manager.is_staff = True
    manager.save()
    client.force_login(manager)


@pytest.mark.parametrize("model", MODELS)
def test_pages_render_within_the_policy_and_show_no_uncleared_text(client, admin, world, model):
    client.force_login(admin)
    row = model.objects.first()
    for url in (address(model, "changelist"), address(model, "change", row.pk)):
        answer = client.get(url)
        assert answer.status_code == 200
        assert findings(answer.text, MARKUP_RULES) == []
        assert SECRET not in answer.text


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_is_read_only_stays_as_it_is(client, admin, world, model):
    client.force_login(admin)
    row = model.objects.first()
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_deleted_here(client, admin, world, model):
    client.force_login(admin)
    row = model.objects.first()
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [model for model in MODELS if model is not Budget])
def test_a_manager_sees_budgets_only(client, manager, world, model):
    as_manager(client, manager)
    assert client.get(address(model, "changelist")).status_code == 403


def test_a_manager_raises_the_budget_of_the_own_team_and_it_is_noted(client, manager, world):
    as_manager(client, manager)
    budget = Budget.objects.get()
    Budget.objects.update(warned_at=timezone.now(), stopped_at=timezone.now())
    client.post(address(Budget, "change", budget.pk), {"limit_jpy": "80000"})
    budget.refresh_from_db()
    assert budget.limit_jpy == 80_000
    assert (budget.warned_at, budget.stopped_at) == (None, None)
    assert AuditEntry.objects.get(action="budget.change").details == {"fields": ["limit_jpy"]}


def test_a_manager_adds_a_month_for_the_own_team_only(client, manager, team, other_team):
    as_manager(client, manager)
    form = {"month": "2026-12-24", "limit_jpy": "30000"}
    client.post(address(Budget, "add"), form | {"team": other_team.pk})
    assert not Budget.objects.exists()
    client.post(address(Budget, "add"), form | {"team": team.pk})
    assert Budget.objects.get().month == datetime.date(2026, 12, 1)


def test_other_teams_budgets_are_out_of_reach(client, manager, other_team, world):
    foreign = Budget.objects.create(team=other_team, month=datetime.date(2026, 11, 1), limit_jpy=Decimal(1))
    as_manager(client, manager)
    assert other_team.name not in client.get(address(Budget, "changelist")).text
    client.post(address(Budget, "change", foreign.pk), {"limit_jpy": "999999"})
    foreign.refresh_from_db()
    assert foreign.limit_jpy == 1


def test_an_address_is_suppressed_by_hand_and_never_lifted(client, admin, team):
    client.force_login(admin)
    client.post(address(Suppression, "add"), {"email": "stop@example.jp", "reason": "manual", "team": ""})
    row = Suppression.objects.get()
    assert row.created_by_name == str(admin)
    assert AuditEntry.objects.filter(action="suppression.add").exists()
    assert client.post(address(Suppression, "change", row.pk), {"email": "x@example.jp"}).status_code == 403


@pytest.mark.parametrize(
    "typed",
    [
        "stop@example.jp",
        "Stop@EXAMPLE.jp",
        "stop@ｅｘａｍｐｌｅ.jp",
        "ＳＴＯＰ＠example.jp",
        "　stop@example.jp ",
    ],
)
@pytest.mark.parametrize(
    ("language", "words"), [("ja", "登録済みです"), ("en", "This address is on the list already.")]
)
def test_an_address_that_is_on_the_list_is_said_at_its_field(client, admin, team, typed, language, words):
    admin.language = language
    admin.save()
    client.force_login(admin)
    Suppression.objects.create(team=team, email="stop@example.jp", reason="no_contact")
    form = {"email": typed, "reason": "manual", "team": str(team.pk)}
    assert client.post(address(Suppression, "add"), form).status_code == 302
    assert set(Suppression.objects.values_list("email", "reason")) == {
        ("stop@example.jp", "no_contact"),
        (Suppression.objects.get(reason="manual").email, "manual"),
    }
    answer = client.post(address(Suppression, "add"), form)
    assert answer.status_code == 200
    assert [words in str(error) for error in answer.context["adminform"].form.errors["email"]] == [True]
    assert list(answer.context["adminform"].form.errors) == ["email"]
    assert client.post(address(Suppression, "add"), form | {"team": ""}).status_code == 302
    assert Suppression.objects.count() == 3


def test_lists_of_many_rows_are_bounded(client, admin, world, django_assert_max_num_queries):
    for _ in range(30):
        LlmCall.objects.create(
            at=timezone.now(), team=world.team, draft=world, purpose="judge", provider="x", model="m",
            outcome="ok",
        )  # fmt: skip
    client.force_login(admin)
    for model in (LlmCall, Delivery, Suppression):
        with django_assert_max_num_queries(12):
            client.get(address(model, "changelist"))
