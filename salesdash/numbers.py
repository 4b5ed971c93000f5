"""Numbers that come in as text."""

from __future__ import annotations

from typing import Final

# as many as fit into a bigint whatever they are
_MOST_DIGITS: Final = 18


def whole(text: str) -> int | None:
    """A whole number of PostgreSQL's bigint, zero or more; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
