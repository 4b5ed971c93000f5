"""Small figures as inline SVG: presentation attributes and classes only, so that the CSP needs no style."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Number = int | float
HEIGHT_SPARK = 44


def bar(
    value: Number, maximum: Number = 100, *, height: int = 6, css_class: str = "", fill: str = "fg"
) -> SafeString:
    """A horizontal bar, `value` of `maximum`; decoration: the number stands beside it."""
    return format_html(
        '<svg{} viewBox="0 0 100 {}" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="tr" width="100" height="{}"/><rect class="{}" width="{}" height="{}"/></svg>',
        format_html(' class="{}"', css_class) if css_class else "",
        height,
        height,
        fill,
        _share(value, maximum),
        height,
    )


def contribution_bar(value: Number, largest: Number) -> SafeString:
    """|value| of the largest contribution; a cooling one takes the cool colour."""
    return bar(abs(value), largest, fill="fg neg" if value < 0 else "fg")


def sparkline(
    values: Sequence[Number],
    label: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    css_class: str = "",
) -> SafeString:
    """A line with its area; `label` is the finding as one sentence. Fewer than two values draw nothing."""
    if len(values) < 2:
        return format_html('<span class="sub">{}</span>', label)
    bottom = min(values) if low is None else low
    span = ((max(values) if high is None else high) - bottom) or 1
    step = 100 / (len(values) - 1)
    points = " ".join(
        f"{round(i * step, 1):g},{round(_spark_y((value - bottom) / span), 1):g}"
        for i, value in enumerate(values)
    )
    return format_html(
        '<svg class="spark{}" viewBox="0 0 100 {h}" preserveAspectRatio="none" role="img" '
        'aria-label="{label}">'
        '<polygon class="f" points="0,{h} {p} 100,{h}"/><polyline class="l" points="{p}"/></svg>',
        f" {css_class}" if css_class else "",
        h=HEIGHT_SPARK,
        label=label,
        p=points,
    )


def stack(parts: Sequence[Number], label: str) -> SafeString:
    """One bar cut into shares; colours f1 … f5 in order, two pixels of surface between them."""
    total = sum(parts) or 1
    starts = [0.0, *accumulate(100 * part / total for part in parts)]
    rects = format_html_join(
        "",
        '<rect class="f{}" x="{}" width="{}" height="28"/>',
        (
            (min(i + 1, 5), round(start, 2), round(max(100 * part / total - 0.4, 0), 2))
            for i, (part, start) in enumerate(zip(parts, starts, strict=False))
        ),
    )
    return format_html(
        '<svg class="svgstack" viewBox="0 0 100 28" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        label,
        rects,
    )


def histogram(before: Sequence[Number], after: Sequence[Number], label: str) -> SafeString:
    """Two series of counts in equal steps, side by side: classes `b1` and `b2`, y from 0 to the highest."""
    highest = max([*before, *after], default=0) or 1
    step = 100 / max(len(before), 1)
    bars = format_html_join(
        "",
        '<rect class="b{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                series,
                round(step * (n + 0.08 + 0.44 * (series - 1)), 2),
                100 - tall,
                round(0.4 * step, 2),
                tall,
            )
            for n, pair in enumerate(zip(before, after, strict=True))
            for series, tall in ((1, _share(pair[0], highest)), (2, _share(pair[1], highest)))
        ),
    )
    return format_html(
        '<svg class="svghist" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="g" d="M0 50H100M0 100H100" vector-effect="non-scaling-stroke"/>{}</svg>',
        label,
        bars,
    )


def funnel_bar(value: Number, first: Number) -> SafeString:
    """A centred bar: what is left of the first step."""
    width = _share(value, first)
    return format_html(
        '<svg viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="tr" width="100" height="18"/><rect class="f1" x="{}" width="{}" height="18"/></svg>',
        round((100 - width) / 2, 2),
        width,
    )


def _share(value: Number, maximum: Number) -> float | int:
    share = round(min(max(100 * value / maximum, 0), 100), 1) if maximum else 0
    return int(share) if share == int(share) else share


def _spark_y(part: float) -> float:
    """Top and bottom keep 2 units for the line's own width."""
    return HEIGHT_SPARK - 2 - (HEIGHT_SPARK - 4) * min(max(part, 0), 1)
