"""Crossings downward: found each minute, told once, three points below the threshold."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from leads import cooling, rules, scoring, tasks
from leads.models import ActivityType, LeadScore
from leads.models.score import Band
from leads.signals import temperature_crossed
from leads.temperature import adjustment_heat
from leads.tests.events import event, listening, record
from leads.tests.factories import LeadFactory
from leads.tests.threads import in_threads

pytestmark = pytest.mark.django_db


def put(lead, *, shown: float, announced: Band) -> None:
    rank = rules.current().scale.rank_for(shown, timezone.now())
    LeadScore.objects.filter(pk=lead.pk).update(rank=rank, announced_band=announced)


def announced(lead) -> Band:
    return Band(LeadScore.objects.get(pk=lead.pk).announced_band)


@pytest.mark.parametrize(
    ("before", "shown", "after"),
    [
        (Band.HOT, 77.5, Band.HOT),
        (Band.HOT, 76.5, Band.WARM),
        (Band.HOT, 17.5, Band.COOL),
        (Band.HOT, 0, Band.COLD),
        (Band.COOL, 16.5, Band.COLD),
        (Band.COOL, 70, Band.COOL),
        (Band.COLD, 0, Band.COLD),
    ],
)
def test_a_lead_leaves_its_band_three_points_below(lead, before, shown, after):
    put(lead, shown=shown, announced=before)
    assert cooling.announce_cooling() == (1 if before != after else 0)
    assert announced(lead) is after


def test_the_crossing_is_told_once(lead, django_capture_on_commit_callbacks):
    put(lead, shown=50, announced=Band.HOT)
    with listening(temperature_crossed) as heard, django_capture_on_commit_callbacks(execute=True):
        tasks.announce_cooling()
        tasks.announce_cooling()
    assert [(news.lead_id, news.band_before, news.band_after) for news in heard] == [
        (lead.pk, Band.HOT, Band.MILD)
    ]


def test_time_alone_cools_a_lead(lead):
    long_ago = timezone.now() - timedelta(days=60)
    record(*[event(lead, ActivityType.EMAIL_REPLY, at=long_ago) for _ in range(3)])
    put(
        lead,
        shown=rules.current().scale.temperature(LeadScore.objects.get().rank, timezone.now()),
        announced=Band.HOT,
    )
    assert cooling.announce_cooling() == 1
    assert announced(lead) is Band.COLD


def test_an_excluded_lead_is_cold(lead):
    LeadScore.objects.update(rank=float("-inf"), announced_band=Band.WARM)
    assert cooling.announce_cooling() == 1
    assert announced(lead) is Band.COLD


@pytest.mark.django_db(transaction=True)
def test_a_row_that_a_writer_holds_is_left_for_the_next_minute(lead, company):
    other = LeadFactory(company=company)
    for one in (lead, other):
        put(one, shown=50, announced=Band.HOT)
    with transaction.atomic():
        LeadScore.objects.select_for_update().get(pk=lead.pk)
        assert in_threads(cooling.announce_cooling) == [1]
    assert (announced(lead), announced(other)) == (Band.HOT, Band.MILD)
    assert cooling.announce_cooling() == 1


@pytest.mark.parametrize("change", ["activity", "fit"])
def test_what_warms_a_lead_a_little_does_not_announce_that_it_cooled(lead, change):
    """A hot lead at 78 stays announced as hot: only three points under 80 it leaves the band."""
    put(lead, shown=78, announced=Band.HOT)
    if change == "activity":
        add_exactly(lead, shown=78)
    else:
        LeadScore.objects.filter(pk=lead.pk).update(fit=0)
        scoring.ensure([lead.pk])
    assert announced(lead) is Band.HOT


def add_exactly(lead, *, shown: float) -> None:
    """Heat by hand that leads to this temperature, from none."""
    score = LeadScore.objects.get(pk=lead.pk)
    heat = adjustment_heat(
        temperature=0, points=shown, fit_factor=score.fit_factor, scale_heat=rules.current().scale.scale_heat
    )
    fields = {"source": "manual", "properties": {"heat": heat}, "at": timezone.now()}
    assert record(event(lead, ActivityType.MANUAL, **fields)).created == 1
    now_shown = rules.current().scale.temperature(LeadScore.objects.get(pk=lead.pk).rank, timezone.now())
    assert now_shown == pytest.approx(shown, abs=0.5)
