"""Lists of addresses that nothing may be sent to, read in from a file: of another system, or of an agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from drafts.models import Suppression
from leads.importing import detect, fields, people
from leads.importing.fields import Field
from leads.importing.reading import Record
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import Team, User

MOST_ROWS: Final = 200_000
# rows with a fault that are named; all are counted
SHOWN: Final = 50
_CHUNK: Final = 5000
_INSERT: Final = (Path(__file__).parent / "sql" / "suppress.sql").read_text(encoding="utf-8")
_REASON_HEADERS: Final = frozenset({"reason", "理由"})
_NOTE_HEADERS: Final = frozenset({"note", "memo", "備考", "メモ"})
# the mark on a lead is set at the lead
SAYABLE: Final = tuple(value for value in Suppression.Reason.values if value != "no_contact")
# what other systems write
_REASONS: Final = {
    "unsubscribe": Suppression.Reason.OPT_OUT,
    "unsubscribed": Suppression.Reason.OPT_OUT,
    "配信停止": Suppression.Reason.OPT_OUT,
    "bounced": Suppression.Reason.BOUNCE,
    "不達": Suppression.Reason.BOUNCE,
    "エラー": Suppression.Reason.BOUNCE,
    "spam": Suppression.Reason.COMPLAINT,
    "苦情": Suppression.Reason.COMPLAINT,
}


@dataclass
class Outcome:
    """`faults`: line of the file and what is wrong with it."""

    added: int = 0
    known: int = 0
    faulty: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, sentence: str) -> None:
        self.faulty += 1
        if len(self.faults) < SHOWN:
            self.faults.append((line, sentence))


@dataclass(frozen=True, slots=True)
class _Columns:
    email: int
    reason: int | None
    note: int | None


def read_in(stream: BinaryIO, *, team: Team | None, user: User) -> Outcome:
    """All rows that name an address, in one transaction; the others are named and lose nothing.

    Without a team nobody may write to them. Raises DomainError where the file as a whole cannot be read.
    """
    inspection = detect.inspect(stream)
    if inspection.rows > MOST_ROWS:
        raise DomainError("too_many_rows", _("At most %(most)s rows. Split the file.") % {"most": MOST_ROWS})
    columns = _columns(inspection)
    outcome = Outcome()
    with transaction.atomic():
        chunk: list[tuple[str, str, str]] = []
        for entry in _entries(detect.data_records(stream, inspection.layout), columns, outcome):
            chunk.append(entry)
            if len(chunk) == _CHUNK:
                _write(chunk, team, user, outcome)
                chunk.clear()
        _write(chunk, team, user, outcome)
        audit.record(
            actor=user,
            action="suppression.import",
            team_id=team.pk if team else None,
            details={"added": outcome.added, "known": outcome.known, "faulty": outcome.faulty},
        )
    return outcome


def _columns(inspection: detect.Inspection) -> _Columns:
    headers = [fields.header_key(header) for header in inspection.headers]
    named = [n for n, header in enumerate(inspection.headers) if fields.by_header(header) == Field.EMAIL]
    alike = [n for n in range(len(headers)) if fields.looks_like_emails(inspection.sample, n)]
    if not (found := named or alike):
        raise DomainError("no_addresses", _("No column of this file holds mail addresses."))

    def column(names: frozenset[str]) -> int | None:
        keys = {fields.header_key(name) for name in names}
        return next((n for n, header in enumerate(headers) if header in keys), None)

    return _Columns(found[0], column(_REASON_HEADERS), column(_NOTE_HEADERS))


def _entries(
    records: Iterator[Record], columns: _Columns, outcome: Outcome
) -> Iterator[tuple[str, str, str]]:
    """Address, reason, note."""
    for line, cells in records:
        address = people.email(fields.clean(_cell(cells, columns.email)))
        reason = _reason(fields.clean(_cell(cells, columns.reason)))
        if not address:
            outcome.refuse(line, _("There is no valid mail address in this row."))
        elif reason is None:
            choices = ", ".join(SAYABLE)
            outcome.refuse(line, _("This reason is unknown. Known are: %(reasons)s") % {"reasons": choices})
        else:
            yield address, reason, fields.clean(_cell(cells, columns.note))[:200]


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _reason(text: str) -> str | None:
    """By hand if nothing is said; by its value, its label in either language, or as other systems say it."""
    folded = text.casefold().strip()
    if not folded:
        return Suppression.Reason.MANUAL
    labels = {str(Suppression.Reason(value).label).casefold(): value for value in SAYABLE}
    known = {value: value for value in SAYABLE} | labels | _REASONS
    return known.get(folded)


def _write(chunk: list[tuple[str, str, str]], team: Team | None, user: User, outcome: Outcome) -> None:
    if not chunk:
        return
    emails, reasons, notes = (list(column) for column in zip(*chunk, strict=True))
    named = {"emails": emails, "reasons": reasons, "notes": notes}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, named | {"team": team.pk if team else None, "by": str(user)})
        added = cursor.rowcount
    outcome.added += added
    outcome.known += len(chunk) - added
