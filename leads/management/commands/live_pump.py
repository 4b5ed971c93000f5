"""The pump of the live channel, in the foreground. Start as many as you like: one leads, the others wait."""

from typing import Any

from django.core.management.base import BaseCommand

from leads.live.pump import Pump
from leads.management.stopping import stop_on_signal
from salesdash import telemetry


class Command(BaseCommand):
    help = "Publish changed temperatures to the open screens, every 250 ms. Survives restarts of both stores."
    # it must be able to wait for a database that is still starting
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        telemetry.configure()
        with stop_on_signal() as stop:
            Pump().run(stop)
