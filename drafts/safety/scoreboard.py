"""What each safety layer caught, alone or with others, what reviewers made of it, how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from django.db import connection

from drafts.evaluation.figures import Interval, kappa
from drafts.findings import LAYER_LABELS
from drafts.safety import reasons
from drafts.safety.names import LAYERS
from salesdash.models import Team
from salesdash.rates import Rate

# below so many texts the interval says more than the rate
FEW_TEXTS: Final = 30
_SQL: Final = Path(__file__).parent / "sql"
# the reasons that are shown; all of them are in the file
_TOP_REASONS: Final = 12


@dataclass(frozen=True, slots=True)
class Counts:
    """Texts that a layer spoke about. The last four: what a reviewer decided about those that they saw.

    `overturned`: flagged, and approved as it stood. `upheld`: flagged, and rejected, reworded, written anew.
    """

    texts: int = 0
    caught: int = 0
    alone: int = 0
    overturned: int = 0
    upheld: int = 0
    passed_approved: int = 0
    passed_refused: int = 0

    @property
    def caught_rate(self) -> Rate:
        return Rate(self.caught, self.texts)

    @property
    def overturned_rate(self) -> Rate:
        """Of the flagged texts that a person decided about."""
        return Rate(self.overturned, self.overturned + self.upheld)

    @property
    def is_small(self) -> bool:
        return 0 < self.texts < FEW_TEXTS

    def agreement(self) -> tuple[float | None, Interval | None, int]:
        """Cohen's κ of the layer's verdict and the reviewers', its interval of 95 %, of how many texts."""
        pairs = (
            [(False, True)] * self.overturned
            + [(False, False)] * self.upheld
            + [(True, True)] * self.passed_approved
            + [(True, False)] * self.passed_refused
        )
        return (*kappa(pairs), len(pairs))


@dataclass(frozen=True, slots=True)
class Runs:
    """Single checks; delays in milliseconds, None where nothing was timed."""

    runs: int = 0
    reused: int = 0
    errors: int = 0
    timeouts: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None

    @property
    def error_rate(self) -> Rate:
        return Rate(self.errors, self.runs)


@dataclass(frozen=True, slots=True)
class LayerScore:
    name: str
    counts: Counts
    runs: Runs
    # caught texts of each day of the period
    trend: tuple[int, ...]

    @property
    def label(self) -> str:
        return str(LAYER_LABELS.get(self.name, self.name))


@dataclass(frozen=True, slots=True)
class Named:
    """A reason or a version of a layer, with its counts."""

    layer: str
    key: str
    counts: Counts

    @property
    def layer_label(self) -> str:
        return str(LAYER_LABELS.get(self.layer, self.layer))

    @property
    def reason_label(self) -> str:
        return reasons.label(self.key)

    @property
    def version_label(self) -> str:
        """`3/2` is the third make of the layer under version 2 of the rules."""
        make, slash, rules = self.key.partition("/")
        return f"v{rules}" if slash and make.isdecimal() and rules.isdecimal() else self.key


@dataclass(frozen=True, slots=True)
class Scoreboard:
    first: date
    last: date
    whole: Counts
    layers: tuple[LayerScore, ...]
    # the most frequent first
    reasons: tuple[Named, ...]
    # by layer, the newest first
    versions: tuple[Named, ...]
    days: tuple[tuple[date, Counts], ...]

    @property
    def top_reasons(self) -> tuple[Named, ...]:
        return self.reasons[:_TOP_REASONS]

    @property
    def busy_days(self) -> list[tuple[date, Counts]]:
        """Days on which a text was checked, the newest first."""
        return [(day, counts) for day, counts in reversed(self.days) if counts.texts]

    @property
    def judge(self) -> Counts:
        return next(layer.counts for layer in self.layers if layer.name == "judge")

    @classmethod
    def read(cls, teams: Sequence[Team], *, first: date, last: date) -> Self:
        """first ≤ day ≤ last, in each team's zone. Two statements."""
        asked = {"teams": [team.pk for team in teams], "layers": list(LAYERS), "first": first, "last": last}
        found: dict[str, dict[tuple[str, Any], tuple[Counts, int]]] = {}
        for part, layer, key, day, *counted, newest in _rows("scoreboard.sql", asked):
            found.setdefault(part, {})[layer, day or key] = (Counts(*counted), newest)
        runs = {layer: Runs(*figures) for layer, *figures in _rows("scoreboard_runs.sql", asked)}
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]

        def counts(part: str, layer: str, key: Any = "") -> Counts:
            return found.get(part, {}).get((layer, key), (Counts(), 0))[0]

        return cls(
            first,
            last,
            counts("layer", ""),
            tuple(
                LayerScore(
                    name,
                    counts("layer", name),
                    runs.get(name, Runs()),
                    tuple(counts("day", name, day).caught for day in days),
                )
                for name in LAYERS
            ),
            _ranked(found.get("reason", {})),
            _by_layer(found.get("version", {})),
            tuple((day, counts("day", "", day)) for day in days),
        )


def _ranked(found: dict[tuple[str, Any], tuple[Counts, int]]) -> tuple[Named, ...]:
    named = [Named(layer, key, counts) for (layer, key), (counts, _newest) in found.items()]
    return tuple(sorted(named, key=lambda one: (-one.counts.caught, LAYERS.index(one.layer), one.key)))


def _by_layer(found: dict[tuple[str, Any], tuple[Counts, int]]) -> tuple[Named, ...]:
    rows = sorted(found.items(), key=lambda row: (LAYERS.index(row[0][0]), -row[1][1]))
    return tuple(Named(layer, key, counts) for (layer, key), (counts, _newest) in rows)


@cache
def _statement(name: str) -> str:
    return (_SQL / name).read_text()


def _rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(name), parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
