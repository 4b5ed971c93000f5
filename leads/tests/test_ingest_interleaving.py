"""Whoever brings the activities, however cut, repeated and interleaved: the same accumulators, bit for bit."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import auditing, ingest, rebuilding
from leads.models import Activity, ActivityType, LeadScore
from leads.tests.events import event
from leads.tests.factories import LeadFactory
from leads.tests.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, LEADS = 8, 5
KINDS = [*ActivityType]

facts = st.lists(
    st.tuples(
        st.integers(0, LEADS - 1),
        st.sampled_from(KINDS),
        # seconds ago; some in the future
        st.integers(-1_000_000, 30_000_000),
        st.integers(-1000, 1000),
    ),
    min_size=20,
    max_size=80,
)


def activities(found, leads, now):
    for number, (who, kind, seconds, heat) in enumerate(found):
        fields = {"at": now - timedelta(seconds=seconds), "external_id": str(number)}
        if kind == ActivityType.MANUAL:
            fields |= {"source": ingest.MANUAL_SOURCE, "properties": {"heat": heat / 7}}
        yield event(leads[who], kind, **fields)


def batches_of(draw, number):
    """For each writer some of the facts, repeatedly, in any order, cut anywhere; together all of them."""
    shares = draw(
        st.lists(st.lists(st.integers(0, number - 1), max_size=60), min_size=WRITERS, max_size=WRITERS)
    )
    shares[0] += draw(st.permutations(range(number)))
    size = draw(st.integers(1, 25))
    return [[share[at : at + size] for at in range(0, len(share), size)] for share in shares]


def state(leads):
    columns = ("acc", "rank", "announced_band", "last_activity_at", "last_activity_type")
    rows = {row["lead_id"]: row for row in LeadScore.objects.values("lead_id", *columns)}
    return [tuple(rows[lead.pk][column] for column in columns) for lead in leads]


def with_one_writer(found, company, now):
    leads = [LeadFactory(company=company) for _ in range(LEADS)]
    created = ingest.record(list(activities(found, leads, now)), received_at=now).created
    assert created == len(found)
    return state(leads)


def with_all_writers(found, company, now, batches):
    leads = [LeadFactory(company=company) for _ in range(LEADS)]
    known = list(activities(found, leads, now))

    def writer(own):
        return sum(ingest.record([known[n] for n in batch], received_at=now).created for batch in own)

    created = in_threads(*[lambda own=own: writer(own) for own in batches])
    assert sum(created) == len(found) == Activity.objects.filter(lead__in=leads).count()
    return leads


@given(st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_eight_writers_at_once_end_where_one_ends_and_where_a_rebuild_ends(company, data):
    now = timezone.now()
    found = data.draw(facts)
    expected = with_one_writer(found, company, now)
    leads = with_all_writers(found, company, now, batches_of(data.draw, len(found)))
    # a band is announced by whoever finds it reached: which ones were passed on the way is another matter
    without_band = [(acc, rank, *last) for acc, rank, _band, *last in expected]
    assert [(acc, rank, *last) for acc, rank, _band, *last in state(leads)] == without_band
    assert auditing.audit().differences == []
    rebuilding.rebuild()
    assert [(acc, rank, *last) for acc, rank, _band, *last in state(leads)] == without_band


def test_eight_writers_through_the_api(api, rep, company):
    """Each sends from the same pool in its own order: every activity is created once."""
    leads = [LeadFactory(company=company) for _ in range(20)]
    pool = [
        {"lead": leads[n % 20].pk, "type": "page_view", "source": "web", "external_id": str(n)}
        for n in range(300)
    ]
    caller = api(rep)

    def send(step):
        order = [pool[n * step % 300] for n in range(300)]
        answers = [caller.post("activities/", order[at : at + 30]).json() for at in range(0, 300, 30)]
        return sum(answer["created"] for answer in answers)

    created = in_threads(*[lambda step=step: send(step) for step in (1, 7, 11, 13, 17, 19, 23, 299)])
    assert sum(created) == 300 == Activity.objects.count()
    assert auditing.audit().differences == []
