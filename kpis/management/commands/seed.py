"""Fill an empty database with the demo's world."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kpis.seeding import build
from leads.models import Lead


class Command(BaseCommand):
    help = "Fill the database with the demo's world: teams, leads, half a year of activities and mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where leads exist")
        parser.add_argument("--leads", type=int, default=5_000)
        parser.add_argument("--activities", type=int, default=100_000)
        parser.add_argument("--deliveries", type=int, default=3_000)
        parser.add_argument("--seed", type=int, default=20, help="another number, another world")

    def handle(self, *args: Any, **options: Any) -> None:
        if Lead.objects.exists():
            if options["if_empty"]:
                return
            self.stderr.write("The database already holds leads; nothing was changed.")
            raise SystemExit(1)
        start = time.perf_counter()
        counts = build.everything(
            seed=options["seed"],
            lead_count=options["leads"],
            activity_count=options["activities"],
            delivery_count=options["deliveries"],
        )
        parts = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        self.stdout.write(f"seeded {parts} in {time.perf_counter() - start:.1f} s")
