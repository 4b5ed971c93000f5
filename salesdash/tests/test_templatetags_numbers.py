"""Numbers, yen and shares, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from salesdash.formatting import numbers
from salesdash.templatetags import sd


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12_500_000, "¥12,500,000"),
        (-1200, "\u2212¥1,200"),
        (0, "¥0"),
        (Decimal("0.5"), "¥1"),
        (-0.4, "¥0"),
        (None, "—"),
    ],
)
def test_yen(value, text):
    assert numbers.yen(value) == text


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        (12_500_000, "1,250万円", "¥12.5M"),
        (123_000_000, "1.2億円", "¥123M"),
        (980_000, "98万円", "¥980K"),
        (15_000, "1.5万円", "¥15K"),
        (9_800, "¥9,800", "¥9.8K"),
        (-12_500_000, "\u22121,250万円", "\u2212¥12.5M"),
        (640, "¥640", "¥640"),
    ],
)
def test_short_yen(value, ja, en):
    with translation.override("ja"):
        assert numbers.yen_short(value) == ja
    with translation.override("en"):
        assert numbers.yen_short(value) == en


def test_short_yen_keeps_the_full_sum_as_its_title():
    with translation.override("ja"):
        assert sd.yen_short(12_500_000) == '<span title="¥12,500,000">1,250万円</span>'


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567, 0, "1,234,567"), (-1234.56, 1, "\u22121,234.6"), (0.005, 2, "0.01"), (-0.001, 2, "0.00")],
)
def test_numbers(value, decimals, text):
    assert numbers.number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(0.452, 1, "45.2%"), (0.725, 0, "73%"), (1, 0, "100%"), (None, 0, "—")]
)
def test_percent_of_a_fraction_has_no_space(value, decimals, text):
    assert numbers.percent(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(41, "+41"), (-3, "\u22123"), (0, "0"), (0.2, "0"), (None, "—")])
def test_a_signed_number_says_its_direction(value, text):
    assert numbers.signed(value) == text
