"""The server: three ports, and a fourth for DNS; threads of the standard library, one per connection."""

from __future__ import annotations

import logging
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from salesdash.devmail import answers
from salesdash.devmail.dns import ZONE_FILE, DnsPort, ZoneFile
from salesdash.devmail.faults import Faults
from salesdash.devmail.imap import ImapSession
from salesdash.devmail.options import COLLECTOR, Options
from salesdash.devmail.smtp import SmtpSession
from salesdash.devmail.store import Envelope, Store
from salesdash.devmail.wire import Closed, Wire

log = logging.getLogger(__name__)


class _Port(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], serve: Callable[[socket.socket], None]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._serve = serve
        super().__init__(address, socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self._serve(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.error("session failed", exc_info=sys.exception())


class DevMail:
    """In this process on threads of its own, or in the foreground with serve_forever().

    with DevMail(Options(folder=tmp_path)) as mail:
        smtplib.SMTP("127.0.0.1", mail.submission_port).send_message(message)
        mail.faults.next("451", times=2)
        mail.store.sent.numbers()
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults(options)
        self.store = Store(options.folder, keep=options.keep, keep_bytes=options.keep_bytes)
        self.stopping = threading.Event()
        self._wires: set[Wire] = set()
        self._wires_lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._ports: list[_Port | DnsPort] = []
        try:
            self._listen(options.submission_port, self._submission)
            self._listen(options.incoming_port, self._incoming)
            self._listen(options.imap_port, self._imap)
            if options.dns_port is not None:
                zone = ZoneFile(options.folder / ZONE_FILE)
                self._ports.append(DnsPort((options.host, options.dns_port), zone))
        except (OSError, OverflowError):
            self.stop()
            raise

    def _listen(self, port: int, session: Callable[[Wire], None]) -> None:
        def serve(connection: socket.socket) -> None:
            with self._wire(connection) as wire:
                session(wire)

        self._ports.append(_Port((self.options.host, port), serve))

    @property
    def submission_port(self) -> int:
        return self._port(0)

    @property
    def incoming_port(self) -> int:
        return self._port(1)

    @property
    def imap_port(self) -> int:
        return self._port(2)

    @property
    def dns_port(self) -> int:
        return self._port(3)

    @property
    def mail_url(self) -> str:
        user = f"{self.options.user}:{self.options.password}@" if self.options.user else ""
        return f"smtp://{user}{self.options.host}:{self.submission_port}"

    def mailbox_url(self, account: str = COLLECTOR, password: str = "") -> str:
        secret = password or self.options.password
        return f"imap://{account.replace('@', '%40')}:{secret}@{self.options.host}:{self.imap_port}/INBOX"

    def submitted(self, envelope: Envelope, content: bytes) -> None:
        self.store.take(envelope, content)

    def send_back(self, recipients: list[str], sender: str, content: bytes) -> None:
        for recipient in recipients if sender else []:
            report = answers.bounce(content, recipient=recipient, sender=sender)
            self.store.deliver(Envelope("", [sender]), report)

    def start(self) -> None:
        for port in self._ports:
            thread = threading.Thread(target=port.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def serve_forever(self) -> None:
        self.start()
        while not self.stopping.wait(1):
            pass

    def stop(self) -> None:
        """Ends open connections, too."""
        self.stopping.set()
        for port in self._ports if self._threads else []:
            port.shutdown()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        with self._wires_lock:
            still_open = list(self._wires)
        for wire in still_open:
            wire.abort()
        for port in self._ports:
            port.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _port(self, index: int) -> int:
        return int(self._ports[index].server_address[1])

    @contextmanager
    def _wire(self, connection: socket.socket) -> Iterator[Wire]:
        wire = Wire(connection, idle_seconds=self.options.idle_seconds, stopping=self.stopping)
        with self._wires_lock:
            self._wires.add(wire)
        try:
            if self.options.tls and self.options.tls_at_once:
                wire.start_tls(self.options.tls)
            yield wire
        except Closed as closed:
            log.debug("connection ended: %s", closed)
        finally:
            with self._wires_lock:
                self._wires.discard(wire)
            wire.close()

    def _submission(self, wire: Wire) -> None:
        SmtpSession(self, wire, private=True, take=self.submitted).run()

    def _incoming(self, wire: Wire) -> None:
        SmtpSession(self, wire, private=False, take=self.store.deliver).run()

    def _imap(self, wire: Wire) -> None:
        ImapSession(self, wire).run()
