"""`manage.py bench_seed --leads N --activities M`: data of a large installation, and what it takes up."""

from __future__ import annotations

import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from leads import scale_data
from salesdash.errors import DomainError
from salesdash.formatting import numbers

# measured on 2 cores with 100,000 leads and 5,000,000 activities, indexes included
LEAD_BYTES: Final = 2400
ACTIVITY_BYTES: Final = 200
LEAD_SECONDS: Final = 0.000_200
ACTIVITY_SECONDS: Final = 0.000_006


class Command(BaseCommand):
    help = "Fill the database with a large, skewed set of leads and activities, and say what it takes up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leads", type=int, required=True, metavar="N")
        parser.add_argument("--activities", type=int, required=True, metavar="M")
        parser.add_argument("--seed", type=int, default=42, metavar="S", help="another seed, another set")
        parser.add_argument(
            "--append", action="store_true", help="also into a database that holds leads (three times slower)"
        )

    def handle(
        self, *args: Any, leads: int, activities: int, seed: int, append: bool, **options: Any
    ) -> None:
        if leads < 1 or activities < 0:
            raise CommandError("At least one lead, and no negative number of activities.")
        size = leads * LEAD_BYTES + activities * ACTIVITY_BYTES
        spent = leads * LEAD_SECONDS + activities * ACTIVITY_SECONDS * (3 if append else 1)
        self.stdout.write(
            f"{_n(leads)} leads, {_n(activities)} activities: about {_mb(size)}, {spent:,.0f} s"
        )
        started = time.monotonic()
        try:
            scale_data.build(
                leads=leads, activities=activities, seed=seed, append=append, progress=self._progress
            )
        except DomainError as error:
            hint = " Use --append to add to them." if error.code == "not_empty" else ""
            raise CommandError(f"{error.message}{hint}") from error
        self.stdout.write(f"\r{'done':<14} in {time.monotonic() - started:,.1f} s")
        self._report()

    def _progress(self, step: str, share: float) -> None:
        self.stdout.write(f"\r{step:<14} {share:4.0%}", ending="")
        self.stdout.flush()

    def _report(self) -> None:
        for table in scale_data.sizes():
            each = f"{table.size / table.rows:,.0f} bytes a row" if table.rows else ""
            self.stdout.write(f"{table.name:<16} {_n(table.rows):>12} rows {_mb(table.size):>12}   {each}")
        per_lead, per_activity = scale_data.bytes_each()
        self.stdout.write(
            f"{per_lead:,.0f} bytes a lead with company and score, {per_activity:,.0f} an activity"
        )


def _n(number: int) -> str:
    return numbers.number(number)


def _mb(size: float) -> str:
    return f"{size / 1_000_000:,.1f} MB"
