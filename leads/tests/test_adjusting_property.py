"""Any sequence of adjustments, undoing, expiry and activities: the accumulators are what a recomputation says."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import adjusting, auditing, ingest, rebuilding
from leads.models import Activity, ActivityType, LeadScore
from leads.models.activity import TemperatureAdjustment
from leads.tests.events import event
from leads.tests.factories import LeadFactory
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in ActivityType if kind is not ActivityType.MANUAL]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("adjust"), st.integers(-50, 50).filter(bool)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
        st.tuples(st.just("expire"), st.integers(0, 5)),
        st.tuples(st.just("activity"), st.sampled_from(KINDS)),
        st.tuples(st.just("rebuild"), st.integers(0, 4000)),
    ),
    min_size=1,
    max_size=12,
)


def take(step, value, lead, user):
    made = list(TemperatureAdjustment.objects.filter(lead=lead).order_by("pk"))
    if step == "adjust":
        adjusting.adjust(lead_id=lead.pk, user=user, points=value, reason="理由")
    elif step == "undo" and value < len(made):
        adjusting.undo(adjustment_id=made[value].pk, user=user)
    elif step == "expire" and value < len(made):
        TemperatureAdjustment.objects.filter(pk=made[value].pk).update(expires_at=timezone.now())
        adjusting.expire_due()
    elif step == "activity":
        ingest.record([event(lead, value, ago=timedelta(0))])
    elif step == "rebuild":
        rebuilding.rebuild(landmark=timezone.now() - timedelta(hours=value))


@given(steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_accumulators_are_what_a_recomputation_says(company, rep, sequence):
    lead = LeadFactory(company=company)
    for step, value in sequence:
        # at its limits already, or ended already
        with suppress(DomainError):
            take(step, value, lead, rep)
    assert auditing.audit().differences == []
    for one in TemperatureAdjustment.objects.filter(lead=lead, ended_at=None):
        adjusting.undo(adjustment_id=one.pk, user=rep)
    # without the adjustments, as if there had never been one
    undone = LeadScore.objects.get(pk=lead.pk)
    assert undone.acc[ActivityType.MANUAL - 1] == 0
    Activity.objects.filter(lead=lead, type=ActivityType.MANUAL).delete()
    assert auditing.audit().differences == []
