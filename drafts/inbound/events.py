"""Events as any provider tells them: each is taken by itself, and a bad one loses nothing of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from drafts.inbound import finding, recording
from drafts.inbound.recording import About, Address
from drafts.models import MailEvent
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)
Kind = MailEvent.Kind
_LONGEST_ADDRESS: Final = 254
_ADDRESS_IN: Final = re.compile(r"<([^<>]+)>\s*$")
# not the form layer's rule: some carriers gave out addresses that break it
_ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_CODE: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Told:
    """`kind` is None for what does not concern us: delivered, opened, and whatever is new."""

    event_id: str
    kind: MailEvent.Kind | None
    at: datetime
    email: str = ""
    message_ids: tuple[str, ...] = ()
    code: str = ""


@dataclass
class Tally:
    """What became of the events of one request."""

    new: int = 0
    known: int = 0
    ignored: int = 0
    rejected: int = 0
    failed: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def take(items: Iterable[Any], read: Callable[[Any], Told], *, source: str, team_id: int | None) -> Tally:
    """`read` raises ValueError with a code for an event that says too little.

    Raises DomainError (503) at the end where some could not be stored: told again they are, the others known.
    """
    tally = Tally()
    for item in items:
        try:
            told = read(item)
        except ValueError as error:
            tally.rejected += 1
            log.warning("mail event rejected", source=source, code=str(error)[:40])
            continue
        _count(told, tally, source, team_id)
    log.info("mail webhook", source=source, team=team_id, **tally.as_dict())
    if tally.failed:
        raise DomainError(
            "not_stored",
            _("Some events could not be stored. Please send them again."),
            tally.as_dict(),
            status=503,
        )
    return tally


def _count(told: Told, tally: Tally, source: str, team_id: int | None) -> None:
    if told.kind is None:
        tally.ignored += 1
        return
    try:
        about = _about(told, team_id)
        if about is None:
            # a mail that is not ours, of nobody who is named
            tally.ignored += 1
            return
        is_new = _record(told, about, source)
    except (DatabaseError, DomainError) as error:
        tally.failed += 1
        log.warning("mail event not stored", source=source, error=type(error).__name__)
        return
    tally.new += is_new
    tally.known += not is_new


def _about(told: Told, team_id: int | None) -> tuple[About, bool] | None:
    """Whom the event is about, and whether it names a mail of ours."""
    if (named := finding.by_message_id(told.message_ids, team_id=team_id)) is not None:
        return named, True
    if not told.email:
        return None
    known: About | None = finding.by_address(told.email, before=told.at, team_id=team_id)
    return known or Address(told.email, team_id), False


def _record(told: Told, found: tuple[About, bool], source: str) -> bool:
    about, named = found
    which = {"at": told.at, "event_id": told.event_id, "source": source, "names_mail": named}
    match told.kind:
        case Kind.REPLY:
            return recording.replied(about, **which)  # type: ignore[arg-type]
        case Kind.COMPLAINT:
            return recording.complained(about, **which)  # type: ignore[arg-type]
        case Kind.OPT_OUT:
            return recording.opted_out(about, **which)  # type: ignore[arg-type]
        case kind:
            return recording.bounced(about, hard=kind == Kind.BOUNCE, code=told.code, **which)  # type: ignore[arg-type]


def text(value: Any) -> str:
    """What a field holds if it is one printable text, else nothing."""
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def address(value: Any) -> str:
    """From `Name <local@host>` or the address alone. Raises ValueError("bad_address")."""
    written = text(value)
    found = _ADDRESS_IN.search(written)
    bare = (found.group(1) if found else written).strip()
    if not _ADDRESS.fullmatch(bare) or len(bare) > _LONGEST_ADDRESS:
        raise ValueError("bad_address")
    return bare


def code(value: Any) -> str:
    """A status as in RFC 3463; whatever else stands there may quote somebody."""
    found = _CODE.search(text(value))
    return found.group() if found else ""


def moment(value: Any) -> datetime:
    """ISO 8601 with a zone, or seconds since 1970. Raises ValueError("bad_time")."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        read = parse_datetime(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        read = None
    if read is None or read.tzinfo is None:
        raise ValueError("bad_time")
    return read
