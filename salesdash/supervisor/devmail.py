"""The demo's mail server, which speaks DNS, too: its ports, its folder, how the product finds it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from salesdash.devmail.options import COLLECTOR
from salesdash.supervisor import preparation
from salesdash.supervisor.preflight import free_ports

USER: Final = "salesdash"
PASSWORD: Final = "devmail"  # noqa: S105 listens on this machine alone, and only in the demo


def environment() -> dict[str, str]:
    """`SALESDASH_DEV_MAIL` is where mail for us arrives, as if other companies sent it."""
    folder = preparation.state_folder() / "devmail"
    submission, incoming, imap, dns = free_ports(4)
    return {
        "MAIL_URL": f"smtp://{USER}:{PASSWORD}@127.0.0.1:{submission}",
        "MAILBOX_URL": f"imap://{COLLECTOR}:{PASSWORD}@127.0.0.1:{imap}/INBOX",
        "DNS_SERVERS": f"127.0.0.1:{dns}",
        # as published by salesdash/sending_domains/demo_zone.py
        "MAIL_SPF": "include:spf.sampleflow.example",
        "MAIL_DKIM_SELECTOR": "demo",
        "SALESDASH_DEV_MAIL": f"127.0.0.1:{incoming}",
        "SALESDASH_DEV_MAIL_FOLDER": str(folder),
    }


def command(environment: Mapping[str, str]) -> list[str]:
    ports = {
        "submission": urlsplit(environment["MAIL_URL"]).port,
        "incoming": environment["SALESDASH_DEV_MAIL"].rpartition(":")[2],
        "imap": urlsplit(environment["MAILBOX_URL"]).port,
        "dns": environment["DNS_SERVERS"].rpartition(":")[2],
    }
    listening = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
    login = ["--user", USER, "--password", PASSWORD]
    folder = ["--folder", environment["SALESDASH_DEV_MAIL_FOLDER"]]
    return [sys.executable, "-m", "salesdash.devmail", *listening, *login, *folder]
