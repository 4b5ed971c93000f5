"""The mathematics: no database."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models.score import Band
from leads.temperature import (
    NO_HEAT,
    Scale,
    adjustment_heat,
    fit_factor,
    grade,
    heat_to_temperature,
    temperature_to_heat,
)

LANDMARK = datetime(2026, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
BANDS = {Band.HOT: 80.0, Band.WARM: 60.0, Band.MILD: 40.0, Band.COOL: 20.0}


def scale(half_life: timedelta = WEEK, heat: float = 12.0) -> Scale:
    return Scale(LANDMARK, half_life.total_seconds(), heat, BANDS, epoch=1)


def rank(heat: float) -> float:
    """Of a lead that has this heat at the landmark."""
    return heat * 2**16


def test_the_scale_heat_shows_as_fifty():
    assert scale().temperature(rank(12), LANDMARK) == pytest.approx(50)


def test_half_of_the_heat_is_left_after_a_half_life():
    assert scale().heat(rank(8), LANDMARK + WEEK) == 4
    assert scale().heat(rank(8), LANDMARK - WEEK) == 16


def test_no_heat_is_zero_at_any_time():
    assert scale().temperature(NO_HEAT, LANDMARK) == 0
    assert scale().temperature(NO_HEAT, LANDMARK + 5000 * WEEK) == 0


@pytest.mark.parametrize("half_life", [timedelta(hours=1), WEEK, timedelta(days=365)])
def test_ten_years_leave_no_heat_and_raise_no_error(half_life):
    later = LANDMARK + timedelta(days=3652)
    left = scale(half_life).temperature(rank(1000), later)
    assert 0 <= left < 60
    assert scale(half_life).rank_for(50, later) > rank(12)


@given(st.floats(0.01, 99.99), st.integers(0, 300))
def test_the_rank_for_a_temperature_shows_that_temperature(shown, days):
    now = LANDMARK + timedelta(days=days)
    assert scale().temperature(scale().rank_for(shown, now), now) == pytest.approx(shown, rel=1e-9)


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e12), st.integers(0, 120))
def test_the_order_by_rank_is_the_order_by_temperature_at_any_time(a, b, days):
    now = LANDMARK + timedelta(days=days)
    low, high = sorted((a, b))
    assert scale().temperature(low, now) <= scale().temperature(high, now)


def test_everybody_passes_a_minimum_of_zero_and_nobody_one_of_a_hundred():
    assert scale().rank_for(0, LANDMARK) == NO_HEAT
    assert scale().rank_for(100, LANDMARK) == math.inf


@pytest.mark.parametrize(
    ("shown", "band"),
    [(0, "cold"), (19.99, "cold"), (20, "cool"), (40, "mild"), (79.99, "warm"), (80, "hot"), (100, "hot")],
)
def test_bands_begin_at_their_threshold(shown, band):
    assert scale().band(shown).key == band


@pytest.mark.parametrize(
    ("announced", "shown", "settled"),
    [
        (Band.COLD, 81, Band.HOT),
        (Band.HOT, 77.1, Band.HOT),
        (Band.HOT, 76.9, Band.WARM),
        (Band.HOT, 58, Band.WARM),
        (Band.HOT, 3, Band.COLD),
        (Band.MILD, 58, Band.MILD),
    ],
)
def test_a_band_is_left_three_points_below_its_threshold(announced, shown, settled):
    assert scale().settle(announced, shown) is settled


def test_a_lead_left_alone_reaches_half_its_heat_after_a_half_life():
    assert scale().reaches(rank(24), 50, LANDMARK) == LANDMARK + WEEK
    assert scale().reaches(rank(12), 50, LANDMARK) is None
    assert scale().reaches(NO_HEAT, 20, LANDMARK) is None


@given(st.floats(1, 99), st.integers(-60, 60), st.floats(0.5, 2))
def test_an_adjustment_moves_the_temperature_by_its_points(shown, points, factor):
    before = temperature_to_heat(shown, 12)
    added = adjustment_heat(temperature=shown, points=points, fit_factor=factor, scale_heat=12)
    after = heat_to_temperature(before + factor * added, 12)
    assert after == pytest.approx(min(max(shown + points, 1), 99), abs=1e-6)


def test_fit_doubles_or_halves_the_heat_at_its_ends():
    assert [fit_factor(fit) for fit in (0, 50, 100)] == [0.5, 1.0, 2.0]
    assert [grade(fit) for fit in (100, 75, 74, 50, 49, 25, 24, 0)] == list("AABBCCDD")
