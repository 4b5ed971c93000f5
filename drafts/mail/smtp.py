"""The one door to the mail server: smtplib, spoken step by step, so that each failure says how far it got.

Nothing of a server's answer but its figures is kept: servers quote addresses and texts.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from drafts.inbound.reading import NO_SUCH_ADDRESS
from salesdash.errors import TemporaryError

# servers limit the mails of one conversation; most of them at 100 or more
MAILS_PER_CONNECTION: Final = 100
# a conversation that paused for longer is asked whether it is still there
_IDLE_SECONDS: Final = 2.0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_ENHANCED: Final = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_STUFFING: Final = re.compile(rb"(?m)^\.")


class Step(StrEnum):
    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"


class Unreachable(TemporaryError):
    """No server, no login, or it left before it had the text: nothing was sent."""

    def __init__(self, reply: str = "") -> None:
        super().__init__(reply)
        self.reply = reply


class Refused(Exception):
    """The server said no, by `reply` ("550 5.1.1"): nothing was sent."""

    def __init__(self, step: Step, code: int, status: str) -> None:
        super().__init__(step.value, code)
        self.step, self.code, self.status = step, code, status

    @property
    def reply(self) -> str:
        return f"{self.code} {self.status}".strip()

    @property
    def permanent(self) -> bool:
        return self.code >= 500

    @property
    def no_such_address(self) -> bool:
        """The mailbox is at fault, not our standing or its fill. A bare 550 says no such thing: it may be
        the server's refusal to relay for us, and would stop one customer after the other."""
        return self.step is Step.RECIPIENT and self.permanent and self.status in NO_SUCH_ADDRESS


class NoAnswer(Exception):
    """The text was on its way and no final answer came: it may have been sent, or not."""


class StartTls(StrEnum):
    REQUIRED = "required"
    AUTO = "auto"
    NEVER = "never"


