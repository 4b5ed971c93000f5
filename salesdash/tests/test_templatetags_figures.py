"""Icons and small SVG figures: right widths, a name for readers, nothing that the CSP blocks."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from salesdash.formatting import svg
from salesdash.templatetags import sd


def test_a_bar_is_as_wide_as_its_share():
    assert '<rect class="fg" width="25" height="6"/>' in svg.bar(50, 200)


@pytest.mark.parametrize(
    ("value", "width"), [(-5, 'width="0"'), (500, 'width="100"'), (33.333, 'width="33.3"')]
)
def test_a_bar_stays_in_its_frame(value, width):
    assert f'class="fg" {width}' in svg.bar(value)


def test_a_bar_of_nothing_is_empty():
    assert 'class="fg" width="0"' in svg.bar(3, 0)


def test_a_cooling_contribution_takes_the_cool_colour():
    assert 'class="fg neg" width="50"' in svg.contribution_bar(-8, 16)


def test_a_sparkline_says_its_finding_and_touches_both_ends():
    html = svg.sparkline([22, 60, 97], "30日間で22から97へ上昇")
    assert 'role="img" aria-label="30日間で22から97へ上昇"' in html
    assert '<polyline class="l" points="0,42 50,21.7 100,2"/>' in html


def test_a_flat_line_and_a_short_one_do_not_divide_by_zero():
    assert "polyline" in svg.sparkline([5, 5, 5], "x")
    assert svg.sparkline([5], "まだ1日分です") == '<span class="sub">まだ1日分です</span>'


def test_the_shares_of_a_stack_start_where_the_last_one_ended():
    html = svg.stack([50, 25, 25], "x")
    assert 'class="f1" x="0.0"' in html
    assert 'class="f2" x="50.0"' in html
    assert 'class="f3" x="75.0"' in html


def test_a_funnel_shows_the_share_of_the_step_before():
    html = sd.funnel([("送信", 200), ("開封", 100), ("面談", 10)])
    assert "<dt>面談</dt>" in html
    assert '10 <span class="sub">10.0%</span>' in html
    assert "100.0%" in html


def test_a_label_cannot_carry_markup():
    assert "<script>" not in svg.sparkline([1, 2], '"><script>')
    assert "<script>" not in sd.funnel([("<script>", 1)])


def test_an_icon_is_decoration():
    assert sd.icon("mail", "s") == '<svg class="i s" aria-hidden="true"><use href="#i-mail"/></svg>'


def temperature(**context: object) -> str:
    with translation.override("ja"):
        return render_to_string("leads/_temperature.html", context)


def test_the_temperature_cell_has_number_bar_and_word():
    html = temperature(t=96.6, band="hot", delta=6)
    assert 'data-b="hot"' in html
    assert '<span class="v">97</span>' in html
    assert 'class="fg" width="97"' in html
    assert '<span class="w">ホット</span>' in html
    assert '<span class="d up"><span aria-hidden="true">↑</span>6' in html


def test_a_small_change_is_not_shown_and_a_fall_has_no_minus():
    assert 'class="d' not in temperature(t=50, band="mild", delta=1)
    assert '<span aria-hidden="true">↓</span>3<' in temperature(t=50, band="mild", delta=-3)


def test_no_temperature_is_a_dash_with_the_reason_in_words():
    html = temperature(t=None, band="", delta=None)
    assert '<span aria-hidden="true">—</span><span class="visually-hidden">ランキング対象外</span>' in html
    assert 'class="temp"' not in html


def test_the_count_on_a_navigation_entry():
    assert sd.nav_dot(0) == ""
    assert sd.nav_dot("") == ""
    assert '<span class="dot">4<' in sd.nav_dot(4)
    assert ">99+<" in sd.nav_dot(120)
