"""Pictures of the scoreboard as SVG that fits any width. Places across are per cent, heights are pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from drafts.safety.scoreboard import Counts, LayerScore
from salesdash.formatting import numbers

ROW: Final = 30
_BAR: Final = 12
DAYS_HEIGHT: Final = 96


def layers(scores: Sequence[LayerScore]) -> SafeString:
    """A bar per layer: the share that it caught, the part of it that nobody else did, and the interval."""
    shown = [score for score in scores if score.counts.texts]
    if not shown:
        return SafeString("")
    highest = max(_high(score.counts) for score in shown)
    top = max(0.1, math.ceil(highest * 10) / 10)
    height = ROW * len(shown)
    grid = format_html_join(
        "",
        '<line class="tick" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>'
        '<text x="{0}%" y="{2}" text-anchor="middle">{3}</text>',
        (
            (round(100 * part, 1), height, height + 16, numbers.percent(top * part, 0 if top >= 0.2 else 1))
            for part in (0, 0.5, 1)
        ),
    )
    bars = format_html_join("", "{}", ((_bar(score, row, top),) for row, score in enumerate(shown)))
    return format_html(
        '<svg class="layer-bars" width="100%" height="{}" role="img" aria-label="{}">{}{}</svg>',
        height + 22,
        _finding(shown),
        grid,
        bars,
    )


def _bar(score: LayerScore, row: int, top: float) -> SafeString:
    counts, y = score.counts, row * ROW + (ROW - _BAR) // 2

    def x(share: float) -> float:
        return round(100 * min(share, top) / top, 2)

    low, high = counts.caught_rate.interval or (0.0, 0.0)
    return format_html(
        '<text class="name" x="-10" y="{mid}" dy="4" text-anchor="end">{label}</text>'
        '<rect class="all" y="{y}" width="{all}%" height="{bar}" rx="2"/>'
        '<rect class="own" y="{y}" width="{own}%" height="{bar}" rx="2"/>'
        '<line class="whisker" x1="{low}%" x2="{high}%" y1="{mid}" y2="{mid}"/>',
        mid=y + _BAR / 2,
        label=score.label,
        y=y,
        bar=_BAR,
        all=x(counts.caught / counts.texts),
        own=x(counts.alone / counts.texts),
        low=x(low),
        high=x(high),
    )


def _high(counts: Counts) -> float:
    return counts.caught_rate.interval[1] if counts.caught_rate.interval else 0.0


def _finding(shown: Sequence[LayerScore]) -> str:
    """The picture as one sentence."""
    most = max(shown, key=lambda score: score.counts.caught / score.counts.texts)
    return _("%(layer)s stops the largest share: %(share)s of what it checked.") % {
        "layer": most.label,
        "share": numbers.percent(most.counts.caught / most.counts.texts, 1),
    }


def days(counted: Sequence[tuple[date, Counts]]) -> SafeString:
    """Texts of each day, from 0 up; the stopped ones are the darker part."""
    highest = max((counts.texts for _day, counts in counted), default=0)
    if not highest:
        return SafeString("")
    step = 100 / len(counted)
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>',
        (
            (name, round(step * (number + 0.1), 3), DAYS_HEIGHT - tall, round(step * 0.8, 3), tall)
            for number, (_day, counts) in enumerate(counted)
            for name, count in (("all", counts.texts), ("own", counts.caught))
            if (tall := round(DAYS_HEIGHT * count / highest, 1))
        ),
    )
    texts, caught = (sum(getattr(c, name) for _day, c in counted) for name in ("texts", "caught"))
    label = _("%(texts)s texts, %(caught)s of them stopped; at most %(most)s texts on one day.") % {
        "texts": numbers.number(texts),
        "caught": numbers.number(caught),
        "most": numbers.number(highest),
    }
    return format_html(
        '<svg class="day-bars" width="100%" height="{0}" role="img" aria-label="{1}">'
        '<line class="tick" x1="0" x2="100%" y1="{2}" y2="{2}"/>{3}</svg>',
        DAYS_HEIGHT + 1,
        label,
        DAYS_HEIGHT,
        bars,
    )
