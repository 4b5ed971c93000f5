"""An SMTP session (RFC 5321): EHLO, STARTTLS, AUTH PLAIN and LOGIN, SIZE, 8BITMIME, SMTPUTF8, PIPELINING."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from salesdash.devmail.faults import NO_FAULT, Fault
from salesdash.devmail.store import Envelope
from salesdash.devmail.wire import Closed, Wire

if TYPE_CHECKING:
    from salesdash.devmail.server import DevMail

MAX_RECIPIENTS: Final = 100
MAX_COMMAND_BYTES: Final = 4096
_PATH: Final = re.compile(r"<([^<>\s]*)>((?:\s+[A-Za-z0-9-]+(?:=[^\s]+)?)*)\s*")
_LOGIN_QUESTIONS: Final = ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")


class Refused(Exception):
    """A negative answer: reply code and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class _Mail:
    sender: str
    recipients: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class SmtpSession:
    """`take` gets each accepted mail; `private` means that a configured user must log in first."""

    def __init__(
        self, dev: DevMail, wire: Wire, *, private: bool, take: Callable[[Envelope, bytes], object]
    ) -> None:
        self._dev, self._wire, self._take, self._private = dev, wire, take, private
        self._needs_login = private and bool(dev.options.user)
        self._user = ""
        self._greeted = False
        self._mail: _Mail | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail_from,
            "RCPT": self._rcpt_to,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda rest: self._say(250, "OK"),
            "VRFY": lambda rest: self._say(252, "Send a mail and see"),
        }

    def run(self) -> None:
        self._say(220, "localhost ESMTP salesdash devmail")
        while True:
            line = self._command_line()
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self._say(221, "Bye")
                return
            try:
                if verb.upper() not in self._commands:
                    raise Refused(500, "Unknown command")
                self._commands[verb.upper()](rest.strip())
            except Refused as refusal:
                self._say(refusal.code, str(refusal))

    def _command_line(self) -> str:
        line = self._wire.line()
        while len(line) > MAX_COMMAND_BYTES or not line.endswith(b"\n"):
            while not line.endswith(b"\n"):
                line = self._wire.line()
            self._say(500, "Line too long")
            line = self._wire.line()
        return line.decode("utf-8", "replace").rstrip("\r\n")

    def _say(self, code: int, *lines: str) -> None:
        whole = [f"{code}{'-' if n + 1 < len(lines) else ' '}{line}\r\n" for n, line in enumerate(lines)]
        self._wire.send("".join(whole).encode())

    def _ehlo(self, name: str) -> None:
        self._helo_name(name)
        offers = ["PIPELINING", f"SIZE {self._dev.options.max_message_bytes}", "8BITMIME", "SMTPUTF8"]
        if self._dev.options.tls and not self._wire.encrypted:
            offers.append("STARTTLS")
        if self._needs_login:
            offers.append("AUTH PLAIN LOGIN")
        self._say(250, "localhost", *offers)

    def _helo(self, name: str) -> None:
        self._helo_name(name)
        self._say(250, "localhost")

    def _helo_name(self, name: str) -> None:
        if not name:
            raise Refused(501, "Say who you are")
        self._greeted, self._mail = True, None

    def _starttls(self, rest: str) -> None:
        if self._dev.options.tls is None or self._wire.encrypted:
            raise Refused(502, "Not available")
        self._say(220, "Go ahead")
        self._wire.start_tls(self._dev.options.tls)
        self._greeted, self._mail, self._user = False, None, ""

    def _auth(self, rest: str) -> None:
        if not self._needs_login or self._user:
            raise Refused(503, "Not now")
        method, _, initial = rest.partition(" ")
        match method.upper():
            case "PLAIN":
                given = self._decoded(initial or self._ask("")).split("\0")
            case "LOGIN":
                user = self._decoded(initial or self._ask(_LOGIN_QUESTIONS[0]))
                given = ["", user, self._decoded(self._ask(_LOGIN_QUESTIONS[1]))]
            case _:
                raise Refused(504, "Unknown mechanism")
        self._log_in(*given[-2:])

    def _ask(self, question: str) -> str:
        self._say(334, question)
        return self._command_line()

    def _decoded(self, text: str) -> str:
        try:
            return base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(501, "Not base64") from None

    def _log_in(self, user: str = "", password: str = "") -> None:
        wanted = self._dev.options
        right = hmac.compare_digest(password.encode(), wanted.password.encode())
        if not right or user != wanted.user:
            raise Refused(535, "5.7.8 Wrong user or password")
        self._user = user
        self._say(235, "2.7.0 Welcome")

    def _mail_from(self, rest: str) -> None:
        if not self._greeted:
            raise Refused(503, "EHLO first")
        if self._needs_login and not self._user:
            raise Refused(530, "5.7.0 Log in first")
        if self._mail is not None:
            raise Refused(503, "One mail at a time")
        sender, parameters = _path(rest, "FROM:")
        size = parameters.get("SIZE", "0")
        if size.isdigit() and int(size) > self._dev.options.max_message_bytes:
            raise Refused(552, "5.3.4 Too large")
        self._mail = _Mail(sender)
        self._say(250, "2.1.0 OK")

    def _rcpt_to(self, rest: str) -> None:
        if self._mail is None:
            raise Refused(503, "MAIL first")
        recipient, _ = _path(rest, "TO:")
        if not recipient.partition("@")[2]:
            raise Refused(553, "5.1.3 Not an address")
        if len(self._mail.recipients) >= MAX_RECIPIENTS:
            raise Refused(452, "4.5.3 Too many recipients")
        # what others send to us arrives: faults are for what we send
        fault = self._dev.faults.draw(recipient) if self._private else NO_FAULT
        if fault.rcpt:
            raise Refused(fault.rcpt, f"{fault.rcpt // 100}.1.1 Refused on purpose")
        self._mail.recipients.append(recipient)
        self._mail.faults.append(fault)
        self._say(250, "2.1.5 OK")

    def _data(self, rest: str) -> None:
        if self._mail is None or not self._mail.recipients:
            raise Refused(503, "RCPT first")
        mail = self._mail
        self._say(354, "End with a line that holds a full stop")
        if any(fault.lost for fault in mail.faults):
            self._wire.line()
            raise Closed("on purpose")
        content = self._content()
        self._mail = None
        if code := max((fault.data for fault in mail.faults), default=0):
            raise Refused(code, f"{code // 100}.0.0 Refused on purpose")
        self._take(Envelope(mail.sender, mail.recipients, self._user), content)
        self._wire.pause(max((fault.slow_seconds for fault in mail.faults), default=0))
        if any(fault.drop for fault in mail.faults):
            raise Closed("on purpose")
        self._say(250, "2.0.0 Taken")
        pairs = zip(mail.recipients, mail.faults, strict=True)
        self._dev.send_back([to for to, fault in pairs if fault.bounce], mail.sender, content)

    def _content(self) -> bytes:
        """The mail without its dots. Too much of it is read to its end, so that the answer is heard."""
        content, fresh, size = bytearray(), True, 0
        while True:
            line = self._wire.line()
            # a full stop between bare line feeds does not end a mail: else a second one could hide in it
            if fresh and line == b".\r\n":
                break
            size += len(line)
            if size <= self._dev.options.max_message_bytes:
                content += line[1:] if fresh and line.startswith(b".") else line
            fresh = line.endswith(b"\r\n")
        if size > self._dev.options.max_message_bytes:
            self._mail = None
            raise Refused(552, "5.3.4 Too large")
        return bytes(content)

    def _rset(self, rest: str) -> None:
        self._mail = None
        self._say(250, "OK")


def _path(rest: str, keyword: str) -> tuple[str, dict[str, str]]:
    """`FROM:<a@b> SIZE=10` → address and parameters. An empty address is the sender of bounces."""
    found = _PATH.fullmatch(rest[len(keyword) :].lstrip()) if rest.upper().startswith(keyword) else None
    if found is None:
        raise Refused(501, f"Write {keyword}<address>")
    pairs = (part.partition("=") for part in found[2].split())
    return found[1], {name.upper(): value for name, _, value in pairs}
