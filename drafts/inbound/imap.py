"""The one door to IMAP servers (RFC 3501). Read-only: nobody's mailbox changes by being looked into.

Nothing that a server says is kept or logged but numbers: servers quote addresses and subjects.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from salesdash.errors import TemporaryError

TIMEOUT_SECONDS: Final = 20.0
HEADER_BYTES: Final = 65_536
# a report names its mail in its first kilobytes; what follows is the returned text
REPORT_BYTES: Final = 262_144
# of an answer, to see whether it asks to stop: its own words come before what it quotes
ANSWER_BYTES: Final = 65_536
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_STARTTLS: Final = ("required", "auto", "never")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED: Final = re.compile(rb'\bINTERNALDATE "( ?\d{1,2}-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4})"')
_ADVICE: Final = (
    "MAILBOX_URL must look like imaps://user:password@host/INBOX or imap://user:password@host:143/INBOX, "
    "with ?starttls=required, auto or never where wanted; several are set apart by spaces."
)


class MailboxError(TemporaryError):
    """`code` is for people who run the product; `lasting`: it does not go away by itself."""

    def __init__(self, code: str, *, lasting: bool = False) -> None:
        super().__init__(code)
        self.code, self.lasting = code, lasting


@dataclass(frozen=True)
class Server:
    """`tls`: from the first byte (imaps). Passwords never stand in a repr."""

    host: str
    port: int
    tls: bool
    starttls: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:400]


@dataclass(frozen=True)
class Arrival:
    """A mail without its text: `at` is when the server got it."""

    uid: int
    size: int
    at: datetime
    header: bytes = field(repr=False)


def servers(urls: str) -> list[Server]:
    """As MAILBOX_URL names them. Raises ImproperlyConfigured, quoting nothing."""
    return [_server(url) for url in urls.split()]


def _server(url: str) -> Server:
    parts = urlsplit(url)
    tls = parts.scheme == "imaps"
    try:
        host, port = parts.hostname or "", parts.port or (993 if tls else 143)
    except ValueError:
        raise ImproperlyConfigured(_ADVICE) from None
    asked = parse_qs(parts.query).get("starttls", [""])[-1]
    starttls = asked or ("auto" if host in _LOOPBACK else "required")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in ("imap", "imaps") or not (host and user) or starttls not in _STARTTLS:
        raise ImproperlyConfigured(_ADVICE)
    return Server(host, port, tls, starttls, user, password, unquote(parts.path.strip("/")) or "INBOX")


@contextmanager
def opened(server: Server) -> Iterator[Box]:
    """The folder, for reading alone. Raises MailboxError, also for whatever happens inside."""
    client: imaplib.IMAP4 | None = None
    try:
        client = _connected(server)
        _log_in(client, server)
        yield Box(client, server.folder)
    except ssl.SSLCertVerificationError:
        raise MailboxError("certificate", lasting=True) from None
    except TimeoutError:
        raise MailboxError("timeout") from None
    except (OSError, imaplib.IMAP4.abort):
        raise MailboxError("unreachable") from None
    # ValueError: an answer that the client cannot read
    except (imaplib.IMAP4.error, ValueError):
        raise MailboxError("not_understood") from None
    finally:
        if client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()


def _connected(server: Server) -> imaplib.IMAP4:
    trusted = ssl.create_default_context()
    if server.tls:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=trusted, timeout=TIMEOUT_SECONDS)
    client = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        offered = "STARTTLS" in client.capabilities
        if server.starttls == "required" and not offered:
            raise MailboxError("no_tls", lasting=True)
        if offered and server.starttls != "never":
            client.starttls(trusted)
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client


def _log_in(client: imaplib.IMAP4, server: Server) -> None:
    try:
        if "AUTH=PLAIN" in client.capabilities:
            # names and passwords of any script; LOGIN would take ASCII alone
            secret = f"\0{server.user}\0{server.password}".encode()
            client.authenticate("PLAIN", lambda _challenge: secret)
        else:
            client.login(server.user, server.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError):
        raise MailboxError("login_refused", lasting=True) from None


class Box:
    """`validity` names the numbering: with another one, the same UID is another mail."""

    def __init__(self, client: imaplib.IMAP4, folder: str) -> None:
        self._client = client
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        if client.select(f'"{quoted}"', readonly=True)[0] != "OK":
            raise MailboxError("no_such_folder", lasting=True)
        validity = client.response("UIDVALIDITY")[1][0]
        if not validity or not validity.isdigit():
            raise MailboxError("no_uid_validity", lasting=True)
        self.validity = int(validity)

    def after(self, uid: int) -> list[int]:
        """Ascending. A range that ends with `*` always holds the last mail, even one below its start."""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def since(self, day: date) -> list[int]:
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def _search(self, criteria: str) -> list[int]:
        answer = self._asked("SEARCH", criteria)
        return sorted({int(number) for line in answer if isinstance(line, bytes) for number in line.split()})

    def arrival(self, uid: int) -> Arrival | None:
        """None for a mail that is gone by now."""
        items = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        words, header = self._fetched(uid, items)
        if words is None:
            return None
        size, arrived = _SIZE.search(words), _ARRIVED.search(words)
        at = _moment(arrived[1].decode("ascii")) if arrived else datetime.now(UTC)
        return Arrival(uid, int(size[1]) if size else 0, at, header)

    def start(self, uid: int, size: int = REPORT_BYTES) -> bytes:
        """The first bytes of a mail, its text included; empty for one that is gone."""
        return self._fetched(uid, f"(UID BODY.PEEK[]<0.{size}>)")[1]

    def _fetched(self, uid: int, items: str) -> tuple[bytes | None, bytes]:
        """What the server says about the mail, and the one text in it."""
        words, text, ours = b"", b"", False
        for part in self._asked("FETCH", str(uid), items):
            if isinstance(part, tuple):
                if ours and _UID.search(words):
                    break  # another mail, which nobody asked about
                words, text, ours = part[0], part[1], True
            elif isinstance(part, bytes):
                # what stands behind the text belongs to it as well
                words = words + b" " + part if ours else words
        found = _UID.search(words)
        if not ours or (found and int(found[1]) != uid):
            return None, b""
        return words, text

    def _asked(self, command: str, *arguments: str) -> list[Any]:
        kind, answer = self._client.uid(command, *arguments)
        if kind != "OK":
            raise MailboxError("refused")
        return answer


def _moment(text: str) -> datetime:
    day, month, rest = text.strip().split("-", 2)
    number = _MONTHS.index(month.title()) + 1
    return datetime.strptime(f"{int(day):02d}-{number:02d}-{rest}", "%d-%m-%Y %H:%M:%S %z")
