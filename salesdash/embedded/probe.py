"""Is a server there? Asked by connecting, in the servers' own words; a few milliseconds, no driver loaded."""

from __future__ import annotations

import enum
import socket
import struct
from pathlib import Path
from typing import Final

from salesdash.embedded.layout import DATABASE, USER

ANSWER_TIMEOUT_S: Final = 2.0
PROTOCOL_3: Final = 196608
CANNOT_CONNECT_NOW: Final = b"C57P03\0"  # starting up, recovering or shutting down


class Health(enum.Enum):
    READY = "ready"
    BUSY = "busy"  # answers that it is starting, recovering or stopping, or is too slow to answer
    ABSENT = "absent"  # nobody listens


def postgres(path: Path) -> Health:
    """Sends a start-up message (PostgreSQL's frontend/backend protocol 3.0) and reads the first answer."""
    body = struct.pack("!i", PROTOCOL_3) + f"user\0{USER}\0database\0{DATABASE}\0\0".encode()
    answer = _ask(path, struct.pack("!i", len(body) + 4) + body, goodbye=b"X\0\0\0\4")
    if answer is None:
        return Health.ABSENT
    if answer[:1] == b"R":
        return Health.READY
    # any other refusal, such as too many connections, comes from a server that runs
    return Health.BUSY if not answer or CANNOT_CONNECT_NOW in answer else Health.READY


def redis(path: Path) -> Health:
    answer = _ask(path, b"PING\r\n")
    if answer is None:
        return Health.ABSENT
    return Health.READY if answer.startswith(b"+PONG") else Health.BUSY


def _ask(path: Path, message: bytes, goodbye: bytes = b"") -> bytes | None:
    """The first piece of the answer; empty if none came in time; None if nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_TIMEOUT_S)
        try:
            connection.connect(str(path))
        except TimeoutError:
            return b""
        except BlockingIOError:
            return b""  # its queue of connections is full
        except OSError:
            return None
        try:
            connection.sendall(message)
            answer = connection.recv(4096)
            connection.sendall(goodbye)
        except OSError:
            return b""
        return answer
