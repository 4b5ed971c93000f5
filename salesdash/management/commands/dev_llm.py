"""The local OpenAI-compatible server, in the foreground."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesdash.dev_servers import CannotServe
from salesdash.devllm import cli


class Command(BaseCommand):
    help = cli.DESCRIPTION
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cli.serve(options, self._say)
        except CannotServe as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
