"""Many writers at once: no deadlock, nothing lost, nothing counted twice."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import auditing, cooling, ingest, rebuilding, scoring
from leads.models import Activity, ActivityType, LeadScore
from leads.tests.events import event
from leads.tests.factories import LeadFactory
from leads.tests.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 6
KINDS = [ActivityType.EMAIL_OPEN, ActivityType.EMAIL_REPLY, ActivityType.PRICING_VIEW, ActivityType.OPT_OUT]


@pytest.fixture
def leads(company):
    return [LeadFactory(company=company) for _ in range(40)]


def writer(seed, leads, batch_size, batches):
    """Everybody sends from the same pool of activities, in an order of its own."""
    shuffled = random.Random(seed)

    def write():
        created = 0
        for _ in range(batches):
            numbers = [shuffled.randrange(2000) for _ in range(batch_size)]
            created += ingest.record([activity(number, leads) for number in numbers]).created
        return created

    return write


def activity(number, leads):
    at = timezone.now() - timedelta(days=30)
    lead, kind = leads[number % len(leads)], KINDS[number % len(KINDS)]
    return event(
        lead,
        kind,
        at=at.replace(hour=0, minute=0, second=number % 60, microsecond=number),
        external_id=str(number),
    )


@pytest.mark.parametrize(("batch_size", "batches"), [(30, 40), (ingest.COPY_FROM + 100, 4)])
def test_writers_of_the_same_leads_never_deadlock(leads, batch_size, batches):
    created = in_threads(*[writer(seed, leads, batch_size, batches) for seed in range(WRITERS)])
    assert sum(created) == Activity.objects.count() > 0
    assert auditing.audit().differences == []


def test_a_rebuild_among_writers_loses_nothing(leads):
    def rebuild():
        for days in (0, 100, 3):
            rebuilding.rebuild(landmark=timezone.now() - timedelta(days=days))
        return 0

    writers = [writer(seed, leads, 40, 25) for seed in range(4)]
    created = in_threads(*writers, rebuild)
    assert sum(created) == Activity.objects.count()
    assert auditing.audit().differences == []


def test_every_writer_of_score_rows_agrees_with_the_others(leads, rep, colleague):
    def move():
        for turn in range(30):
            lead = leads[turn % len(leads)]
            type(lead).objects.filter(pk=lead.pk).update(owner=(rep, colleague)[turn % 2])
            scoring.ensure([lead.pk, *(other.pk for other in leads[:5])])
        return 0

    def cool():
        for _ in range(20):
            cooling.announce_cooling()
        return 0

    in_threads(move, cool, *[writer(seed, leads, 40, 20) for seed in range(3)])
    assert auditing.audit().differences == []


def test_a_lead_is_hot_once_however_many_say_so(leads):
    """Eight writers each bring the reply that makes it warm: the announced band only rises."""
    lead = leads[0]
    in_threads(*[lambda: ingest.record([event(lead, ActivityType.EMAIL_REPLY)]).created] * WRITERS)
    assert LeadScore.objects.get(pk=lead.pk).announced_band == 4
    assert Activity.objects.filter(lead=lead).count() == WRITERS
