"""A small SMTP server in this process, that does on purpose what mail servers do to us."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mail:
    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)  # type: ignore[return-value]


@dataclass
class Mailbox:
    """`faults`: what is answered at a step ("mail", "rcpt", "data", "text"), each used once.

    "drop" hangs up instead; at "text" the mail is kept before: the sender cannot know. "hang" answers late.
    """

    mails: list[Mail] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, step: str, answer: str, times: int = 1) -> None:
        self.faults += [(step, answer)] * times

    def fault(self, step: str) -> str:
        with self.lock:
            for found in self.faults:
                if found[0] == step:
                    self.faults.remove(found)
                    return found[1]
        return ""

    def ids(self) -> list[str]:
        return [str(mail.message["Message-ID"]) for mail in self.mails]


class _Gone(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.box = self.server.box
        with self.box.lock:
            self.box.connections += 1
        with contextlib.suppress(_Gone, OSError):
            self.say("220 test")
            self.talk()

    def talk(self) -> None:
        sender = recipient = ""
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb = line[:4].upper()
            if verb == "EHLO":
                self.say("250-test", *(["250-STARTTLS"] if self.server.context else []), "250 AUTH PLAIN")
            elif verb == "STAR":
                self.say("220 go ahead")
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                self.setup()
            elif verb == "AUTH":
                self.box.logins.append(line)
                self.answer("auth", "235 ok")
            elif verb == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                self.answer("mail", "250 ok")
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                self.answer("rcpt", "250 ok")
            elif verb == "DATA":
                if self.answer("data", "354 go on").startswith("354"):
                    self.text(sender, recipient)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def text(self, sender: str, recipient: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        fault = self.box.fault("text")
        if not fault or fault in ("drop", "hang"):
            with self.box.lock:
                self.box.mails.append(Mail(sender, recipient, b"".join(lines)))
        self.say(self.done(fault) or "250 2.0.0 taken")

    def answer(self, step: str, usual: str) -> str:
        said = self.done(self.box.fault(step)) or usual
        self.say(said)
        return said

    def done(self, fault: str) -> str:
        if fault == "drop":
            self.request.shutdown(socket.SHUT_RDWR)
            raise _Gone
        if fault == "hang":
            time.sleep(self.server.hang_seconds)
            return ""
        return fault

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self, box: Mailbox, context: ssl.SSLContext | None, hang_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.box, self.context, self.hang_seconds = box, context, hang_seconds

    def handle_error(self, *_args: object) -> None:
        """A test that hangs up is no error."""


@contextlib.contextmanager
def running(
    box: Mailbox, *, context: ssl.SSLContext | None = None, hang_seconds: float = 3.0
) -> Iterator[int]:
    """Yields the port."""
    with _Server(box, context, hang_seconds) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
