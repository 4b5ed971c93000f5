"""`manage.py messages`: brings every catalog up to date with the sources. Needs no database, no gettext."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesdash import catalogs


class Command(BaseCommand):
    help = "Collects translatable messages into <app>/locale/ja/LC_MESSAGES/django.po."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apps", nargs="*", metavar="app", help="only these apps (default: all)")
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything is amiss")
        group.add_argument("--compile", action="store_true", help="only write the .mo files that are stale")
        group.add_argument("--prune", action="store_true", help="drop what the sources no longer say")

    def handle(self, *_args: Any, **options: Any) -> None:
        apps: list[str] = options["apps"] or list(catalogs.APPS)
        if unknown := set(apps) - set(catalogs.APPS):
            raise CommandError(f"Not an app of this project: {', '.join(sorted(unknown))}")
        if options["check"]:
            self._check(apps)
        elif not options["compile"]:
            for app in apps:
                for language in catalogs.LANGUAGES:
                    changed = catalogs.update(app, language, prune=options["prune"])
                    self.stdout.write(f"{app} {language}: {'updated' if changed else 'up to date'}")
        if not options["check"]:
            self.stdout.write(f"compiled: {catalogs.compile_catalogs(apps)}")

    def _check(self, apps: list[str]) -> None:
        problems = catalogs.check(apps).problems
        for line in problems:
            self.stdout.write(line)
        if problems:
            raise CommandError(f"{len(problems)} problems in the translations.")
        self.stdout.write("All messages are translated.")
