"""People and machines at work while something else happens: each calls on its own connection until it is over."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from leads import cooling, ingest, scoring
from leads.models import ActivityType, Company, Lead
from leads.tests.events import event
from leads.tests.threads import in_threads

KINDS = [ActivityType.EMAIL_OPEN, ActivityType.EMAIL_REPLY, ActivityType.PRICING_VIEW, ActivityType.OPT_OUT]


def meanwhile(work: Callable[[], Any], *writers: Callable[[], int]) -> list[int]:
    """Do `work` while every writer writes, at least once; how much each wrote."""
    over = threading.Event()

    def until_over(write: Callable[[], int]) -> Callable[[], int]:
        def run() -> int:
            wrote = write()
            while not over.is_set():
                wrote += write()
            return wrote

        return run

    def run_work() -> int:
        try:
            work()
        finally:
            over.set()
        return 0

    return in_threads(*map(until_over, writers), run_work)[:-1]


def activities(leads: Sequence[Lead], seed: int, batch: int = 25) -> Callable[[], int]:
    """Everybody sends from the same pool, in an order of its own; returns how many were new."""
    dice = random.Random(seed)
    start = timezone.now() - timedelta(days=40)

    def write() -> int:
        numbers = [dice.randrange(4000) for _ in range(batch)]
        return ingest.record(
            [
                event(
                    leads[n % len(leads)],
                    KINDS[n % len(KINDS)],
                    at=start + timedelta(minutes=n * 14, microseconds=n),
                    external_id=str(n),
                )
                for n in numbers
            ]
        ).created

    return write


def changes(leads: Sequence[Lead], owners: Sequence[int], seed: int) -> Callable[[], int]:
    """Owners, titles and companies change, as on the lead page."""
    dice = random.Random(seed)

    def write() -> int:
        lead = dice.choice(leads)
        with transaction.atomic():
            title = dice.choice(["課長", "部長", "代表取締役", "担当"])
            Lead.objects.filter(pk=lead.pk).update(owner=dice.choice(owners), title=title)
            scoring.ensure([lead.pk])
        with transaction.atomic():
            Company.objects.filter(pk=lead.company_id).update(employees=dice.choice([5, 80, 3000]))
            scoring.ensure(Lead.objects.filter(company=lead.company_id).values_list("pk", flat=True))
        return 2

    return write


def new_leads(make: Callable[[], Lead]) -> Callable[[], int]:
    def write() -> int:
        make()
        return 1

    return write


def cooling_task() -> int:
    return cooling.announce_cooling()
