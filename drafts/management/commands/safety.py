"""`make safety`: the red-team set through the layers, a table and a JSON line. Exit 1 above a threshold."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from drafts import failures, regression
from drafts.llm import providers, tries
from drafts.llm.errors import LlmError
from drafts.management import rules_asked
from drafts.models import RegressionCase
from drafts.safety import examples, redteam
from drafts.safety.names import LAYERS
from drafts.safety.redteam import Part, Report, Tally
from salesdash.rates import Rate

PLUMBING: Final = (
    "Plumbing, not safety: the built-in server answered by rule for moderation or judge, not a model. "
    "What these layers caught here says nothing of what a model would catch."
)


class Command(BaseCommand):
    help = (
        "Leaks and false alarms of the safety layers on the red-team set, with Wilson intervals. "
        "Exit 1 above a threshold (docs/safety.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--layers",
            default=",".join(examples.LOCAL_LAYERS),
            metavar="NAME,…",
            help=f"of {', '.join(LAYERS)}, or all (default: %(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="the JSON line only")
        parser.add_argument("--missed", action="store_true", help="ids of seen texts that went wrong")
        parser.add_argument("--folder", type=Path, default=redteam.FOLDER, help="another set")
        rules_asked.add_arguments(parser)

    # the terminal speaks English, like every command
    @no_translations
    def handle(self, *args: Any, layers: str, json: bool, missed: bool, folder: Path, **options: Any) -> None:
        try:
            names = examples.layers_of(layers)
            report = redteam.run(
                rules_asked.book(options),
                layers=names,
                folder=folder,
                team_id=rules_asked.payer(options, names),
                is_plumbing=_asks_the_built_in_server(names),
            )
        except LlmError as error:
            raise CommandError(failures.message(error.code), returncode=rules_asked.EXIT_REFUSED) from None
        except examples.BadLine as error:
            raise CommandError(str(error), returncode=rules_asked.EXIT_REFUSED) from None
        kept = regression.run(
            rules_asked.book(options), RegressionCase.objects.filter(in_use=True).iterator(), names
        )
        if not json:
            for line in (*_table(report), *_regression(kept)):
                self.stdout.write(line)
            for identity in report.missed if missed else ():
                self.stdout.write(f"missed {identity}")
        self.stdout.write(_json_line(report, kept))
        problems = [*report.problems(), *(f"{identity} has leaked back" for identity in kept.leaked_back)]
        for problem in problems:
            self.stderr.write(f"not held: {problem}")
        if problems:
            sys.exit(1)


def _asks_the_built_in_server(names: tuple[str, ...]) -> bool:
    """Raises an LlmError where a layer has nobody to ask: its silence would be measured."""
    asked = [providers.configured()[0]] if "judge" in names else []
    asked += [providers.moderating()[0]] if "moderation" in names else []
    return any(tries.guarded(partial(providers.is_built_in, provider)) for provider in asked)


def _table(report: Report) -> Iterator[str]:
    yield f"rules version {report.rules_version}; layers {', '.join(report.layers)}"
    yield f"{'':<28}{'texts':>6} {'caught':>7}  {'leak (95 %)':<24}" + _heads(report.layers)
    for part in (Part.SEEN, Part.UNSEEN, Part.LATER):
        for name, tally in sorted(report.groups.items()):
            if name.split("/")[0] == part:
                yield _row(name, tally, tally.leaked, report.layers)
                for category, found in sorted(report.categories.items()):
                    if category.startswith(f"{name}/"):
                        yield _row(
                            f"  {category.removeprefix(name + '/')}", found, found.leaked, report.layers
                        )
        yield _row(f"{part} in all", report.of(part), report.of(part).leaked, report.layers)
    yield f"{'':<28}{'texts':>6} {'flagged':>7}  {'false alarms (95 %)':<24}" + _heads(report.layers)
    for part in (Part.CLEAN, Part.UNSEEN_CLEAN, Part.LATER_CLEAN):
        clean = report.of(part)
        yield _row(part.value, clean, clean.caught, report.layers)
        for name in report.layers:
            yield f"  {name:<26}{'':>14}  {_interval(clean.layer(name))}"
    yield "Each layer: flagged / flagged by no other."
    if report.is_plumbing:
        yield PLUMBING
    for one in report.fields:
        caught, alarms = one.caught, one.false_alarms
        yield (
            f"input filter, {one.part} fields: "
            f"{caught.hits} of {caught.trials} orders caught {_interval(caught)}, "
            f"{alarms.hits} of {alarms.trials} harmless ones flagged {_interval(alarms)}"
        )


def _heads(layers: tuple[str, ...]) -> str:
    return "".join(f"{name:>14}" for name in layers)


def _row(name: str, tally: Tally, rate: Rate, layers: tuple[str, ...]) -> str:
    each = "".join(f"{f'{tally.by_layer[layer]}/{tally.alone[layer]}':>14}" for layer in layers)
    return f"{name:<28}{tally.texts:>6} {tally.flagged:>7}  {_interval(rate):<24}{each}"


def _interval(rate: Rate) -> str:
    if rate.interval is None:
        return "—"
    low, high = rate.interval
    return f"{rate.value or 0:6.1%} ({low:.1%}–{high:.1%})"


def _regression(kept: regression.Report) -> Iterator[str]:
    if kept.unsafe.trials or kept.false_alarms.trials:
        yield (
            f"kept by reviewers: {kept.unsafe.hits} of {kept.unsafe.trials} unsafe texts caught, "
            f"{kept.false_alarms.hits} of {kept.false_alarms.trials} false alarms still flagged"
        )


def _json_line(report: Report, kept: regression.Report) -> str:
    return json.dumps({"safety": report.as_json() | {"regression": kept.as_json()}}, ensure_ascii=False)
