"""The demo's stream of activities: repeatable, plausible, and it stops heating in time."""

from collections import Counter
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from leads import ingest, rules
from leads.models import Activity, ActivityType, LeadScore, Stage
from leads.simulation import _DECISION, Audience, Stream
from leads.tests.factories import LeadFactory

HEATING = {ActivityType.PRICING_VIEW, ActivityType.DOCUMENT_REQUEST, ActivityType.FORM_SUBMIT}


def run(seed=1, *, seconds=1000.0, hot_share=0.0, undecided=(3, 4)):
    audience = Audience(range(1, 101), undecided, hot_share)
    return list(Stream(Random(seed), per_second=1.0).run(audience, seconds))


def test_the_same_seed_gives_the_same_stream():
    assert run(7) == run(7)
    assert run(7) != run(8)


def test_the_rate_is_kept_and_waits_add_up():
    stream = run(undecided=())
    assert len(stream) == pytest.approx(1000, rel=0.1)
    assert sum(wait for wait, _deed in stream) == pytest.approx(1000, rel=0.02)


def test_now_and_then_somebody_decides():
    replies = Counter(
        deed.lead_id for _wait, deed in run(seconds=2000) if deed.kind == ActivityType.EMAIL_REPLY
    )
    assert replies[3] + replies[4] >= 10


def test_with_many_hot_leads_the_rest_calms_down():
    def heating(stream):
        return sum(deed.kind in HEATING for _wait, deed in stream)

    assert heating(run(hot_share=0.3)) == 0 < heating(run())


@pytest.mark.django_db
def test_a_decision_makes_an_average_lead_hot(lead):
    now = timezone.now()
    ingest.record([ingest.NewActivity(lead.pk, kind, now, "test") for _after, kind in _DECISION])
    scale = rules.current().scale
    assert scale.band(scale.temperature(LeadScore.objects.get(pk=lead.pk).rank, now)).key == "hot"


@pytest.mark.django_db(transaction=True)
def test_the_command_records_through_the_door_and_leaves_closed_leads_alone(lead, company):
    closed = LeadFactory(company=company, stage=Stage.LOST)
    silent = LeadFactory(company=company, do_not_contact=True)
    call_command("simulate", seed=3, count=40, no_wait=True)
    assert Activity.objects.filter(lead=lead).count() == 40
    assert not Activity.objects.filter(lead__in=[closed, silent]).exists()
