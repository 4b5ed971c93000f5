"""Deals are written by one service: versions, ends, sums, undo; and nobody writes what is not theirs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import dealing, outcomes
from leads.models import Activity, ActivityType, Deal, DealStep, Lead
from leads.models.score import LeadScore
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
VALUES = {"name": "年間契約", "amount_jpy": 1_200_000, "gross_margin_jpy": 800_000}


@pytest.fixture
def deal(lead, rep):
    return dealing.create(lead_id=lead.pk, user=rep, values=VALUES).deal


def change(deal, rep, version=None, **values):
    return dealing.change(deal_id=deal.pk, user=rep, version=version or deal.version, values=values)


def test_a_deal_is_made_once_however_often_it_is_clicked(lead, rep):
    key = uuid.uuid4()
    steps = [dealing.create(lead_id=lead.pk, user=rep, values=VALUES, request_id=key) for _ in range(2)]
    assert steps[0] == steps[1]
    deal = Deal.objects.get()
    assert (deal.team, deal.status, deal.amount_jpy) == (lead.team, "open", 1_200_000)
    assert AuditEntry.objects.get(action="deal.create").team_id == lead.team_id


def test_won_ends_it_and_open_takes_that_back(deal, rep, lead):
    rank = LeadScore.objects.get(pk=lead.pk).rank
    change(deal, rep, status="won", amount_jpy=1_500_000)
    deal.refresh_from_db()
    assert (deal.status, deal.amount_jpy, deal.version) == ("won", 1_500_000, 2)
    assert deal.closed_at is not None
    change(deal, rep, status="lost", lost_reason="予算がない")
    deal.refresh_from_db()
    assert deal.lost_reason == "予算がない"
    change(deal, rep, status="open")
    deal.refresh_from_db()
    assert (deal.closed_at, deal.lost_reason) == (None, "")
    actions = ["deal.create", "deal.won", "deal.lost", "deal.open"]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == actions
    # it says nothing of how interested somebody is
    assert LeadScore.objects.get(pk=lead.pk).rank == rank


def test_a_form_that_is_out_of_date_changes_nothing(deal, rep, colleague):
    change(deal, colleague, stage="見積もり")
    with pytest.raises(ConflictError) as refused:
        change(deal, rep, version=1, stage="契約")
    assert (refused.value.code, refused.value.extra) == ("stale", {"version": 2})
    deal.refresh_from_db()
    assert deal.stage == "見積もり"


def test_nothing_to_change_leaves_no_step(deal, rep):
    assert change(deal, rep, **VALUES) is None
    deal.refresh_from_db()
    assert deal.version == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": ""}, "deal_name"),
        ({"name": "x" * 201}, "deal_name"),
        ({"status": "sold"}, "deal_status"),
        ({"amount_jpy": -1}, "deal_amount"),
        ({"amount_jpy": 10**12 + 1}, "deal_amount"),
        ({"gross_margin_jpy": 1_200_001}, "deal_margin"),
        ({"opened_at": timezone.now() + timedelta(days=2)}, "deal_opened"),
        ({"closed_at": timezone.now()}, "deal_closed"),
        ({"status": "won", "closed_at": timezone.now() + timedelta(days=2)}, "deal_closed"),
        ({"status": "won", "closed_at": timezone.now() - timedelta(days=2)}, "deal_closed"),
    ],
)
def test_what_cannot_be_is_refused(values, code, deal, rep):
    with pytest.raises(DomainError) as refused:
        change(deal, rep, **values)
    assert refused.value.code == code
    deal.refresh_from_db()
    assert deal.version == 1


def test_a_loss_may_be_told(deal, rep):
    """Some deals are made to get in: their margin is below zero."""
    change(deal, rep, gross_margin_jpy=-50_000)
    deal.refresh_from_db()
    assert deal.gross_margin_jpy == -50_000


def test_a_change_is_undone_by_whoever_made_it(deal, rep, colleague):
    step = change(deal, rep, status="won", stage="契約")
    with pytest.raises(DomainError):
        dealing.undo(step_id=step.pk, user=colleague)
    dealing.undo(step_id=step.pk, user=rep)
    deal.refresh_from_db()
    assert (deal.status, deal.stage, deal.closed_at, deal.version) == ("open", "", None, 3)
    with pytest.raises(ConflictError):
        dealing.undo(step_id=step.pk, user=rep)


def test_an_undo_brings_the_very_moments_back(deal, rep):
    change(deal, rep, status="won")
    deal.refresh_from_db()
    closed = deal.closed_at
    step = change(deal, rep, status="open")
    dealing.undo(step_id=step.pk, user=rep)
    deal.refresh_from_db()
    assert (deal.status, deal.closed_at) == ("won", closed)


def test_a_new_deal_is_gone_after_undo(lead, rep):
    step = dealing.create(lead_id=lead.pk, user=rep, values=VALUES)
    dealing.undo(step_id=step.pk, user=rep)
    assert not Deal.objects.exists()


def test_what_was_changed_again_or_long_ago_stays(deal, rep, colleague):
    step = change(deal, rep, stage="見積もり")
    change(deal, colleague, version=2, stage="契約")
    with pytest.raises(ConflictError) as refused:
        dealing.undo(step_id=step.pk, user=rep)
    assert refused.value.code == "changed_since"
    last = DealStep.objects.latest("pk")
    DealStep.objects.filter(pk=last.pk).update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(DomainError) as late:
        dealing.undo(step_id=last.pk, user=colleague)
    assert late.value.code == "too_late"


def test_steps_are_forgotten_after_a_day(deal, rep):
    DealStep.objects.update(at=timezone.now() - timedelta(days=2))
    assert dealing.forget() == 1
    assert Deal.objects.count() == 1


def test_a_stranger_writes_nothing(deal, lead, outsider, rep):
    step = change(deal, rep, stage="見積もり")
    attempts = [
        lambda: dealing.create(lead_id=lead.pk, user=outsider, values=VALUES),
        lambda: change(deal, outsider, version=2, stage="x"),
        lambda: dealing.undo(step_id=step.pk, user=outsider),
        lambda: outcomes.record(
            lead_id=lead.pk, user=outsider, outcome="meeting_booked", request_id=uuid.uuid4()
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("not_found", 404)
    assert Deal.objects.get().stage == "見積もり"


def test_a_meeting_enters_the_history_once_and_can_be_taken_back(lead, rep, colleague):
    before = Lead.objects.get(pk=lead.pk).score.rank
    key = uuid.uuid4()
    told = [
        outcomes.record(lead_id=lead.pk, user=rep, outcome="meeting_booked", request_id=key) for _ in range(2)
    ]
    assert told == [True, False]
    activity = Activity.objects.standing().get(lead=lead)
    assert (activity.type, activity.actor_id) == (ActivityType.MEETING_BOOKED, rep.pk)
    assert Lead.objects.get(pk=lead.pk).score.rank > before
    with pytest.raises(DomainError):
        outcomes.take_back(lead_id=lead.pk, user=colleague, request_id=key)
    outcomes.take_back(lead_id=lead.pk, user=rep, request_id=key)
    assert not Activity.objects.standing().filter(lead=lead).exists()
    assert Lead.objects.get(pk=lead.pk).score.rank == before


def test_an_outcome_cannot_be_taken_back_for_ever(lead, rep):
    key = uuid.uuid4()
    outcomes.record(lead_id=lead.pk, user=rep, outcome="document_request", request_id=key)
    Activity.objects.filter(lead=lead).update(received_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(DomainError) as late:
        outcomes.take_back(lead_id=lead.pk, user=rep, request_id=key)
    assert late.value.code == "too_late"


def test_only_these_outcomes_are_known(lead, rep):
    with pytest.raises(DomainError):
        outcomes.record(lead_id=lead.pk, user=rep, outcome="opt_out", request_id=uuid.uuid4())
