"""`make eval`: writes to the golden set, judges each text twice, keeps the figures per prompt version."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from drafts import failures
from drafts.evaluation import figures, golden, running
from drafts.evaluation.figures import Interval, Summary
from drafts.evaluation.golden import Case
from drafts.llm import providers
from drafts.llm.errors import LlmError
from drafts.management import rules_asked
from drafts.models import EvaluationResult, EvaluationRun, PromptVersion
from drafts.safety.judge import PASS_SCORE
from salesdash.models import Team

EXIT_POOR: Final = 1
EXIT_STOPPED: Final = 2
PLUMBING: Final = (
    "The built-in writer answered by rule, not a language model: these figures prove that all parts work "
    "together. They say nothing about the quality of texts. Set LLM_BASE_URL or OPENAI_API_KEY to measure it."
)


class Command(BaseCommand):
    help = (
        "Write to the golden set with the active prompts, judge each text twice, keep the figures. "
        f"Exit 0: every prompt version scores {PASS_SCORE} or more, without errors; 1: one does not; "
        "2: it had to stop, or was not begun."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prompt-version", type=int, metavar="ID", help="this version, not the active ones"
        )
        parser.add_argument("--fresh", action="store_true", help="do not go on with an interrupted run")
        parser.add_argument("--json", action="store_true", help="one JSON line, no table")
        rules_asked.add_arguments(parser)

    # the terminal speaks English, like every command; the texts are in the leads' languages
    @no_translations
    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        try:
            with _somebody_who_writes(), running.alone():
                runs, stopped = self._work(options, quiet=json)
        except running.Busy:
            raise CommandError(
                "Another evaluation is under way; this one would pay for the same again.",
                returncode=EXIT_STOPPED,
            ) from None
        except golden.BadGolden as error:
            raise CommandError(f"The golden set cannot be used: {error}", returncode=EXIT_STOPPED) from None
        except LlmError as error:
            raise CommandError(failures.message(error.code), returncode=EXIT_STOPPED) from None
        told = [(run, figures.summary(run.results.all())) for run in runs]
        self.stdout.write(_as_json(told, stopped) if json else "\n".join(_table(told)))
        if stopped:
            self.stderr.write(_refusal(stopped, told))
        elif any(run.is_plumbing for run in runs) and not json:
            self.stdout.write(PLUMBING)
        if stopped or not all(one.is_good and not one.errors for _run, one in told):
            sys.exit(EXIT_STOPPED if stopped else EXIT_POOR)

    def _work(self, options: dict[str, Any], *, quiet: bool) -> tuple[list[EvaluationRun], str]:
        rules, team = rules_asked.book(options), _payer(options)
        plans = running.plans(golden.load(), version=_version(options))
        if not plans:
            raise CommandError(
                "There is no active prompt for any lead of the golden set.", returncode=EXIT_STOPPED
            )
        runs = running.begin(plans, team=team, fresh=options["fresh"])
        done = 0
        total = sum(len(plan.cases) for plan in plans)

        def progress(run: EvaluationRun, case: Case, found: EvaluationResult) -> None:
            nonlocal done
            done += 1
            if not quiet:
                self._tell(done, total, case, found)

        stopped = ""
        for run, plan in zip(runs, plans, strict=True):
            kept = run.results.exclude(score_1=None).count()
            done += kept
            if kept and not quiet:
                self.stdout.write(f"{run.prompt_version}: goes on, {kept} of {run.cases} are there already")
            stopped = running.work(run, plan.cases, rules, progress)
            if stopped:
                break
        return list(EvaluationRun.objects.filter(pk__in=[run.pk for run in runs]).order_by("pk")), stopped

    def _tell(self, done: int, total: int, case: Case, found: EvaluationResult) -> None:
        outcome = found.error_code or f"{found.score_1} / {found.score_2}"
        line = f"{done:>3}/{total} {case.id} {case.purpose:<15} {outcome}"
        # in place on a terminal, a line each in a log
        if self.stdout.isatty():
            self.stdout.write(f"\r{line:<70}", ending="\n" if done == total else "")
        else:
            self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def _somebody_who_writes() -> Iterator[None]:
    """The configured service; outside of production, the built-in writer where there is none."""
    if settings.PRODUCTION or _is_configured():
        yield
        return
    from salesdash.devllm import DevServer, Options

    before = settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_JUDGE_MODEL
    with DevServer(Options()) as server:
        settings.LLM_BASE_URL = server.base_url
        settings.LLM_MODEL, settings.LLM_JUDGE_MODEL = "salesdash-dev-writer", "salesdash-dev-judge"
        try:
            yield
        finally:
            settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_JUDGE_MODEL = before


def _is_configured() -> bool:
    try:
        return bool(providers.configured())
    except LlmError:
        return False


def _payer(options: dict[str, Any]) -> Team:
    teams = Team.objects.order_by("pk")
    found = (teams.filter(pk=options["team"]) if options["team"] is not None else teams).first()
    if found is None:
        raise CommandError(
            "An evaluation needs a team that pays for it: there is none (make demo makes some).",
            returncode=EXIT_STOPPED,
        )
    return found


def _version(options: dict[str, Any]) -> PromptVersion | None:
    if options["prompt_version"] is None:
        return None
    found = PromptVersion.objects.select_related("template").filter(pk=options["prompt_version"]).first()
    if found is None:
        raise CommandError(
            f"There is no prompt version {options['prompt_version']}.", returncode=EXIT_STOPPED
        )
    return found


def _table(told: list[tuple[EvaluationRun, Summary]]) -> Iterator[str]:
    heads = f"{'texts':>5} {'score':>18} {'passed':>18} {'gap of two':>18} {'mentions':>9} {'layers':>7}"
    yield f"{'prompt version':<28} {heads}"
    for run, one in told:
        yield (
            f"{_name(run):<28} {one.judged:>2}/{run.cases:<2} "
            f"{_number(one.score, one.score_interval):>18} {_share(one):>18} "
            f"{_number(one.gap, one.gap_interval):>18} "
            f"{one.mentioned.hits:>6}/{one.mentioned.trials:<2} {one.clean.hits:>4}/{one.clean.trials:<2}"
        )


def _name(run: EvaluationRun) -> str:
    template = run.prompt_version.template
    return f"{template.purpose} {template.language} v{run.prompt_version.number}"


def _number(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" + (f" ({interval[0]:.1f}-{interval[1]:.1f})" if interval else "")


def _share(one: Summary) -> str:
    low, high = one.passed.interval or (0.0, 1.0)
    return f"{one.passed.hits}/{one.passed.trials} ({low:.0%}-{high:.0%})" if one.passed.trials else "-"


def _as_json(told: list[tuple[EvaluationRun, Summary]], stopped: str) -> str:
    rows = [
        {
            "prompt_version": run.prompt_version_id,
            "prompt": str(run.prompt_version),
            "writer": run.writer,
            "judge": run.judge,
            "plumbing": run.is_plumbing,
            "status": run.status,
            "cases": run.cases,
            "judged": one.judged,
            "errors": one.errors,
            "score": one.score,
            "score_interval": one.score_interval,
            "passed": one.passed.hits,
            "passed_interval": one.passed.interval,
            "gap": one.gap,
            "gap_interval": one.gap_interval,
            "same_verdict": one.same_verdict.hits,
            "kappa": one.kappa,
            "kappa_interval": one.kappa_interval,
            "mentioned": one.mentioned.hits,
            "layers_clean": one.clean.hits,
            "cost_jpy": float(run.cost_jpy),
        }
        for run, one in told
    ]
    return json.dumps({"evaluation": rows, "stopped": stopped}, ensure_ascii=False)


def _refusal(code: str, told: list[tuple[EvaluationRun, Summary]]) -> str:
    done, cases = sum(one.judged for _run, one in told), sum(run.cases for run, _one in told)
    return (
        f"Stopped: {failures.message(code)} {done} of {cases} leads are judged and kept; "
        "the same command goes on from there."
    )
