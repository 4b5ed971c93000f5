"""One connection: lines in, bytes out, TLS from the start or from later on."""

import select
import socket
import ssl
import threading
import time

MAX_LINE_BYTES = 65_536


class Closed(Exception):
    """The other side is gone, silent for too long, or the server stops."""


class Wire:
    def __init__(self, connection: socket.socket, *, idle_seconds: float, stopping: threading.Event) -> None:
        self._socket = connection
        self._socket.settimeout(idle_seconds)
        self._stopping = stopping
        self._rest = bytearray()

    @property
    def encrypted(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """What was sent before the handshake is forgotten: it may come from somebody in between."""
        self._rest.clear()
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except OSError as error:
            raise Closed(str(error)) from error

    def line(self, limit: int = MAX_LINE_BYTES) -> bytes:
        """Up to and with the line feed; without one if the line is longer than the limit."""
        searched = 0
        while (end := self._rest.find(b"\n", searched)) < 0 and len(self._rest) < limit:
            searched = len(self._rest)
            self._more()
        return self._take(min(limit, end + 1 if end >= 0 else limit))

    def exactly(self, count: int) -> bytes:
        while len(self._rest) < count:
            self._more()
        return self._take(count)

    def send(self, content: bytes) -> None:
        try:
            self._socket.sendall(content)
        except OSError as error:
            raise Closed(str(error)) from error

    def pause(self, seconds: float) -> None:
        """Ends early when the server stops or the client goes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._stopping.wait(min(left, 0.05)) or self._gone():
                raise Closed("while waiting")

    def abort(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # gone already

    def close(self) -> None:
        self.abort()
        self._socket.close()

    def _gone(self) -> bool:
        if self.encrypted or not select.select([self._socket], [], [], 0)[0]:
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _more(self) -> None:
        try:
            received = self._socket.recv(65_536)
        except OSError as error:
            raise Closed(str(error)) from error
        if not received:
            raise Closed("end of the connection")
        self._rest += received

    def _take(self, count: int) -> bytes:
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken
