"""Points by hand: they move the temperature as asked, cool, end once, and leave no trace behind."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import adjusting, auditing, rebuilding, rules, saving, tasks
from leads.models import Activity, ActivityType, Lead, LeadScore
from leads.models.activity import TemperatureAdjustment
from leads.signals import leads_changed
from leads.tests.events import acc, event, listening, record
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def shown(lead: Lead) -> float:
    score = LeadScore.objects.get(pk=lead.pk)
    return rules.reload().scale.temperature(score.rank, timezone.now())


def adjust(lead, user, points=20, **fields):
    fields = {"reason": "展示会で話が弾んだ"} | fields
    return adjusting.adjust(lead_id=lead.pk, user=user, points=points, **fields)


def overdue(adjustment: TemperatureAdjustment) -> None:
    past = timezone.now() - timedelta(seconds=1)
    TemperatureAdjustment.objects.filter(pk=adjustment.pk).update(expires_at=past)


@pytest.mark.parametrize("points", [20, 1, 50, -10, -30])
def test_it_moves_the_temperature_by_its_points(lead, rep, points):
    record(*[event(lead, ActivityType.EMAIL_REPLY, ago=timedelta(0))])
    before = shown(lead)
    adjust(lead, rep, points)
    assert shown(lead) == pytest.approx(min(max(before + points, 1), 99), abs=0.01)


@pytest.mark.parametrize("fit", [0, 37, 100])
def test_whatever_the_fit(lead, rep, fit):
    factor = 2 ** ((fit - 50) / 50)
    LeadScore.objects.update(fit=fit, fit_factor=factor)
    adjust(lead, rep, 30)
    assert shown(lead) == pytest.approx(30, abs=0.01)


def test_a_whole_number_is_on_the_screen_when_the_page_comes_back(lead, rep):
    adjust(lead, rep, 20)
    assert shown(lead) >= 20


def test_it_is_kept_with_reason_author_and_the_heat(lead, rep):
    expires_at = timezone.now() + WEEK
    made = adjust(lead, rep, 15, reason="  決裁者と会えた ", expires_at=expires_at)
    made.refresh_from_db()
    assert (made.points, made.reason, made.author_name) == (15, "決裁者と会えた", str(rep))
    assert (made.expires_at, made.ended_at) == (expires_at, None)
    activity = Activity.objects.get(lead=lead)
    assert (activity.source, activity.external_id) == ("manual", f"adjust-{made.pk}")
    assert (activity.properties["heat"], activity.occurred_at) == (made.heat, made.at)


def test_it_is_announced_like_any_activity(lead, rep, django_capture_on_commit_callbacks):
    with listening(leads_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        adjust(lead, rep, 40)
    assert [(one.lead_id, one.band_after) for one in heard] == [(lead.pk, 2)]


def test_a_double_click_adjusts_once(lead, rep):
    request_id = uuid.uuid4()
    first, second = (adjust(lead, rep, request_id=request_id) for _click in range(2))
    assert first == second
    assert Activity.objects.filter(lead=lead).count() == 1
    assert AuditEntry.objects.filter(action="lead.adjust").count() == 1


def test_undo_restores_the_accumulator_bit_for_bit(lead, rep, colleague):
    record(event(lead), event(lead, ActivityType.WEBINAR, ago=WEEK))
    before = LeadScore.objects.get(pk=lead.pk)
    made = adjust(lead, rep, 33)
    undone = adjusting.undo(adjustment_id=made.pk, user=colleague)
    after = LeadScore.objects.get(pk=lead.pk)
    assert (after.acc, after.rank) == (before.acc, before.rank)
    assert undone.undone_by_name == str(colleague)
    first, second = Activity.objects.filter(lead=lead, type=ActivityType.MANUAL).order_by("external_id")
    assert first.occurred_at == second.occurred_at
    assert first.properties["heat"] == -second.properties["heat"]


def test_undoing_twice_subtracts_once(lead, rep):
    made = adjust(lead, rep)
    for _click in range(2):
        adjusting.undo(adjustment_id=made.pk, user=rep)
    assert acc(lead) == [0] * 24
    assert AuditEntry.objects.filter(action="lead.adjust_undo").count() == 1


def test_what_is_due_ends_by_itself_and_once(lead, rep):
    made = adjust(lead, rep, expires_at=timezone.now() + WEEK)
    kept = adjust(lead, rep, 5)
    assert adjusting.expire_due() == 0
    overdue(made)
    assert tasks.expire_adjustments() == 1
    assert tasks.expire_adjustments() == 0
    made.refresh_from_db()
    kept.refresh_from_db()
    assert made.ended_at
    assert (made.undone_by_name, kept.ended_at) == ("", None)
    assert auditing.audit().clean
    entry = AuditEntry.objects.get(action="lead.adjust_expire")
    assert (entry.actor_name, entry.details) == ("system", {"adjustment": made.pk})


def test_what_has_expired_cannot_be_undone(lead, rep):
    made = adjust(lead, rep, expires_at=timezone.now() + WEEK)
    overdue(made)
    adjusting.expire_due()
    with pytest.raises(DomainError) as refused:
        adjusting.undo(adjustment_id=made.pk, user=rep)
    assert refused.value.code == "adjustment_expired"
    assert acc(lead) == [0] * 24


def test_a_rebuild_with_another_landmark_keeps_and_still_cancels_it(lead, rep):
    one, other = adjust(lead, rep, 20), adjust(lead, rep, 10)
    adjusting.undo(adjustment_id=other.pk, user=rep)
    rebuilding.rebuild(landmark=timezone.now() - 9 * WEEK)
    assert shown(lead) == pytest.approx(20, abs=0.02)
    adjusting.undo(adjustment_id=one.pk, user=rep)
    assert acc(lead) == [0] * 24
    assert auditing.audit().clean


def test_it_can_be_taken_back_while_the_lead_is_excluded(lead, rep):
    made = adjust(lead, rep)
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=True, version=1)
    adjusting.undo(adjustment_id=made.pk, user=rep)
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=False, version=2)
    assert shown(lead) == 0
    assert auditing.audit().clean
