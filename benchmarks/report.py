"""`python -m benchmarks.report FILE…`: the lines of `make bench` into docs/benchmarks.md, with a chart.

Between `<!-- figures: NAME -->` and `<!-- end -->` the document holds what was measured; the words around are
written by hand. Other lines are passed over; a benchmark that is not in the files keeps what it had.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import chart

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
CHARTS: Final = DOCUMENT.parent / "charts"
GROWTH: Final = "growth: "
SMALLER: Final = re.compile(r"at [\d,]+ leads: ")

Line = dict[str, Any]


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit("usage: python -m benchmarks.report FILE…")
    texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8"), texts, CHARTS), encoding="utf-8")


def updated(document: str, texts: Iterable[str], charts: Path) -> str:
    """The document with the figures of these outputs; charts are written into the folder `charts`."""
    for bench, lines in _by_bench(texts).items():
        block = re.compile(rf"(<!-- figures: {bench} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not block.search(document):
            sys.exit(f"docs/benchmarks.md has no place for {bench}: <!-- figures: {bench} --> … <!-- end -->")
        told = "\n".join(_told(bench, lines, charts))
        document = block.sub(lambda match, told=told: f"{match[1]}\n{told}\n\n{match[2]}", document)  # type: ignore[misc]
    return document


def _by_bench(texts: Iterable[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for text in texts:
        for line in text.splitlines():
            if line.startswith('{"bench"'):
                read = json.loads(line)
                found[read["bench"]].append(read)
    return found


def _told(bench: str, lines: list[Line], charts: Path) -> Iterator[str]:
    facts = [line for line in lines if "fact" in line]
    figures = [line for line in lines if "figure" in line]
    grown = [line for line in figures if line["figure"].startswith(GROWTH)]
    main = [line for line in figures if line not in grown and not SMALLER.match(line["figure"])]
    yield f"Measured on {datetime.now(UTC):%-d %B %Y}."
    yield ""
    yield from (f"- {fact['fact']}: {fact['text']}" for fact in facts)
    if facts:
        yield ""
    if any(line["reach"] is not None for line in main) and facts:
        yield from _drawn(bench, main, charts)
    yield from _table(main)
    yield ""
    yield _verdict(main)
    if grown:
        yield ""
        yield from _growth(grown)


def _drawn(bench: str, figures: list[Line], charts: Path) -> Iterator[str]:
    charts.mkdir(parents=True, exist_ok=True)
    (charts / f"{bench}.svg").write_text(chart.draw(figures), encoding="utf-8")
    yield f"![Each figure as a share of its reach](charts/{bench}.svg)"
    yield ""


def _table(figures: list[Line]) -> Iterator[str]:
    yield "| figure | measured | baseline | ratio | reach | |"
    yield "|---|---|---|---|---|---|"
    for line in figures:
        cells = [line["figure"], _value(line["value"], line["unit"]), "", "", "", ""]
        if line["baseline"] is not None:
            cells[2] = _value(line["baseline"], line["unit"])
        if line["ratio"] is not None:
            cells[3] = _ratio(line)
        if line["reach"] is not None:
            sign = "≥" if line["at_least"] else "≤"
            cells[4] = (
                f"{sign} {_ratio(line, line['reach'])}"
                if line["ratio"] is not None
                else (f"{sign} {_value(line['reach'], line['unit'])}")
            )
            cells[5] = "held" if line["holds"] else "**not held**"
        yield f"| {' | '.join(cells)} |"


def _growth(grown: list[Line]) -> Iterator[str]:
    leads = next(line for line in grown if line["figure"] == f"{GROWTH}leads")
    yield f"How each figure grows from {leads['baseline']:,.0f} to {leads['value']:,.0f} leads:"
    yield ""
    yield f"| figure | {leads['baseline']:,.0f} leads | {leads['value']:,.0f} leads | × |"
    yield "|---|---|---|---|"
    for line in grown:
        times = "" if line["ratio"] is None else f"{line['ratio']:.2g}"
        name = line["figure"].removeprefix(GROWTH)
        small, large = _value(line["baseline"], line["unit"]), _value(line["value"], line["unit"])
        yield f"| {name} | {small} | {large} | {times} |"


def _verdict(figures: list[Line]) -> str:
    missed = [line["figure"] for line in figures if line["holds"] is False]
    return f"Not held: {'; '.join(missed)}." if missed else "Every reach held."


def _ratio(line: Line, ratio: float | None = None) -> str:
    shown = line["ratio"] if ratio is None else ratio
    if not line["at_least"] and line["unit"] == "bytes":
        return f"{100 * shown:.0f} %"
    return f"{_short(shown)} ×"


def _value(value: float, unit: str) -> str:
    if unit == "s" and 0 < value < 1:
        return f"{_short(1000 * value)} ms"
    return f"{_short(value)} {unit}"


def _short(value: float) -> str:
    """Three digits, or all of a large number."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"


if __name__ == "__main__":
    main()
