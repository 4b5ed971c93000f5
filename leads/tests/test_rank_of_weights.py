"""The rank that a rebuild computes is leads_rank, bit for bit, whatever weighs nothing."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leads import sql
from leads.build_plan import rank_expression
from leads.models.activity import ACC_SLOTS

BOTH = """
SELECT float8send({rank}), float8send(leads_rank(acc, %(weights)s::float8[], fit_factor))
FROM (SELECT %(acc)s::bigint[] AS acc, %(fit_factor)s::float8 AS fit_factor OFFSET 0) lead
"""
WEIGHTS = st.lists(
    st.one_of(st.just(0.0), st.floats(-50, 50, allow_nan=False)), min_size=ACC_SLOTS, max_size=ACC_SLOTS
)
SUMS = st.lists(st.integers(-(2**62), 2**62), min_size=ACC_SLOTS, max_size=ACC_SLOTS)


class RankOfWeights(TestCase):
    @given(weights=WEIGHTS, acc=SUMS, fit_factor=st.floats(0, 2))
    @example(weights=[0.0] * ACC_SLOTS, acc=[1] * ACC_SLOTS, fit_factor=1.0)
    @example(weights=[-1.0] + [0.0] * (ACC_SLOTS - 1), acc=[0] * ACC_SLOTS, fit_factor=1.0)
    @settings(max_examples=60, deadline=None)
    def test_it_is_the_same_number(self, weights, acc, fit_factor):
        values = {"weights": weights, "acc": acc, "fit_factor": fit_factor}
        ((leaner, defined),) = sql.rows(BOTH.replace("{rank}", rank_expression(weights)), values)
        assert leaner == defined
