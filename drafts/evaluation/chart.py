"""Scores of one prompt template over its runs, as SVG that fits any width: a mark and its interval per run.

Places across are per cent of the picture, heights are pixels. A run by the built-in writer is a hollow mark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drafts.evaluation.figures import Interval
from drafts.safety.judge import PASS_SCORE

TOP: Final = 12
PLOT: Final = 130
HEIGHT: Final = TOP + PLOT + 24
_STEP: Final = 10


@dataclass(frozen=True)
class Point:
    """`score` from 0 to 100; `label` names the prompt version, `at` the start of the run."""

    label: str
    score: float
    interval: Interval | None
    is_plumbing: bool
    at: datetime


def picture(points: Sequence[Point]) -> SafeString:
    """Nothing without points."""
    if not points:
        return SafeString("")
    lows = [point.interval[0] if point.interval else point.score for point in points]
    floor = max(0, min(60, int(min(lows)) // _STEP * _STEP))

    def y(score: float) -> float:
        return round(TOP + PLOT * (100 - score) / (100 - floor), 1)

    def x(number: int) -> float:
        return round(100 * (number + 0.5) / len(points), 2)

    ticks = sorted({floor, PASS_SCORE, 100})
    return format_html(
        '<svg class="scores" width="100%" height="{}" role="img" aria-label="{}">{}{}</svg>',
        HEIGHT,
        _finding(points),
        format_html_join(
            "",
            '<line class="{2}" x1="0" x2="100%" y1="{1}" y2="{1}"/>'
            '<text x="-8" y="{1}" dy="4" text-anchor="end">{0}</text>',
            ((tick, y(tick), "pass" if tick == PASS_SCORE else "tick") for tick in ticks),
        ),
        format_html_join("", "{}", ((_mark(point, x(number), y),) for number, point in enumerate(points))),
    )


def _mark(point: Point, x: float, y: Callable[[float], float]) -> SafeString:
    whisker = SafeString("")
    if point.interval:
        low, high = point.interval
        whisker = format_html(
            '<line class="whisker" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>', x, y(high), y(low)
        )
    return format_html(
        '<g class="{}">{}<circle cx="{}%" cy="{}" r="5"/></g>'
        '<text x="{}%" y="{}" text-anchor="middle">{}</text>',
        "built-in" if point.is_plumbing else "model",
        whisker,
        x,
        y(point.score),
        x,
        HEIGHT - 6,
        point.label,
    )


def _finding(points: Sequence[Point]) -> str:
    """The picture as one sentence."""
    last = points[-1]
    words = ngettext("%(count)s run.", "%(count)s runs.", len(points)) % {"count": len(points)}
    newest = _("The newest, %(version)s, scores %(score)s of 100; 80 is enough.") % {
        "version": last.label,
        "score": f"{last.score:.1f}",
    }
    return f"{words} {newest}"
