"""What the mail server is told at its start."""

from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext

from salesdash.dev_servers import check_rates

COLLECTOR = "replies"  # the account that holds a copy of whatever comes in


@dataclass(frozen=True, kw_only=True)
class Options:
    """Rates are shares of recipients from 0 to 1; at most one fault befalls a mail.

    `password` opens every mailbox and, where `user` is set, submission; `folder` keeps mails between starts,
    `keep` of them and `keep_bytes` of them at most per mailbox, the oldest go. `tls` makes STARTTLS possible,
    `tls_at_once` speaks TLS from the first byte (smtps, imaps). Where `dns_port` is given, questions of
    DNS are answered there from the file zone.json in the folder.
    """

    folder: Path
    host: str = "127.0.0.1"
    submission_port: int = 0
    incoming_port: int = 0
    imap_port: int = 0
    dns_port: int | None = None
    user: str = ""
    password: str = "devmail"  # noqa: S105 of a server that only tests and demos start
    tls: SSLContext | None = field(default=None, repr=False)
    tls_at_once: bool = False
    max_message_bytes: int = 25_000_000
    keep: int = 2000
    keep_bytes: int = 200_000_000
    idle_seconds: float = 300.0
    rate_550: float = 0.0
    rate_451: float = 0.0
    rate_drop: float = 0.0
    rate_bounce: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_rates(self)
        if self.keep < 1:
            raise ValueError(f"keep must be 1 or more, not {self.keep}")
