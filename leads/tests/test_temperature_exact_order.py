"""The order by rank is the order of the temperatures in exact arithmetic, at any later time.

Exact: integers and fractions; powers of two to 150 decimal digits. Two leads whose heats differ by no more than
1 in 10^12 may stand either way, but always the same way. Where weights are negative, that share is meant of all
that a lead's activities add and take away.
"""

from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from fractions import Fraction
from itertools import combinations

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leads.models import LeadScore
from leads.models.activity import ACC_SLOTS
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
LEADS = 6
DIGITS = 150
NEAR = Fraction(1, 10**12)
SCALE_HEAT = 12

accumulators = st.dictionaries(st.integers(0, ACC_SLOTS - 1), st.integers(0, 2**61), max_size=5)
size = st.just(0.0) | st.floats(1e-6, 50)


def weights_of(one):
    return st.lists(one, min_size=ACC_SLOTS, max_size=ACC_SLOTS)


@pytest.fixture
def leads(company):
    return [LeadFactory(company=company) for _ in range(LEADS)]


def store(leads, accs, fits, weights):
    for lead, acc, fit in zip(leads, accs, fits, strict=True):
        slots = [acc.get(slot, 0) for slot in range(ACC_SLOTS)]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE leads_leadscore SET acc = %s, fit = %s, fit_factor = power(2::float8, (%s - 50) / 50::float8),"
                " rank = leads_rank(%s::bigint[], %s::float8[], power(2::float8, (%s - 50) / 50::float8))"
                " WHERE lead_id = %s",
                [slots, fit, fit, slots, weights, fit, lead.pk],
            )


def exact(score, weights):
    """Heat times 2^16 at the landmark, and the same with every contribution counted as positive."""
    parts = [Fraction(weight) * acc for weight, acc in zip(weights, score.acc, strict=True)]
    factor = Fraction(score.fit_factor)
    return factor * sum(parts), factor * sum(map(abs, parts))


def coldness(heat, half_lives):
    """2^(−heat/s) after so many half-lives: 1 − temperature/100. Falls as the temperature rises."""
    if heat <= 0:
        return Decimal(1)
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = DIGITS, MIN_EMIN, MAX_EMAX
        decayed = Decimal(heat.numerator) / Decimal(heat.denominator) * Decimal(2) ** (-16 - half_lives)
        return Decimal(2) ** (-decayed / SCALE_HEAT)


def in_order(**condition):
    return list(LeadScore.objects.filter(**condition).order_by("-rank", "-fit", "-lead_id"))


def check(leads, weights, half_lives):
    stored = in_order(lead__in=leads)
    for hot, cold in combinations(stored, 2):
        (hot_heat, hot_gross), (cold_heat, cold_gross) = exact(hot, weights), exact(cold, weights)
        if abs(max(hot_heat, 0) - max(cold_heat, 0)) > NEAR * max(hot_gross, cold_gross):
            assert coldness(hot_heat, half_lives) < coldness(cold_heat, half_lives)
        # near or far, another question gets the same answer
        assert in_order(lead__in=[cold.lead_id, hot.lead_id]) == [hot, cold]


@given(
    accs=st.lists(accumulators, min_size=LEADS, max_size=LEADS),
    fits=st.lists(st.integers(0, 100), min_size=LEADS, max_size=LEADS),
    weights=weights_of(size),
    half_lives=st.decimals(0, 100, places=6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([{}, {4: 1}, {4: 2**61}, {4: 2**61 - 1}, {0: 1, 23: 1}, {23: 2}], [50] * 6, [1.0] * 24, Decimal(80))
def test_leads_stand_in_the_order_of_their_exact_temperatures(leads, accs, fits, weights, half_lives):
    store(leads, accs, fits, weights)
    check(leads, weights, half_lives)


@given(
    acc=accumulators.filter(bool),
    steps=st.lists(st.integers(0, 2**30), min_size=LEADS, max_size=LEADS),
    weights=weights_of(st.floats(0.5, 50)),
    half_lives=st.decimals(0, 100, places=6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_near_neighbours_too(leads, acc, steps, weights, half_lives):
    slot = min(acc)
    accs = [acc | {slot: acc[slot] + step} for step in steps]
    store(leads, accs, [50] * LEADS, weights)
    check(leads, weights, half_lives)


@given(
    accs=st.lists(accumulators, min_size=LEADS, max_size=LEADS),
    fits=st.lists(st.integers(0, 100), min_size=LEADS, max_size=LEADS),
    weights=weights_of(size | size.map(lambda weight: -weight)),
    half_lives=st.decimals(0, 100, places=6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_and_with_negative_weights(leads, accs, fits, weights, half_lives):
    store(leads, accs, fits, weights)
    check(leads, weights, half_lives)
