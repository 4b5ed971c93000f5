"""Any order, split and repetition of batches gives the same accumulators, bit for bit, as a rebuild."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import auditing, ingest, rebuilding
from leads.models import ActivityType, LeadScore
from leads.tests.events import event
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in ActivityType if kind is not ActivityType.MANUAL]
LEADS = 3

facts = st.lists(
    st.tuples(st.integers(0, LEADS - 1), st.sampled_from(KINDS), st.integers(-2_000_000, 20_000_000)),
    min_size=1,
    max_size=25,
)


def batches(draw, items):
    """All of them at least once, some again, in any order, cut anywhere."""
    again = draw(st.lists(st.sampled_from(items), max_size=10))
    order = draw(st.permutations([*items, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def state(leads):
    columns = ("acc", "rank", "last_activity_at", "last_activity_type")
    rows = {row["lead_id"]: row for row in LeadScore.objects.values("lead_id", *columns)}
    return [tuple(rows[lead.pk][column] for column in columns) for lead in leads]


@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_split_and_repetition_do_not_matter(company, data):
    now = timezone.now()
    found = data.draw(facts)
    results = []
    for _ in range(2):
        leads = [LeadFactory(company=company) for _ in range(LEADS)]
        items = [
            event(leads[who], kind, at=now - timedelta(seconds=seconds), external_id=str(number))
            for number, (who, kind, seconds) in enumerate(found)
        ]
        created = 0
        for batch in batches(data.draw, items):
            created += ingest.record(batch, received_at=now).created
        assert created == len(items)
        results.append(state(leads))
    assert results[0] == results[1]
    assert auditing.audit().differences == []
    rebuilding.rebuild()
    assert state(leads) == results[1]
