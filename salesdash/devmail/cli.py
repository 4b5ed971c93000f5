"""The command line: `python -m salesdash.devmail`."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salesdash.dev_servers import CannotServe, add_rates, in_foreground
from salesdash.devmail.options import Options
from salesdash.devmail.server import DevMail

DESCRIPTION = "Take mail by SMTP without passing it on, and show mailboxes by IMAP: no network, no database."
_RATES = {
    "550": "recipients that are refused for good",
    "451": "recipients that are refused for now",
    "drop": "mails that are kept without an answer: the connection ends",
    "bounce": "mails that are taken and come back undelivered",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True, help="where mails are kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--submission-port", type=int, default=2587, help="SMTP for what we send")
    parser.add_argument("--incoming-port", type=int, default=2525, help="SMTP for what others send to us")
    parser.add_argument("--imap-port", type=int, default=2143)
    parser.add_argument("--dns-port", type=int, help="answer DNS from zone.json in the folder, by UDP")
    parser.add_argument("--user", default="", help="submission wants this user and the password")
    parser.add_argument("--password", default="devmail", help="opens submission and every mailbox")
    parser.add_argument("--keep", type=int, default=2000, help="mails per mailbox; the oldest go")
    add_rates(parser, _RATES)


def serve(given: dict[str, Any], say: Callable[[str], object]) -> None:
    """In the foreground until SIGINT or SIGTERM. Raises CannotServe before anything is served."""
    try:
        server = DevMail(Options(**given))
    except ValueError as error:
        raise CannotServe(str(error)) from error
    except (OSError, OverflowError) as error:
        raise CannotServe(f"Cannot listen on {given['host']}: {error}") from error
    ports = f"submission {server.submission_port}, incoming {server.incoming_port}, imap {server.imap_port}"
    if server.options.dns_port is not None:
        ports += f", dns {server.dns_port}"
    in_foreground(server, name="dev mail", where=ports, say=say)
