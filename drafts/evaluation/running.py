"""Writing and judging the golden set: the prompt, the door, the ledger and the judge that drafts go through.

Each result is stored as soon as it is there. A run that was interrupted goes on where it stopped; a second
command at the same time is refused.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from drafts import generation, prompts
from drafts.evaluation import golden
from drafts.evaluation.golden import Case
from drafts.llm import door, providers
from drafts.llm.errors import BudgetExhausted, LlmError, NotConfigured
from drafts.llm.ledger import Account
from drafts.llm.questions import model_for
from drafts.models import Draft, EvaluationResult, EvaluationRun, LlmCall, PromptVersion
from drafts.safety import context as contexts
from drafts.safety import judge, pipeline
from drafts.safety.base import Context
from drafts.safety.examples import LOCAL_LAYERS
from drafts.safety.rulebook import RuleBook
from drafts.texts import Text
from salesdash.models import Team

# a service that failed so often in a row is down: the rest would only fail, too
MOST_FAILURES: Final = 3
_LOCK: Final = 7_308_130
Status = EvaluationRun.Status
# the run, its case, and what became of it
Progress = Callable[[EvaluationRun, Case, EvaluationResult], object]


class Busy(Exception):
    """Another evaluation is under way."""


@dataclass(frozen=True)
class Plan:
    """A prompt version and its part of the golden set."""

    version: PromptVersion
    cases: tuple[Case, ...]


@contextmanager
def alone() -> Iterator[None]:
    """One evaluation at a time: two would pay twice for the same texts. Raises Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def plans(cases: Iterable[Case], *, version: PromptVersion | None = None) -> list[Plan]:
    """By purpose and language in the file's order, with the active version or the one that is asked for."""
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.purpose, case.language), []).append(case)
    found = []
    for (purpose, language), group in groups.items():
        if version is None:
            chosen = prompts.active_version(purpose=purpose, language=language)
        else:
            mine = (version.template.purpose, version.template.language) == (purpose, language)
            chosen = version if mine else None
        if chosen is not None:
            found.append(Plan(chosen, tuple(group)))
    return found


def begin(plans: Iterable[Plan], *, team: Team, fresh: bool = False) -> list[EvaluationRun]:
    """A run for each plan: those of the batch that was interrupted, else new ones. Raises an LlmError.

    What was interrupted is given up where the golden set, a model or the payer has changed since.
    """
    wanted = [(plan.version, _wanted(plan, team)) for plan in plans]
    batch = uuid.uuid4() if fresh else _interrupted(wanted)
    runs = []
    for version, columns in wanted:
        of_version = EvaluationRun.objects.filter(prompt_version=version)
        known = of_version.filter(batch=batch).exclude(status=Status.SUPERSEDED).first()
        if known and _fits(known, columns):
            runs.append(known)
            continue
        for left_over in of_version.filter(finished_at=None):
            _end(left_over, Status.SUPERSEDED)
        runs.append(
            EvaluationRun.objects.create(
                batch=batch, prompt_version=version, started_at=timezone.now(), **columns
            )
        )
    return runs


def _wanted(plan: Plan, team: Team) -> dict[str, Any]:
    writer, judging = models(plan.version)
    return {
        "team_id": team.pk,
        "golden_hash": golden.fingerprint(plan.cases),
        "cases": len(plan.cases),
        "writer": writer,
        "judge": judging,
        "is_plumbing": any(name.startswith(providers.BUILT_IN) for name in (writer, judging)),
    }


def _interrupted(wanted: list[tuple[PromptVersion, dict[str, Any]]]) -> uuid.UUID:
    """The batch of an open run that would be begun in the same way today, else a new one."""
    columns = {version.pk: of_version for version, of_version in wanted}
    for run in EvaluationRun.objects.filter(prompt_version__in=columns, finished_at=None).order_by("-pk"):
        if _fits(run, columns[run.prompt_version_id]):
            return run.batch
    return uuid.uuid4()


def _fits(run: EvaluationRun, columns: dict[str, Any]) -> bool:
    return all(getattr(run, name) == value for name, value in columns.items())


