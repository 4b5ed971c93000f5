"""Reading a request's body from the connection."""

import json
from email.message import Message
from io import BufferedIOBase
from typing import Any

from salesdash.devllm.errors import ApiError, invalid

MAX_BYTES = 26 * 1024 * 1024  # the provider takes audio files of 25 MB


def _too_large() -> ApiError:
    return ApiError(413, f"The body is larger than {MAX_BYTES} bytes.")


def read(headers: Message, stream: BufferedIOBase) -> bytes:
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _read_chunked(stream)
    length = headers.get("Content-Length", "0")
    if not length.isascii() or not length.isdigit():
        raise invalid("The Content-Length header is not a number.")
    if int(length) > MAX_BYTES:
        raise _too_large()
    body = stream.read(int(length))
    if len(body) < int(length):
        raise ConnectionResetError("the client closed before the body was complete")
    return body


def _read_chunked(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    while True:
        try:
            size = int(stream.readline(64).partition(b";")[0], 16)
        except ValueError:
            raise invalid("The chunked body is malformed.") from None
        if len(body) + size > MAX_BYTES or size < 0:
            raise _too_large()
        body += stream.read(size)
        stream.readline(8)
        if size == 0:
            return bytes(body)


def as_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid("We could not parse the JSON body of your request.") from None
    if not isinstance(value, dict):
        raise invalid("The JSON body must be an object.")
    return value
