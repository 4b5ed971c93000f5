"""Subject and body as one thing that checks, clearances and hand-outs are bound to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

SUBJECT_MAX_CHARS: Final = 300
BODY_MAX_CHARS: Final = 8000


@dataclass(frozen=True)
class Text:
    subject: str
    body: str

    @property
    def hash(self) -> str:
        """sha256 in hex; a NUL keeps subject and body apart."""
        return hashlib.sha256(f"{self.subject}\0{self.body}".encode()).hexdigest()

    def __repr__(self) -> str:
        # a text must not reach a log line or an error report by way of repr()
        return f"Text({self.hash[:12]})"


@dataclass(frozen=True, repr=False)
class SentText(Text):
    """What went out; `claims` are its phrases with the ids of the facts that they rested on."""

    claims: tuple[dict[str, Any], ...] = field(default=(), hash=False)


def tidy(subject: str, body: str) -> Text:
    """One line for the subject; the body with plain newlines, without trailing blanks and NUL."""
    lines = body.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Text(one_line(subject), "\n".join(line.rstrip() for line in lines).strip())


def one_line(text: str) -> str:
    """Without line breaks and runs of blanks, and without NUL, which the database does not take."""
    return " ".join(text.replace("\0", "").split())