@dataclass(frozen=True)
class Server:
    """`tls`: from the first byte (smtps://). Passwords never stand in a repr."""

    host: str
    port: int
    tls: bool
    starttls: StartTls
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Server:
        """`smtp://user:password@host:587?starttls=required|auto|never`, or `smtps://…`.

        Without `starttls`: required, on this machine auto. Raises ImproperlyConfigured, quoting nothing.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        asked = parse_qs(parts.query).get("starttls", [""])[-1]
        try:
            port = parts.port
            starttls = StartTls(asked or (StartTls.AUTO if host in _LOOPBACK else StartTls.REQUIRED))
        except ValueError:
            host, port, starttls = "", None, StartTls.AUTO
        if parts.scheme not in ("smtp", "smtps") or not host:
            raise ImproperlyConfigured(
                "MAIL_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465, "
                "with ?starttls=required, auto or never where wanted."
            )
        tls = parts.scheme == "smtps"
        usual = 465 if tls else 587
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port or usual, tls, starttls, user, password)


@lru_cache(maxsize=8)
def server(url: str) -> Server:
    return Server.from_url(url)


def check_url(app_configs: Any, **_kwargs: Any) -> Sequence[CheckMessage]:
    """A system check: a mistyped MAIL_URL stops the start, not the first mail."""
    try:
        if settings.MAIL_URL:
            server(settings.MAIL_URL)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="drafts.E001")]
    return []


def attempt_seconds() -> float:
    """No conversation about one mail takes longer: five steps, the last of which may take four times."""
    return 12 * float(settings.MAIL_TIMEOUT_SECONDS) + 60


class Connection:
    """One conversation, kept for many mails."""

    def __init__(self, to: Server) -> None:
        """Connects, secures, signs in; raises Unreachable."""
        self._timeout = float(settings.MAIL_TIMEOUT_SECONDS)
        self._mails = 0
        self._used_at = time.monotonic()
        try:
            self._smtp = _opened(to, self._timeout)
        except smtplib.SMTPResponseException as error:
            raise Unreachable(str(error.smtp_code)) from None
        # ValueError: a login that smtplib cannot put into ASCII
        except (OSError, smtplib.SMTPException, ValueError):
            raise Unreachable from None

    def usable(self) -> bool:
        if self._smtp.sock is None or self._mails >= MAILS_PER_CONNECTION:
            return False
        if time.monotonic() - self._used_at < _IDLE_SECONDS:
            return True
        try:
            return self._smtp.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def send(self, *, sender: str, recipient: str, message: bytes) -> str:
        """The server's figures for "accepted"; raises Refused, Unreachable or NoAnswer."""
        self._mails += 1
        try:
            self._expect(Step.SENDER, self._smtp.mail(sender))
            self._expect(Step.RECIPIENT, self._smtp.rcpt(recipient))
            self._expect(Step.TEXT, self._smtp.docmd("DATA"), 354)
        except (OSError, smtplib.SMTPException):
            self.close()
            raise Unreachable from None
        code, text = self._hand_over(message)
        self._used_at = time.monotonic()
        if not 200 <= code < 600 or 300 <= code < 400:
            self.close()
            raise NoAnswer
        self._expect(Step.TEXT, (code, text))
        return _figures(code, text)

    def _hand_over(self, message: bytes) -> tuple[int, bytes]:
        try:
            self._smtp.send(_STUFFING.sub(b"..", message) + b".\r\n")
            if self._smtp.sock is not None:
                # RFC 5321 4.5.3.2.6: a server may think longest about what it now has
                self._smtp.sock.settimeout(4 * self._timeout)
            answer = self._smtp.getreply()
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException):
            self.close()
            raise NoAnswer from None
        return answer

    def _expect(self, step: Step, answer: tuple[int, bytes], wanted: int = 0) -> None:
        code, text = answer
        if code == wanted or (not wanted and 200 <= code < 300):
            return
        if not 400 <= code < 600:
            self.close()
            raise Unreachable(str(code))
        self._start_over(code)
        raise Refused(step, code, _status(text))

    def _start_over(self, code: int) -> None:
        """So that the next mail finds nothing of this one."""
        try:
            if code == 421 or self._smtp.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()

    def close(self) -> None:
        self._smtp.close()


_own: Final = threading.local()


def connection() -> Connection:
    """This thread's conversation with the mail server, a new one where it has ended; raises Unreachable."""
    kept: tuple[str, Connection] | None = getattr(_own, "kept", None)
    if kept is not None and kept[0] == settings.MAIL_URL and kept[1].usable():
        return kept[1]
    forget()
    opened = Connection(server(settings.MAIL_URL))
    _own.kept = (settings.MAIL_URL, opened)
    return opened


def forget() -> None:
    kept: tuple[str, Connection] | None = getattr(_own, "kept", None)
    if kept is not None:
        kept[1].close()
        _own.kept = None


def _opened(to: Server, timeout: float) -> smtplib.SMTP:
    ours = urlsplit(settings.SITE_URL).hostname or "localhost"
    trusted = ssl.create_default_context()
    smtp: smtplib.SMTP
    if to.tls:
        smtp = smtplib.SMTP_SSL(to.host, to.port, local_hostname=ours, timeout=timeout, context=trusted)
    else:
        smtp = smtplib.SMTP(to.host, to.port, local_hostname=ours, timeout=timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        wanted = not to.tls and to.starttls is not StartTls.NEVER
        # where it is required and not offered, starttls() raises
        if wanted and (to.starttls is StartTls.REQUIRED or smtp.has_extn("starttls")):
            smtp.starttls(context=trusted)
            smtp.ehlo_or_helo_if_needed()
        if to.user:
            smtp.login(to.user, to.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _status(text: bytes) -> str:
    found = _ENHANCED.match(text)
    return found.group(1).decode() if found else ""


def _figures(code: int, text: bytes) -> str:
    return f"{code} {_status(text)}".strip()
