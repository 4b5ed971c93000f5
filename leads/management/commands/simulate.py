"""The demo's leads come alive: a steady stream of activities through the real door."""

import itertools
import logging
import random
import threading
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from leads import ingest, rules
from leads.management.stopping import stop_on_signal
from leads.models import Lead, ScoreState, Stage
from leads.simulation import Audience, Interest, Stream
from salesdash import telemetry

logger = logging.getLogger(__name__)

# how often the stream looks who is warm now
ROUND_SECONDS: Final = 60.0
MOST_LEADS: Final = 20_000
PAUSE_SECONDS: Final = 5.0


class Command(BaseCommand):
    help = "Record simulated activities until stopped. The same seed on the same data gives the same stream."
    # it must be able to wait for a database that is still starting
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rate", type=float, default=1.0, help="activities a second, on average")
        parser.add_argument("--seed", type=int, default=None, help="repeat a stream")
        parser.add_argument("--count", type=int, default=None, help="stop after so many (default: never)")
        parser.add_argument("--no-wait", action="store_true", help="record as fast as possible")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rate"] <= 0:
            self.stderr.write("error: --rate must be above 0")
            raise SystemExit(2)
        telemetry.configure()
        stream = Stream(random.Random(options["seed"]), per_second=options["rate"])  # noqa: S311
        left = itertools.count() if options["count"] is None else iter(range(options["count"]))
        with stop_on_signal() as stop:
            while not stop.is_set():
                try:
                    _round(stream, stop, left, pause=not options["no_wait"])
                except (DatabaseError, InterfaceError, ScoreState.DoesNotExist) as error:
                    connection.close()
                    logger.warning("simulator waits for the database: %s", error)
                    stop.wait(PAUSE_SECONDS)


def _round(stream: Stream, stop: threading.Event, left: Any, *, pause: bool) -> None:
    close_old_connections()
    audience = _audience()
    if not audience.leads:
        stop.wait(PAUSE_SECONDS)
    for wait, deed in stream.run(audience, ROUND_SECONDS):
        if next(left, None) is None or (pause and stop.wait(wait)) or stop.is_set():
            stop.set()
            return
        with telemetry.span("simulate", lead_id=deed.lead_id):
            activity = ingest.NewActivity(
                deed.lead_id, deed.kind, timezone.now(), deed.source, properties=deed.properties
            )
            ingest.record([activity])


def _audience() -> Audience:
    """Open leads that may be written to, the warmest first."""
    current, now = rules.current(), timezone.now()
    leads = Lead.objects.filter(stage__in=Stage.open(), do_not_contact=False, score__isnull=False)
    ordered = leads.order_by(F("score__rank").desc(), "pk")
    ranked = ordered.values_list("pk", "score__rank", "score__fit_factor")[:MOST_LEADS]
    heats = [Interest(pk, current.scale.heat(rank, now), fit_factor) for pk, rank, fit_factor in ranked]
    return Audience.of(heats, current)
