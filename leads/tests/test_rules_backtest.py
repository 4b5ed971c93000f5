"""The backtest knows only what was known before each outcome."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import backtesting, rules
from leads.models import Activity, ActivityType, Deal, Lead, LeadScore, RuleSet
from leads.temperature import heat_to_temperature
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db
CLOSED = timedelta(days=30)


def close(lead, status: str, *, ago: timedelta = CLOSED) -> None:
    at = timezone.now() - ago
    Deal.objects.create(
        lead=lead, team=lead.team, name="契約", status=status, opened_at=at - CLOSED, closed_at=at
    )


@pytest.fixture
def outcomes(company):
    """25 won, who looked at prices, and 25 lost, who only read pages; each acts again after the outcome."""
    leads = [LeadFactory(company=company) for _ in range(50)]
    for n, lead in enumerate(leads):
        won = n < 25
        kind = ActivityType.PRICING_VIEW if won else ActivityType.PAGE_VIEW
        days = timedelta(days=n % 5 + 1)
        record(event(lead, kind, ago=CLOSED + days), event(lead, kind, ago=CLOSED + 2 * days))
        close(lead, "won" if won else "lost")
    return leads


def backtest(draft: RuleSet | None = None) -> backtesting.Backtest:
    before = rules.current()
    after = rules.build(draft, landmark=before.scale.landmark, epoch=1) if draft else before
    return backtesting.run(before, after, seed=1)


def test_rules_that_know_the_winners_beat_those_that_do_not(outcomes):
    found = backtest(draft_rules(weights={"page_view": 1, "pricing_view": 1}))
    assert (found.won, found.lost, found.sampled) == (25, 25, False)
    assert found.before.auc.value == 1.0
    assert found.before.lifts == (2.0, 2.0)
    # nearly all tied: heats of equal histories may differ in their last unit
    assert found.after.auc.value == pytest.approx(0.5, abs=0.05)
    assert found.difference.high < 0


def test_what_happens_after_the_outcome_changes_nothing(outcomes):
    before = backtest()
    for lead in outcomes:
        record(
            event(lead, ActivityType.MEETING_BOOKED, ago=CLOSED - timedelta(seconds=1)),
            event(lead, ActivityType.EMAIL_REPLY, ago=timedelta(hours=1)),
        )
    Lead.objects.filter(pk__in=[lead.pk for lead in outcomes[25:]]).update(do_not_contact=True, stage="lost")
    assert backtest() == before


def test_an_adjustment_made_later_for_an_earlier_time_does_not_count(outcomes):
    before = backtest()
    at = timezone.now() - CLOSED - timedelta(days=1)
    heat = {"properties": {"heat": 40}, "source": "manual"}
    record(*[event(lead, ActivityType.MANUAL, at=at, **heat) for lead in outcomes[25:]])
    assert backtest() == before
    Activity.objects.filter(type=ActivityType.MANUAL).update(received_at=at)
    assert backtest().before.auc.value < before.before.auc.value


def test_rules_on_the_outcome_itself_are_left_out(outcomes):
    Lead.objects.filter(pk__in=[lead.pk for lead in outcomes[:25]]).update(stage="won")
    knowing = [{"field": "lead.stage", "op": "equals", "value": "won", "points": 50}]
    weights = {"page_view": 1, "pricing_view": 1}
    found = backtest(draft_rules(weights=weights, fit_rules=knowing))
    # nearly all tied: heats of equal histories may differ in their last unit
    assert found.after.auc.value == pytest.approx(0.5, abs=0.05)


def test_a_temperature_at_closing_is_what_the_screen_showed_then(lead):
    """Computed for a moment in the past, beside the score row of that moment."""
    record(event(lead, ActivityType.EMAIL_REPLY, ago=timedelta(days=3)), event(lead, ago=timedelta(days=1)))
    now, current = timezone.now(), rules.current()
    shown = current.scale.temperature(LeadScore.objects.get().rank, now)
    rank = backtesting.ranks(current, [lead.pk], [now])[lead.pk]
    assert heat_to_temperature(rank / 2**16, current.scale.scale_heat) == pytest.approx(shown, abs=1e-3)


def test_a_lead_counts_once_with_its_first_deal_else_with_its_stage(outcomes, company):
    close(outcomes[0], "lost", ago=timedelta(days=2))
    Lead.objects.filter(pk=outcomes[30].pk).update(stage="won", stage_changed_at=timezone.now())
    LeadFactory(company=company, stage="lost")
    LeadFactory(company=company, stage="meeting")
    found = backtest()
    assert (found.won, found.lost) == (25, 26)


def test_too_few_outcomes_yield_no_figures(outcomes):
    Deal.objects.filter(lead__in=outcomes[:6]).delete()
    found = backtest()
    assert (found.won, found.lost, found.before, found.difference) == (19, 25, None, None)


def test_many_outcomes_are_sampled(outcomes, monkeypatch):
    monkeypatch.setattr(backtesting, "MOST_OUTCOMES", 48)
    found = backtest()
    assert (found.won + found.lost, found.total, found.sampled) == (48, 50, True)
