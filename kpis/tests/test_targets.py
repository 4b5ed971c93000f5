from __future__ import annotations

import pytest

from kpis import machinery
from kpis.targets import Status, Target


@pytest.mark.parametrize(
    ("value", "status"),
    [(None, Status.NONE), (0.5, Status.MET), (0.45, Status.MET), (0.42, Status.NEAR), (0.3, Status.MISSED)],
)
def test_at_least(value, status):
    assert Target(at_least=0.45).judge(value) == status


@pytest.mark.parametrize(
    ("value", "status"), [(0, Status.MET), (250, Status.MET), (260, Status.NEAR), (400, Status.MISSED)]
)
def test_at_most(value, status):
    assert Target(at_most=250).judge(value) == status


def test_the_quantile_is_the_edge_of_its_bucket():
    bars = [(10, 90), (100, 5), (1000, 5)]
    assert machinery.quantile(bars, 0.90) == 10
    assert machinery.quantile(bars, 0.95) == 100
    assert machinery.quantile(bars, 0.96) == 1000
    assert machinery.quantile([], 0.95) is None
