"""AUC and lift, against values worked out by hand and by counting all pairs."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.backtest import Placements, auc, difference, lift

WON, LOST = [3.0, 2.0, 2.0], [2.0, 1.0, 0.0, 0.0]


def by_pairs(won: list[float], lost: list[float]) -> float:
    points = [1.0 if w > m else 0.5 if w == m else 0.0 for w in won for m in lost]
    return sum(points) / len(points)


def test_the_area_counts_ties_half():
    # 3 beats all four; each 2 beats three and ties one: (4 + 3.5 + 3.5) / 12
    assert auc(Placements.of(WON, LOST)).value == pytest.approx(11 / 12)


def test_the_variance_is_that_of_delong():
    # placements: won 1, 7/8, 7/8; lost (3 won of which two tie) 2/3, 1, 1, 1
    placed = Placements.of(WON, LOST)
    assert placed.won == [1.0, 0.875, 0.875]
    assert placed.lost == pytest.approx([2 / 3, 1, 1, 1])
    spread = 1.959964 * math.sqrt((1 / 192) / 3 + (1 / 36) / 4)
    assert auc(placed).low == pytest.approx(11 / 12 - spread, abs=1e-6)
    assert auc(placed).high == 1.0


scores = st.lists(st.sampled_from([-math.inf, 0.0, 1.0, 2.5, 7.0]), min_size=2, max_size=12)


@given(scores, scores)
def test_the_area_is_the_share_of_pairs_in_order(won, lost):
    assert auc(Placements.of(won, lost)).value == pytest.approx(by_pairs(won, lost))


def test_all_alike_is_chance():
    assert auc(Placements.of([5.0, 5.0], [5.0, 5.0, 5.0])).value == 0.5
    assert lift([5.0, 5.0], [5.0, 5.0, 5.0], 0.2) == pytest.approx(1.0)


def test_two_sets_of_one_opinion_do_not_differ():
    placed = Placements.of(WON, LOST)
    same = difference(placed, placed)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_a_difference_over_the_same_leads_is_narrower_than_two_intervals():
    random = Random(7)
    won = [random.gauss(1, 1) for _ in range(80)]
    lost = [random.gauss(0, 1) for _ in range(120)]
    better = Placements.of([w + 0.3 for w in won], lost)
    plain = Placements.of(won, lost)
    between = difference(better, plain)
    assert between.value == pytest.approx(auc(better).value - auc(plain).value)
    assert between.low > 0
    assert between.high - between.low < auc(plain).high - auc(plain).low


def test_lift_is_the_win_rate_at_the_top_over_that_of_all():
    won, lost = [9.0, 8.0, 1.0], [7.0, 3.0, 2.0, 2.0, 0.5, 0.4, 0.3]
    # top 2 of 10: both won, against 3 of 10
    assert lift(won, lost, 0.2) == pytest.approx(1.0 / 0.3)
    # top 1 of 10
    assert lift(won, lost, 0.1) == pytest.approx(1.0 / 0.3)


def test_ties_at_the_edge_are_shared():
    # place 2 is one of four leads at 5, of which one won: 1 + 1/4 wins are expected in the top 2
    assert lift([9.0, 5.0], [5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0], 0.2) == pytest.approx((1.25 / 2) / 0.2)
