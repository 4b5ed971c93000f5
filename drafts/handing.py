"""The latest time that a draft was taken out or left to be sent: by whom, how, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from drafts import failures
from salesdash.models import User

# of the person who sent it, from a delivery
SENDER: Final = {
    "first_name": "sender__first_name",
    "last_name": "sender__last_name",
    "username": "sender__username",
}
_MOMENTS: Final = ("not_before", "attempt_at")
_PLAIN: Final = ("channel", "status", "attempts", "error_code", "recipient", "message_id")
# of a delivery, for one JSON value
COLUMNS: Final = (
    SENDER | {"signature": "sender__signature"} | {column: column for column in (*_MOMENTS, *_PLAIN)}
)


@dataclass(frozen=True)
class Handed:
    channel: str = ""
    status: str = ""
    by: str = ""
    not_before: datetime | None = None
    attempts: int = 0
    attempt_at: datetime | None = None
    error_code: str = ""
    recipient: str = ""
    message_id: str = ""
    # names and signature alone; None where nobody is known
    sender: User | None = None

    @property
    def error(self) -> str:
        return failures.message(self.error_code) if self.error_code else ""


def read(row: dict[str, Any] | None) -> Handed:
    if row is None:
        return Handed()
    fields: dict[str, Any] = {column: row[column] for column in _PLAIN}
    fields |= {column: row[column] and parse_datetime(row[column]) for column in _MOMENTS}
    return Handed(by=name(row), sender=_sender(row), **fields)


def _sender(row: dict[str, Any]) -> User | None:
    fields = {column: str(row.get(column) or "") for column in SENDER}
    return User(**fields, signature=row.get("signature") or "") if any(fields.values()) else None


def name(row: dict[str, Any]) -> str:
    fields = {column: str(row.get(column) or "") for column in SENDER}
    return str(User(**fields)) if any(fields.values()) else ""
