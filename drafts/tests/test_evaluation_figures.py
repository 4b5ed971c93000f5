"""What results add up to, against values worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from drafts.evaluation import figures
from drafts.evaluation.chart import Point, picture


def result(a, b, missing=(), codes=()):
    return SimpleNamespace(score_1=a, score_2=b, missing=list(missing), codes=list(codes))


def test_scores_passes_and_errors_are_counted_apart():
    found = figures.summary([result(90, 84), result(80, 80), result(79, 95, ["製造"]), result(None, None)])
    assert (found.judged, found.errors) == (3, 1)
    assert found.score == pytest.approx((87 + 80 + 87) / 3)
    # mean 84.667, standard deviation 4.0415, t(2) = 4.3027
    assert found.score_interval == pytest.approx((74.627, 94.706), abs=0.01)
    assert (found.passed.hits, found.passed.trials) == (2, 3)
    assert (found.mentioned.hits, found.clean.hits) == (2, 3)
    assert found.gap == pytest.approx((6 + 0 + 16) / 3)
    assert (found.same_verdict.hits, found.same_verdict.trials) == (2, 3)
    assert found.is_good


def test_the_lower_of_two_judgements_decides():
    assert not figures.passes(result(79, 100))
    assert figures.passes(result(80, 100))
    assert not figures.passes(result(None, None))


@pytest.mark.parametrize("table", [(20, 5, 10, 15), (60, 3, 2, 5), (1, 9, 8, 2), (30, 4, 4, 30)])
def test_kappa_and_its_interval_are_those_of_statsmodels(table):
    from statsmodels.stats.inter_rater import cohens_kappa

    kinds = [(True, True), (True, False), (False, True), (False, False)]
    verdicts = [pair for pair, times in zip(kinds, table, strict=True) for _ in range(times)]
    known = cohens_kappa([table[:2], table[2:]])
    value, interval = figures.kappa(verdicts)
    assert value == pytest.approx(known.kappa)
    if interval:
        assert interval == pytest.approx((max(-1, known.kappa_low), min(1, known.kappa_upp)))
    else:
        assert known.kappa_upp - known.kappa_low < 1e-6


def test_kappa_of_a_known_table():
    # 20 both pass, 5 and 10 differ, 15 both fail: 0.7 observed, 0.5 by chance
    verdicts = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert figures.kappa(verdicts)[0] == pytest.approx(0.4)


def test_perfect_agreement_has_no_interval():
    assert figures.kappa([(True, True), (False, False)]) == (1.0, None)


@pytest.mark.parametrize("verdicts", [[], [(True, True)] * 5, [(False, False)]])
def test_kappa_is_not_defined_without_two_kinds_of_verdicts(verdicts):
    assert figures.kappa(verdicts) == (None, None)


def test_means_of_nothing_and_of_one_value():
    assert figures.mean([], 0, 100) == (None, None)
    assert figures.mean([70], 0, 100) == (70, None)
    assert figures.summary([]).is_good is None


def test_an_interval_stays_on_the_scale():
    assert figures.mean([100, 100, 60], 0, 100)[1][1] == 100


def test_the_picture_says_in_words_what_it_shows():
    at = datetime(2026, 11, 1, tzinfo=UTC)
    points = [Point("v1", 71.5, (60.0, 83.0), True, at), Point("v<2>", 88.0, None, False, at)]
    with translation.override("en"):
        drawn = picture(points)
    assert "2 runs." in drawn
    assert "88.0" in drawn
    assert "v&lt;2&gt;" in drawn
    assert "<2>" not in drawn
    assert 'class="built-in"' in drawn
    assert picture([]) == ""
