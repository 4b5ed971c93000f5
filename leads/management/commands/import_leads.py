"""`manage.py import_leads FILE`: the import of the pages, in the foreground."""

from __future__ import annotations

import dataclasses
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, no_translations

from leads.importing.foreground import Report, import_file
from leads.importing.mapping import MappingFile
from salesdash.errors import DomainError
from salesdash.models import Team

_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


class Command(BaseCommand):
    help = "Imports leads from a CSV file (UTF-8, CP932, UTF-16; comma, semicolon or tab)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping",
            default="auto",
            metavar="FILE|auto",
            help='JSON: {"columns": {"顧客名": "company"}, "stages": {"yes": "won"}, "owner": "sato"}',
        )
        parser.add_argument("--team", default="", help="name or id of the team (default: the first one)")
        parser.add_argument("--dry-run", action="store_true", help="count everything, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    @no_translations
    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            by_hand = None if options["mapping"] == "auto" else MappingFile.read(Path(options["mapping"]))
            report = import_file(
                path, team=_team(options["team"]), by_hand=by_hand, dry_run=options["dry_run"]
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        except DomainError as error:
            raise CommandError(f"{path}: {error.message} [{error.code}]") from error
        if options["json"]:
            more = {"rows_per_second": report.rows_per_second}
            self.stdout.write(json.dumps(dataclasses.asdict(report) | more, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(report)))


def _team(wanted: str) -> Team:
    """By id, name or English name; the first one there is if none is named."""
    teams = list(Team.objects.order_by("pk"))
    found = [team for team in teams if not wanted or wanted in (str(team.pk), team.name, team.name_en)]
    if found:
        return found[0]
    names = ", ".join(team.name for team in teams)
    raise CommandError(f"There is no team “{wanted}”. Teams: {names}" if names else "There is no team yet.")


def _lines(report: Report) -> Iterator[str]:
    named = {header: name for header, name in report.columns.items() if name not in ("", "attributes")}
    kept = sum(name == "attributes" for name in report.columns.values())
    yield f"{report.file} → {report.team}: {report.encoding}, {_SEPARATORS[report.delimiter]}"
    yield f"columns: {', '.join(f'{header} → {name}' for header, name in named.items()) or '-'}"
    yield f"kept as further attributes: {kept}; left out: {len(report.columns) - len(named) - kept}"
    if report.stages:
        yield "stages: " + ", ".join(f"{value} → {stage or '-'}" for value, stage in report.stages.items())
    if report.unknown_owners:
        yield f"owners not known in this team: {', '.join(report.unknown_owners)}"
    yield (
        f"read {report.read} = created {report.created} + updated {report.updated}"
        f" + unchanged {report.unchanged} + rejected {report.rejected}"
    )
    for reason, rows in report.reasons.items():
        yield f"  rejected, {reason}: {rows}"
    yield f"{report.seconds:.1f} s, {report.rows_per_second} rows/s"
    if report.dry_run:
        yield "Dry run: nothing was written."
