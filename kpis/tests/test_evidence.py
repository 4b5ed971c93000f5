import pytest
from django.utils import translation

from kpis import evidence, statistics
from salesdash.rates import Rate


@pytest.mark.parametrize(
    ("generated", "manual", "words"),
    [
        ((60, 600), (50, 600), "about 4"),
        ((84, 901), (56, 603), "too close"),
        ((200, 1000), (100, 1000), "Generated mail does better"),
        ((10, 100), (10, 100), "No difference"),
        ((0, 0), (10, 100), "No mail of one kind"),
    ],
)
def test_a_verdict_promises_no_number_that_nobody_waits_for(generated, manual, words):
    with translation.override("en"):
        assert words in evidence.verdict(statistics.compare(Rate(*generated), Rate(*manual)))
