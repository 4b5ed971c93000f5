"""Answers on the wire: headers, bodies, event streams, and connections that go silent."""

import json
import os
import secrets
import struct
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from socket import MSG_PEEK, SO_LINGER, SOL_SOCKET
from threading import Event
from typing import Any

from salesdash.devllm.faults import Fault
from salesdash.devllm.request_log import Logged

_JSON, _EVENTS = "application/json", "text/event-stream; charset=utf-8"


class Wire(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "salesdash-dev-llm"
    sys_version = ""
    timeout = 75
    # One segment per answer: without these the client waits for a delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    stopping: Event
    entry: Logged
    started: float

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: what was asked for is in DevServer.requests."""

    def head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.entry.status = status
        self.send_response(status)
        fixed = {
            "Content-Type": content_type,
            "x-salesdash-dev": "1",
            "x-request-id": f"req_{secrets.token_hex(16)}",
            "openai-processing-ms": str(round((time.monotonic() - self.started) * 1000)),
        }
        for name, value in {**fixed, **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def send(
        self, content: bytes, content_type: str, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.head(status, content_type, {"Content-Length": str(len(content)), **(headers or {})})
        self.wfile.write(content)
        self.wfile.flush()

    def send_json(
        self, content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send(encode(content), _JSON, status, headers)

    def send_answer(self, content: dict[str, Any], fault: Fault | None) -> None:
        encoded = encode(content)
        self.send(_half(encoded) if fault is Fault.MALFORMED else encoded, _JSON)

    def send_events(self, pieces: list[dict[str, Any]], fault: Fault | None, seconds: float) -> None:
        """Server-sent events over `seconds`; a truncated stream ends well as HTTP, but without [DONE]."""
        events = [b"data: " + encode(piece) + b"\n\n" for piece in pieces]
        if fault is Fault.MALFORMED:
            middle = len(events) // 2
            events = [*events[:middle], _half(events[middle]) + b"\n\n"]
        elif fault is not Fault.TRUNCATE:
            events.append(b"data: [DONE]\n\n")
        self.head(200, _EVENTS, {"Transfer-Encoding": "chunked", "Cache-Control": "no-cache"})
        self._write_chunked(events, seconds / len(events))

    def _write_chunked(self, events: Iterable[bytes], pause_seconds: float) -> None:
        for event in events:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
            if pause_seconds > 0:
                self.wfile.flush()
                self.pause(pause_seconds)
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def pause(self, seconds: float) -> None:
        if seconds > 0:
            self.stopping.wait(seconds)

    def reset(self, *, after: bytes = b"") -> None:
        """Send these bytes, then break the connection off as a crash does it: with RST."""
        self.connection.sendall(after)
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        # close() alone would wait for the files that read from and write to the socket
        os.close(self.connection.detach())
        raise ConnectionResetError("a fault reset this connection")

    def hang(self, seconds: float) -> None:
        """Says nothing until the client gives up, the time is over or the server stops; then hangs up."""
        deadline = time.monotonic() + seconds
        self.connection.settimeout(0.1)
        while time.monotonic() < deadline and not self.stopping.is_set():
            try:
                if not self.connection.recv(1, MSG_PEEK):
                    break
                self.stopping.wait(0.1)
            except TimeoutError:
                continue
        raise ConnectionAbortedError("the fault timeout ended this connection")


def encode(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def _half(encoded: bytes) -> bytes:
    """Cut between characters: what arrives is text, only no JSON."""
    return encoded[: len(encoded) // 2].decode("utf-8", "ignore").encode()
