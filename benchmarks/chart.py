"""A chart of a benchmark as SVG: each figure as a share of its reach, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

WIDTH: Final = 900
LEFT: Final = 400
RIGHT: Final = 90
ROW: Final = 24
TOP: Final = 44
# shares of the reach at the two ends of the scale: a thousandth, and ten times too much
LOWEST: Final = 0.001
HIGHEST: Final = 10.0
GRID: Final = {0.001: "0.1 %", 0.01: "1 %", 0.1: "10 %", 1.0: "reach", 10.0: "10 ×"}


def draw(figures: Sequence[Mapping[str, Any]]) -> str:
    """Figures as lines of `make bench`; those without a reach, or that must be nil, are left out."""
    shown = [(figure, share) for figure in figures if (share := _share(figure)) is not None]
    height = TOP + ROW * len(shown) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
        ' font-size="12" role="img">',
        "<title>Each figure as a share of its reach; shorter is better</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_grid(height),
        *(part for place, (figure, share) in enumerate(shown) for part in _bar(figure, share, place)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _share(figure: Mapping[str, Any]) -> float | None:
    """1 is the reach itself, less is better."""
    if not figure["reach"]:
        return None
    measured = figure["value"] if figure["ratio"] is None else figure["ratio"]
    if figure["at_least"]:
        return float(figure["reach"] / measured) if measured else HIGHEST
    return float(measured / figure["reach"])


def _grid(height: int) -> Iterator[str]:
    for share, label in GRID.items():
        x, colour = _x(share), "#b3261e" if share == 1 else "#d0d4da"
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - 12}" stroke="{colour}"/>'
        yield f'<text x="{x:.1f}" y="{TOP - 16}" text-anchor="middle" fill="#4a5260">{label}</text>'


def _bar(figure: Mapping[str, Any], share: float, place: int) -> Iterator[str]:
    y = TOP + ROW * place
    end, colour = _x(share), "#1f6f54" if figure["holds"] else "#b3261e"
    name, width = escape(figure["figure"]), max(end - LEFT, 1)
    yield f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end" fill="#1d2430">{name}</text>'
    yield f'<rect x="{LEFT}" y="{y + 4}" width="{width:.1f}" height="{ROW - 9}" fill="{colour}"/>'
    # a halo keeps the lines of the grid out of the words
    halo = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    yield f'<text x="{end + 6:.1f}" y="{y + 15}" fill="#4a5260" {halo}>{_percent(share)}</text>'


def _x(share: float) -> float:
    place = (math.log10(min(max(share, LOWEST), HIGHEST) / LOWEST)) / math.log10(HIGHEST / LOWEST)
    return LEFT + place * (WIDTH - LEFT - RIGHT)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"
