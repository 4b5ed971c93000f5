"""The local OpenAI-compatible server, in the foreground."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesdash.devllm import DevServer, Options
from salesdash.devllm.options import parse_latency

_RATES = {
    "429": "requests that are told to slow down",
    "500": "requests that fail with a server error",
    "timeout": "requests that are never answered",
    "truncate": "chat answers that break off (a stream without its end)",
    "malformed": "answers whose JSON is cut off",
    "flagged": "drafts with a sentence that moderation flags",
}


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Command(BaseCommand):
    help = "Serve an OpenAI-compatible API that writes by rule: no AI, no network, no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--latency-ms", default="0", metavar="A[:B]", help="time an answer takes")
        for name, what in _RATES.items():
            parser.add_argument(
                f"--rate-{name}", type=float, default=0.0, metavar="P", help=f"share of {what}"
            )
        parser.add_argument("--hang-seconds", type=float, default=600.0, help="how long a timeout lasts")
        parser.add_argument("--api-key", default="", help="answer 401 to requests without this key")
        parser.add_argument("--seed", type=int, default=0, help="repeat the same faults and latencies")

    def handle(self, *args: Any, **options: Any) -> None:
        server = self._server(options)
        signal.signal(signal.SIGTERM, _end)
        self.stdout.write(f"dev llm ready: {server.base_url}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("dev llm stopped")
        finally:
            server.stop()

    def _server(self, options: dict[str, Any]) -> DevServer:
        host, port = options["host"], options["port"]
        try:
            return DevServer(
                Options(
                    host=host,
                    port=port,
                    latency_ms=parse_latency(options["latency_ms"]),
                    api_key=options["api_key"],
                    seed=options["seed"],
                    hang_seconds=options["hang_seconds"],
                    keep_requests=0,
                    **{f"rate_{name}": options[f"rate_{name}"] for name in _RATES},
                )
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        except (OSError, OverflowError) as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error}") from error
