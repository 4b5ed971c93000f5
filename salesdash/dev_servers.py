"""What the local stand-ins for outside services share: faults by rate, the foreground, the command line."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from types import FrameType
from typing import Any, Protocol


class CannotServe(Exception):
    """Wrong options or a taken port, in one line."""


class Server(Protocol):
    def serve_forever(self) -> None: ...
    def stop(self) -> None: ...


class CommandLine(Protocol):
    """A server's module `cli`."""

    DESCRIPTION: str

    def add_arguments(self, parser: ArgumentParser, /) -> None: ...
    def serve(self, given: dict[str, Any], say: Callable[[str], object], /) -> None: ...


def main(name: str, cli: CommandLine) -> int:
    """`python -m name`; the exit code."""
    parser = ArgumentParser(prog=name, description=cli.DESCRIPTION)
    cli.add_arguments(parser)
    try:
        cli.serve(vars(parser.parse_args()), partial(print, flush=True))
    except CannotServe as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def add_rates(parser: ArgumentParser, rates: Mapping[str, str]) -> None:
    """An option per fault, from what it befalls."""
    for name, what in rates.items():
        parser.add_argument(f"--rate-{name}", type=float, default=0.0, metavar="P", help=f"share of {what}")
    parser.add_argument("--seed", type=int, default=0, help="repeat the same faults")


def check_rates(options: Any) -> None:
    """Of a dataclass, all fields `rate_…`: shares of one whole. Raises ValueError."""
    rates = {f.name: getattr(options, f.name) for f in fields(options) if f.name.startswith("rate_")}
    for name, rate in rates.items():
        if not 0 <= rate <= 1:
            raise ValueError(f"{name} must be from 0 to 1, not {rate}")
    if sum(rates.values()) > 1:
        raise ValueError("the rates add up to more than 1")


def in_foreground(server: Server, *, name: str, where: str, say: Callable[[str], object]) -> None:
    """Until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, _end)
    try:
        say(f"{name} ready: {where}")
        server.serve_forever()
    except KeyboardInterrupt:
        say(f"{name} stopped")
    finally:
        server.stop()


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
