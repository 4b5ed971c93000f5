"""What a version of the rules would change, seen beside today's: bands, the first fifty, the distribution.

Ranks come from the functions of ingest. All leads are looked at where that is cheap: always if only weights,
scale or bands differ; up to `ALL_FITS` leads if fit is worked out anew; up to `ALL_ACTIVITIES` if a new
half-life makes the activities be read. Otherwise a sample of `SAMPLE` leads stands for all, always the same
one for a version, and the first fifty are looked for among the hottest by either version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from leads import backtesting, fit, sql
from leads import rules as rule_sets
from leads.backtesting import Backtest
from leads.models import LeadScore, RuleSet, ScoreState
from leads.models.score import Band
from leads.rules import Rules

TOP: Final = 50
SAMPLE: Final = 20_000
ALL_FITS: Final = 100_000
ALL_ACTIVITIES: Final = 20_000
# of today's hottest, and of the hottest by the weights of the version
HOTTEST: Final = 2_000
BIN_POINTS: Final = 5
_EDGES: Final = tuple(range(BIN_POINTS, 100, BIN_POINTS))


@dataclass(frozen=True, slots=True)
class TopLead:
    """Places from 1; None for a lead that is not among the first. Temperatures 0..100."""

    lead_id: int
    place_before: int | None
    place_after: int | None
    before: float
    after: float


@dataclass(frozen=True)
class Preview:
    """`matrix[before][after]` counts leads by `Band`; `bins` count them in steps of five points."""

    before: Rules
    after: Rules
    at: datetime
    # how many leads there are, how many were counted, and among how many the first were looked for
    total: int
    counted: int
    searched: int
    matrix: list[list[int]]
    bins_before: list[int]
    bins_after: list[int]
    top: list[TopLead]

    @property
    def sampled(self) -> bool:
        return self.counted < self.total

    @property
    def moving(self) -> int:
        return self.counted - sum(self.matrix[band][band] for band in Band)

    @property
    def entering(self) -> list[TopLead]:
        new = [lead for lead in self.top if lead.place_before is None]
        return sorted(new, key=lambda lead: lead.place_after or 0)

    @property
    def leaving(self) -> list[TopLead]:
        gone = [lead for lead in self.top if lead.place_after is None]
        return sorted(gone, key=lambda lead: lead.place_before or 0)


def compare(rule_set: RuleSet, *, now: datetime | None = None) -> tuple[Preview, Backtest]:
    """Raises DomainError for rules that cannot be read. Sees one snapshot; writers go on."""
    now = now or timezone.now()
    with transaction.atomic():
        if not connection.savepoint_ids:
            sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        state = ScoreState.objects.select_related("rules").get()
        look = _Look(state, rule_set, now)
        return look.preview(), backtesting.run(look.before, look.after, seed=rule_set.pk, now=now)


class _Look:
    """One comparison: which parts of the statement are needed, and what is bound to it."""

    def __init__(self, state: ScoreState, rule_set: RuleSet, now: datetime) -> None:
        self.now, self.seed = now, rule_set.pk
        self.before = rule_sets.of(state)
        self.new_half_life = state.rules.half_life_hours != rule_set.half_life_hours
        today = (state.rules.fit_rules, state.rules.exclude_rules)
        self.new_fit = today != (rule_set.fit_rules, rule_set.exclude_rules)
        landmark = now if self.new_half_life else state.landmark
        self.after = rule_sets.build(rule_set, landmark=landmark, epoch=state.epoch)

    def preview(self) -> Preview:
        total = LeadScore.objects.count()
        if total <= self._all_up_to(total):
            rows = self._weigh(None)
            counted = searched = total
        else:
            sample, hottest = self._sample(), self._hottest()
            rows = [row for row in self._weigh(sample) if row[0] == "cell"]
            rows += [row for row in self._weigh(hottest) if row[0] == "top"]
            counted, searched = len(sample), len(hottest)
        cells = [row for row in rows if row[0] == "cell"]
        return Preview(
            before=self.before,
            after=self.after,
            at=self.now,
            total=total,
            counted=counted,
            searched=searched,
            matrix=_matrix(cells),
            bins_before=_bins(cells, 3),
            bins_after=_bins(cells, 4),
            top=[self._top(row) for row in rows if row[0] == "top"],
        )

    def _all_up_to(self, total: int) -> int:
        if self.new_half_life:
            return ALL_ACTIVITIES
        return ALL_FITS if self.new_fit else total

    def _sample(self) -> list[int]:
        return _ids("sample_leads", {"seed": self.seed, "size": SAMPLE})

    def _hottest(self) -> list[int]:
        return _ids("hottest_leads", {"weights": list(self.after.weights), "size": HOTTEST})

    def _weigh(self, lead_ids: list[int] | None) -> list[tuple[Any, ...]]:
        fitted, values = self._fitted()
        statement = sql.load("preview_scores")
        for slot, text in {
            "acc": "t.acc" if self.new_half_life else "s.acc",
            "fitted": fitted,
            "units": self._units() if self.new_half_life else "",
            "which": "true" if lead_ids is None else "s.lead_id = ANY(%(lead_ids)s::bigint[])",
        }.items():
            statement = statement.replace("{" + slot + "}", text)
        bound = {**self._bounds(), **self.after.parameters(), "lead_ids": lead_ids}
        return sql.rows(statement, {**values, **bound})

    def _fitted(self) -> tuple[str, dict[str, Any]]:
        if not self.new_fit:
            return sql.load("preview_fit_stored"), {}
        fit_sql, fit_values = fit.fit_expression(self.after.fit_rules).named("fit_")
        excluded_sql, excluded_values = fit.excluded_expression(self.after.exclude_rules).named("excluded_")
        text = sql.load("preview_fit_new").replace("{fit}", fit_sql).replace("{excluded}", excluded_sql)
        return text, {**fit_values, **excluded_values}

    @staticmethod
    def _units() -> str:
        units = sql.load("activity_units").replace("{which}", "lead_id = s.lead_id")
        return sql.load("preview_units").replace("{activity_units}", units)

    def _bounds(self) -> dict[str, Any]:
        """The ranks at which bands and bins begin, by either version."""
        sides = {"before": self.before.scale, "after": self.after.scale}
        bands = {f"bands_{side}": scale.rising_ranks(self.now) for side, scale in sides.items()}
        bins = {
            f"bins_{side}": [scale.rank_for(edge, self.now) for edge in _EDGES]
            for side, scale in sides.items()
        }
        return {**bands, **bins, "most": TOP}

    def _top(self, row: tuple[Any, ...]) -> TopLead:
        _kind, place_before, place_after, _bin, _other, lead_id, rank_before, rank_after = row
        return TopLead(
            lead_id,
            place_before,
            place_after,
            self.before.scale.temperature(rank_before, self.now),
            self.after.scale.temperature(rank_after, self.now),
        )


def _ids(name: str, parameters: dict[str, Any]) -> list[int]:
    return [lead_id for (lead_id,) in sql.rows(sql.load(name), parameters)]


def _matrix(cells: Sequence[tuple[Any, ...]]) -> list[list[int]]:
    matrix = [[0] * len(Band) for _band in Band]
    for _kind, before, after, _bin_before, _bin_after, number, *_rest in cells:
        matrix[before][after] += number
    return matrix


def _bins(cells: Sequence[tuple[Any, ...]], column: int) -> list[int]:
    bins = [0] * (len(_EDGES) + 1)
    for cell in cells:
        bins[cell[column]] += cell[5]
    return bins