def models(version: PromptVersion) -> tuple[str, str]:
    """Who writes and who judges. Raises an LlmError where nothing is configured or nobody answers."""
    provider = providers.configured()[0]
    return door.first_choice(version.model)[0], model_for("", provider, judging=True)


def work(run: EvaluationRun, cases: Iterable[Case], rules: RuleBook, progress: Progress | None = None) -> str:
    """Write and judge what is still missing. The code of why it had to stop, or nothing."""
    if run.finished_at:
        return ""
    EvaluationRun.objects.filter(pk=run.pk).update(status=Status.RUNNING, stop_code="")
    done = set(run.results.exclude(score_1=None).values_list("case_id", flat=True))
    failures = 0
    for case in cases:
        if case.id in done:
            continue
        found = _try(run, case, rules)
        if found.error_code in (BudgetExhausted.code, NotConfigured.code):
            return _stop(run, found.error_code)
        _keep(run, found)
        if progress:
            progress(run, case, found)
        failures = failures + 1 if found.error_code else 0
        if failures >= MOST_FAILURES:
            return _stop(run, found.error_code)
    _end(run, Status.DONE)
    return ""


def _try(run: EvaluationRun, case: Case, rules: RuleBook) -> EvaluationResult:
    """Not yet stored."""
    started = time.perf_counter()
    try:
        columns = _write_and_judge(run, case, case.context(rules, team_id=run.team_id))
    except prompts.PromptBroken:
        columns = {"error_code": "prompt_broken"}
    except LlmError as error:
        columns = {"error_code": error.code}
    elapsed_ms = int((time.perf_counter() - started) * 1000)
    return EvaluationResult(run=run, case_id=case.id, at=timezone.now(), duration_ms=elapsed_ms, **columns)


def _write_and_judge(run: EvaluationRun, case: Case, context: Context) -> dict[str, Any]:
    version = run.prompt_version
    account = Account(run.team_id, LlmCall.Purpose.EVALUATION, None, version.pk)
    prompt = prompts.render(version, data=prompts.draft_data(_draft(case), context, avoid=[]))
    prompts.mark_used(version)
    answer = door.complete(generation.asked(prompt, account)).value
    text = Text(answer["subject"], answer["body"])
    context = replace(context, claims=contexts.read_claims(answer["claims"]))
    asked = [judge.question(text, context, number, account=account) for number in range(judge.RUNS)]
    judged = door.all_of(asked)
    spoken = pipeline.examine(text, context, LOCAL_LAYERS)
    codes = [f"{one.layer}:{reason.code}" for one in spoken for reason in one.verdict.reasons]
    return {
        "subject": text.subject,
        "body": text.body,
        "score_1": judged[0].score,
        "score_2": judged[1].score,
        "reasons": list(dict.fromkeys(reason for one in judged for reason in one.reasons)),
        "missing": case.missing(text),
        "codes": list(dict.fromkeys(codes)),
    }


def _draft(case: Case) -> Draft:
    """Never stored. Nothing has the number 0: no mail was sent before, and no team's mails are examples."""
    return Draft(pk=0, team_id=0, purpose=case.purpose, language=case.language, tone=case.tone)


def _keep(run: EvaluationRun, found: EvaluationResult) -> None:
    EvaluationResult.objects.filter(run=run, case_id=found.case_id).delete()
    found.save()


def _stop(run: EvaluationRun, code: str) -> str:
    EvaluationRun.objects.filter(pk=run.pk).update(status=Status.STOPPED, stop_code=code, cost_jpy=_cost(run))
    return code


def _end(run: EvaluationRun, status: Status) -> None:
    EvaluationRun.objects.filter(pk=run.pk).update(
        status=status, stop_code="", finished_at=timezone.now(), cost_jpy=_cost(run)
    )


def _cost(run: EvaluationRun) -> Decimal:
    """What its calls cost: there is never more than one open run of a version."""
    calls = LlmCall.objects.filter(
        purpose=LlmCall.Purpose.EVALUATION, prompt_version=run.prompt_version_id, at__gte=run.started_at
    )
    return calls.aggregate(total=Sum("cost_jpy"))["total"] or Decimal(0)
