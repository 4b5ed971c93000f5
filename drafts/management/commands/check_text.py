"""`manage.py check_text`: texts from a file or standard input through the safety layers of drafts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from drafts.management import rules_asked
from drafts.safety import examples, tokens
from drafts.safety.names import LAYERS
from drafts.safety.rulebook import RuleBook

EXIT_FLAGGED: Final = 1
EXIT_BROKEN: Final = 2


class Command(BaseCommand):
    help = (
        "Check texts as drafts are checked: JSON lines in, JSON lines out (docs/safety.md). "
        "Exit 0: all passed; 1: something was flagged; 2: a line, the file or an option could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="JSON lines; standard input without it")
        parser.add_argument(
            "--layers",
            default=",".join(examples.LOCAL_LAYERS),
            metavar="NAME,…",
            help=f"of {', '.join(LAYERS)}, or all (default: %(default)s; moderation and judge call a model)",
        )
        parser.add_argument(
            "--json", action="store_true", help="JSON lines only, no summary on standard error"
        )
        rules_asked.add_arguments(parser)

    def handle(self, *args: Any, file: str, layers: str, json: bool, **options: Any) -> None:
        try:
            names = examples.layers_of(layers)
        except examples.BadLine as error:
            raise CommandError(str(error), returncode=EXIT_BROKEN) from None
        book, payer = rules_asked.book(options), rules_asked.payer(options, names)
        tokens.tokenize("準備")
        passed = flagged = broken = 0
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            answer = _answer(line, number, names, book, payer)
            broken += "error" in answer
            flagged += answer.get("verdict") == "flag"
            passed += answer.get("verdict") == "pass"
            self.stdout.write(_as_line(answer))
            self.stdout.flush()
        if not json:
            self.stderr.write(
                f"{passed} passed, {flagged} flagged, {broken} unreadable; "
                f"layers {', '.join(names)}; rules version {book.version}"
            )
        if broken or flagged:
            sys.exit(EXIT_BROKEN if broken else EXIT_FLAGGED)


def _answer(line: bytes, number: int, names: tuple[str, ...], book: RuleBook, payer: int) -> dict[str, Any]:
    try:
        example = examples.read(line, book, team_id=payer)
    except examples.BadLine as error:
        return {"id": examples.identity_of(line), "line": number, "error": str(error)}
    return examples.check(example, names).as_json()


def _as_line(answer: dict[str, Any]) -> str:
    # an id may hold half of a surrogate pair, which no encoding can write
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _lines(file: str) -> Iterator[bytes]:
    if file == "-":
        yield from examples.lines(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield from examples.lines(stream)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=EXIT_BROKEN) from None
