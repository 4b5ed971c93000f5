"""What cannot be adjusted, and by whom not: refused with a reason, and nothing has changed."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import adjusting, rules, saving
from leads.models import Activity, ActivityType, LeadScore
from leads.models.activity import TemperatureAdjustment
from leads.models.score import RuleSet, ScoreState
from leads.tests.events import event, record
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db
NOW = timedelta(0)
FIELDS = {"points": 10, "reason": "理由"}


def refused(lead, user, **fields) -> str:
    with pytest.raises(DomainError) as error:
        adjusting.adjust(lead_id=lead.pk, user=user, **(FIELDS | fields))
    assert not TemperatureAdjustment.objects.exists()
    assert not Activity.objects.filter(type=ActivityType.MANUAL).exists()
    return error.value.code


def shown(lead) -> float:
    return rules.current().scale.temperature(LeadScore.objects.get(pk=lead.pk).rank, timezone.now())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"points": 0}, "adjustment_points"),
        ({"points": 51}, "adjustment_points"),
        ({"points": -51}, "adjustment_points"),
        ({"points": True}, "adjustment_points"),
        ({"reason": " \x00 "}, "adjustment_reason"),
        ({"reason": "x" * 201}, "adjustment_reason"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "adjustment_expiry"),
        ({"expires_at": timezone.now() + timedelta(days=400)}, "adjustment_expiry"),
    ],
)
def test_what_does_not_fit(lead, rep, fields, code):
    assert refused(lead, rep, **fields) == code


def test_a_lead_of_another_team(lead, outsider, rep):
    assert refused(lead, outsider) == "not_found"
    made = adjusting.adjust(lead_id=lead.pk, user=rep, **FIELDS)
    with pytest.raises(DomainError) as error:
        adjusting.undo(adjustment_id=made.pk, user=outsider)
    assert error.value.code == "not_found"
    assert shown(lead) == pytest.approx(10, abs=0.01)


def test_an_adjustment_that_does_not_exist(rep):
    with pytest.raises(DomainError) as error:
        adjusting.undo(adjustment_id=2**40, user=rep)
    assert error.value.status == 404


def test_an_excluded_lead(lead, rep):
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=True, version=1)
    assert refused(lead, rep) == "adjustment_excluded"


def test_a_lead_at_zero_cannot_become_colder(lead, rep):
    assert refused(lead, rep, points=-10) == "adjustment_idle"


def test_a_lead_beyond_99_cannot_become_hotter(lead, rep):
    record(*[event(lead, ActivityType.MEETING_BOOKED, ago=NOW) for _ in range(40)])
    assert shown(lead) > 99.9
    assert refused(lead, rep) == "adjustment_idle"


def test_a_lead_at_100_comes_down_by_the_points(lead, rep):
    record(*[event(lead, ActivityType.MEETING_BOOKED, ago=NOW) for _ in range(400)])
    assert shown(lead) == 100
    adjusting.adjust(lead_id=lead.pk, user=rep, points=-30, reason="別の会社の人だった")
    assert shown(lead) == pytest.approx(70, abs=0.01)


def test_a_lead_below_zero_comes_up_to_the_points(lead, rep):
    record(event(lead, ActivityType.OPT_OUT, ago=NOW), event(lead, ago=NOW))
    assert shown(lead) == 0
    adjusting.adjust(lead_id=lead.pk, user=rep, points=20, reason="電話で話した")
    assert shown(lead) == pytest.approx(20, abs=0.01)


def test_an_accumulator_that_could_overflow(lead, rep):
    RuleSet.objects.update(scale_heat=90_000)
    ScoreState.objects.update(landmark=timezone.now() - timedelta(days=7 * 39))
    rules.forget()
    assert refused(lead, rep, points=50) == "temperature_landmark"


def test_a_form_sent_again_for_another_lead_is_another_adjustment(lead, company, rep):
    from leads.tests.factories import LeadFactory

    request_id, other = uuid.uuid4(), LeadFactory(company=company)
    for one in (lead, other):
        adjusting.adjust(lead_id=one.pk, user=rep, request_id=request_id, **FIELDS)
    assert TemperatureAdjustment.objects.count() == 2
