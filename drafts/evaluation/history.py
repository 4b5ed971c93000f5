"""The runs of each prompt template as the page shows them: newest first, with their figures and a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.safestring import SafeString

from drafts.evaluation import chart, figures
from drafts.evaluation.figures import Summary
from drafts.models import EvaluationResult, EvaluationRun, PromptTemplate
from salesdash.models import User

# of one template, in the table and in the picture
MOST_RUNS: Final = 12
_MOST_READ: Final = 240


@dataclass(frozen=True)
class Shown:
    """A run with its figures. `cost_jpy` is None where another team has paid."""

    run: EvaluationRun
    figures: Summary
    cost_jpy: Any


@dataclass(frozen=True)
class Section:
    template: PromptTemplate
    runs: tuple[Shown, ...]
    picture: SafeString


@dataclass(frozen=True)
class Page:
    """`total` adds up the newest finished run of each template: the whole golden set.

    It is plumbing where the built-in writer took part in any of them.
    """

    sections: tuple[Section, ...]
    total: Summary | None
    total_is_plumbing: bool
    has_plumbing: bool


def page(user: User) -> Page:
    """Three queries, whatever there is."""
    runs = list(
        EvaluationRun.objects.select_related("prompt_version__template").order_by("-started_at", "-pk")[
            :_MOST_READ
        ]
    )
    by_template: dict[int, list[EvaluationRun]] = {}
    for run in runs:
        kept = by_template.setdefault(run.prompt_version.template_id, [])
        if len(kept) < MOST_RUNS:
            kept.append(run)
    results = _results(run for kept in by_template.values() for run in kept)
    sections = [_section(kept, results, user) for kept in by_template.values()]
    sections.sort(key=lambda section: (section.template.language != "ja", section.template.pk))
    newest = [
        next((run for run in kept if run.finished_at and _counts(run)), None) for kept in by_template.values()
    ]
    latest = [result for run in newest if run for result in results.get(run.pk, ())]
    return Page(
        sections=tuple(sections),
        total=figures.summary(latest) if latest else None,
        total_is_plumbing=any(run.is_plumbing for run in newest if run),
        has_plumbing=any(run.is_plumbing for run in runs),
    )


def shown(run: EvaluationRun, results: Iterable[EvaluationResult], user: User) -> Shown:
    may_see_cost = user.has_perm("leads.view_all") or run.team_id in user.team_ids
    return Shown(run, figures.summary(results), run.cost_jpy if may_see_cost else None)


def _section(runs: list[EvaluationRun], results: dict[int, list[EvaluationResult]], user: User) -> Section:
    rows = tuple(shown(run, results.get(run.pk, ()), user) for run in runs)
    points = [
        chart.Point(
            label=f"v{row.run.prompt_version.number}",
            score=row.figures.score,
            interval=row.figures.score_interval,
            is_plumbing=row.run.is_plumbing,
            at=row.run.started_at,
        )
        for row in reversed(rows)
        if row.figures.score is not None
    ]
    return Section(runs[0].prompt_version.template, rows, chart.picture(points))


def _counts(run: EvaluationRun) -> bool:
    return run.status == EvaluationRun.Status.DONE


def _results(runs: Iterable[EvaluationRun]) -> dict[int, list[EvaluationResult]]:
    """Without the texts."""
    found: dict[int, list[EvaluationResult]] = {}
    rows = EvaluationResult.objects.filter(run__in=list(runs)).only(
        "run_id", "score_1", "score_2", "missing", "codes"
    )
    for result in rows:
        found.setdefault(result.run_id, []).append(result)
    return found
