"""Cursors of lists: the keys of the last row seen as text for an address, and what comes back of it.

Readers turn what JSON kept into a value of a column again; they raise ValueError or TypeError.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

LARGEST_ID: Final = 2**63 - 1


def write(parts: Iterable[Any]) -> str:
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in parts]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str) -> list[Any]:
    """The parts. Raises ValueError or TypeError where the text is not of `write`."""
    try:
        parts: Any = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (RecursionError, binascii.Error) as error:
        raise ValueError("not a cursor") from error
    if not isinstance(parts, list):
        raise TypeError("not a list")
    return parts


def whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_ID:
        raise ValueError("not an id")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    value.encode()  # a lone surrogate cannot be asked for: UnicodeEncodeError is a ValueError
    return value


def moment(value: Any) -> datetime:
    at = datetime.fromisoformat(text(value))
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at
