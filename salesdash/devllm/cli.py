"""The command line: `manage.py dev_llm`, or `python -m salesdash.devllm` at a third of the memory."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from salesdash.dev_servers import CannotServe, add_rates, in_foreground
from salesdash.devllm.options import Options, parse_latency
from salesdash.devllm.server import DevServer

DESCRIPTION = "Serve an OpenAI-compatible API that writes by rule: no AI, no network, no database."
_RATES = {
    "429": "requests that are told to slow down",
    "500": "requests that fail with a server error",
    "timeout": "requests that are never answered",
    "truncate": "chat answers that break off (a stream without its end)",
    "malformed": "answers whose JSON is cut off",
    "flagged": "drafts with a sentence that moderation flags",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--latency-ms", default="0", metavar="A[:B]", help="time an answer takes")
    parser.add_argument("--hang-seconds", type=float, default=600.0, help="how long a timeout lasts")
    parser.add_argument("--api-key", default="", help="answer 401 to requests without this key")
    add_rates(parser, _RATES)


def serve(given: dict[str, Any], say: Callable[[str], object]) -> None:
    """In the foreground until SIGINT or SIGTERM. Raises CannotServe before anything is served."""
    server = _server(given)
    in_foreground(server, name="dev llm", where=server.base_url, say=say)


def _server(given: dict[str, Any]) -> DevServer:
    host, port = given["host"], given["port"]
    names = ("host", "port", "hang_seconds", "api_key", "seed", *(f"rate_{name}" for name in _RATES))
    try:
        chosen = {name: given[name] for name in names}
        latency_ms = parse_latency(given["latency_ms"])
        return DevServer(Options(latency_ms=latency_ms, keep_requests=0, **chosen))
    except ValueError as error:
        raise CannotServe(str(error)) from error
    except (OSError, OverflowError) as error:
        raise CannotServe(f"Cannot listen on {host}:{port}: {error}") from error
