"""The demo's stream of activities: repeatable, plausible, and it stops heating in time."""

from collections import Counter
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from leads import ingest, rules
from leads.management.commands import simulate
from leads.models import Activity, ActivityType, LeadScore, Stage
from leads.models.score import Band
from leads.simulation import DECISIONS, ENOUGH_HOT_SHARE, HIGHEST, Audience, Interest, Stream
from leads.temperature import heat_to_temperature
from leads.tests.factories import LeadFactory

HEATING = {ActivityType.PRICING_VIEW, ActivityType.DOCUMENT_REQUEST, ActivityType.FORM_SUBMIT}
HOURS, ROUND_SECONDS = 10, 300.0


def run(seed=1, *, seconds=1000.0, hot=0, undecided=(200,), hottest=0):
    audience = Audience(range(1, 101), hot, undecided, hottest)
    return list(Stream(Random(seed), per_second=1.0).run(audience, seconds))


def decided(stream):
    """Steps of decisions; lead 200 does nothing else."""
    return sum(deed.lead_id == 200 for _wait, deed in stream)


def test_the_same_seed_gives_the_same_stream():
    assert run(7) == run(7)
    assert run(7) != run(8)


def test_the_rate_is_kept_and_waits_add_up():
    stream = run(undecided=())
    assert len(stream) == pytest.approx(1000, rel=0.1)
    assert sum(wait for wait, _deed in stream) == pytest.approx(1000, rel=0.02)


def test_now_and_then_somebody_decides():
    kinds = Counter(deed.kind for _wait, deed in run(seconds=2000) if deed.lead_id == 200)
    assert kinds.total() > 100
    assert set(kinds) == {kind for steps in DECISIONS for _after, kind in steps}


def test_the_more_are_hot_the_rarer_somebody_decides():
    none, few, enough = (decided(run(seconds=4000, hot=hot)) for hot in (0, 2, 5))
    assert none > 2 * few > 0 == enough


def test_the_hottest_do_little_more():
    stream = run(seconds=20_000, hot=1, undecided=(), hottest=1)
    assert {deed.kind for _wait, deed in stream if deed.lead_id == 1}.isdisjoint(HEATING)
    assert {deed.kind for _wait, deed in stream if deed.lead_id != 1} >= HEATING


@pytest.mark.django_db
def test_a_decision_makes_hot_and_leaves_room_above(company):
    """Whoever is counted among the undecided, whatever they do."""
    now = timezone.now()
    for number in range(60):
        lead, views = LeadFactory(company=company, email=f"p{number}@x.example"), number % 30
        ingest.record(
            [ingest.NewActivity(lead.pk, ActivityType.PAGE_VIEW, now, "test") for _ in range(views)]
        )
    undecided = simulate._audience().undecided
    assert 5 < len(undecided) < 60
    for lead_id, steps in zip(undecided, DECISIONS * 60, strict=False):
        ingest.record([ingest.NewActivity(lead_id, kind, now, "test") for _after, kind in steps])
    scale, ranks = (
        rules.current().scale,
        LeadScore.objects.filter(pk__in=undecided).values_list("rank", flat=True),
    )
    temperatures = [scale.temperature(rank, now) for rank in ranks]
    assert all(scale.bands[Band.HOT] <= temperature <= HIGHEST for temperature in temperatures)
    assert len({int(temperature) for temperature in temperatures}) > 5


@pytest.mark.django_db
def test_hours_of_it_do_not_heat_everybody():
    current, rng = rules.current(), Random(4)
    stream = Stream(rng, per_second=1.0)
    heat = {lead_id: rng.lognormvariate(0.4, 1.4) for lead_id in range(1, 4001)}
    for _round in range(round(HOURS * 3600 / ROUND_SECONDS)):
        warmest = sorted(
            (Interest(lead_id, units, 1.4) for lead_id, units in heat.items()), key=lambda i: -i.heat
        )
        for _wait, deed in stream.run(Audience.of(warmest, current), ROUND_SECONDS):
            heat[deed.lead_id] += 1.4 * current.weight(deed.kind)
        for lead_id in heat:
            heat[lead_id] *= 0.5 ** (ROUND_SECONDS / current.scale.half_life_seconds)
    shown = [heat_to_temperature(units, current.scale.scale_heat) for units in heat.values()]
    hot = sum(temperature >= current.scale.bands[Band.HOT] for temperature in shown) / len(shown)
    assert 0.015 < hot < ENOUGH_HOT_SHARE + 0.01
    assert sum(temperature >= 98 for temperature in shown) < 20


@pytest.mark.django_db(transaction=True)
def test_the_command_records_through_the_door_and_leaves_closed_leads_alone(lead, company):
    closed = LeadFactory(company=company, stage=Stage.LOST)
    silent = LeadFactory(company=company, do_not_contact=True)
    call_command("simulate", seed=3, count=40, no_wait=True)
    assert Activity.objects.filter(lead=lead).count() == 40
    assert not Activity.objects.filter(lead__in=[closed, silent]).exists()
