"""Recompute temperatures from the activities and list every difference. Exit 1 if there is one."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from leads import auditing


class Command(BaseCommand):
    help = (
        "Recompute the score table from leads, companies and activities; list differences and exit 1 on any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", type=int, metavar="N", help="check N random leads instead of all")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, sample: int | None, json: bool, **options: Any) -> None:
        audit = auditing.audit(sample=sample)
        if json:
            self.stdout.write(_as_json(audit))
        else:
            for difference in audit.differences:
                self.stdout.write(
                    f"lead {difference.lead_id}: {difference.field} is {difference.stored},"
                    f" should be {difference.expected}"
                )
            self.stdout.write(f"{audit.checked} leads checked, {audit.differing_leads} differ")
        if not audit.clean:
            sys.exit(1)


def _as_json(audit: auditing.Audit) -> str:
    return json.dumps(
        {
            "checked": audit.checked,
            "differing_leads": audit.differing_leads,
            "differences": [asdict(difference) for difference in audit.differences],
        },
        ensure_ascii=False,
    )
