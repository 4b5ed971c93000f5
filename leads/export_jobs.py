"""Files of leads: small ones at once, large ones by a worker, for the person who asked, for a day.

A worker that dies leaves half a file, which is thrown away: the next one begins again.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import IO, Any, Final

from django.core.files import File
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from leads import exporting, leases
from leads.editing.selecting import Selection
from leads.export import csv_rows
from leads.exporting import Value
from leads.leases import TakenOver
from leads.models import LeadExport
from leads.table import LeadTable
from salesdash import audit, telemetry
from salesdash.errors import DomainError
from salesdash.models import User

# as many rows are written while the person waits; a workbook takes longer than plain text
AT_ONCE: Final = {LeadExport.Format.CSV: 20_000, LeadExport.Format.XLSX: 2_000}
# rows are written much faster than this; a worker silent for this long is dead
lease: Final = timedelta(seconds=60)
kept_for: Final = timedelta(days=1)
resumed_for: Final = timedelta(hours=6)
BEAT_ROWS: Final = 1000
MOST_WAITING: Final = 3
Format, Status = LeadExport.Format, LeadExport.Status


def prepare(*, user: User, format: str, selection: Selection, query: str, shown_columns: bool) -> LeadExport:
    """What is asked for, not stored yet; `query` is the table's address.

    Errors: `format`, `nothing_selected`, `too_many` for a sheet of Excel.
    """
    if format not in Format.values:
        raise DomainError("format", _("Please choose Excel or CSV."))
    rows = selection.count(user)
    if not rows:
        raise DomainError("nothing_selected", _("There is no lead to export."))
    if format == Format.XLSX and rows >= _workbook().MOST_ROWS:
        raise DomainError("too_many", _("A sheet of Excel cannot hold so many rows. Please choose CSV."))
    return _asked(user, format, selection, query, rows, shown_columns=shown_columns)


def prepare_all(*, user: User, query: str) -> LeadExport:
    """All that the table shows there, as CSV with every field; it may be nothing."""
    selection = Selection((), query)
    return _asked(user, Format.CSV, selection, query, selection.count(user), shown_columns=False)


def _asked(
    user: User, format: str, selection: Selection, query: str, rows: int, *, shown_columns: bool
) -> LeadExport:
    return LeadExport(
        author=user,
        format=format,
        shown_columns=shown_columns,
        query=query,
        everything=selection.query is not None,
        ids=list(selection.ids),
        team_ids=None if user.has_perm("leads.view_all") else user.team_ids,
        language=translation.get_language() or "ja",
        time_zone=timezone.get_current_timezone_name(),
        rows=rows,
    )


def is_small(export: LeadExport) -> bool:
    return export.rows <= AT_ONCE[Format(export.format)]


def note(export: LeadExport) -> None:
    """Who takes how many rows, before the first byte leaves."""
    table = LeadTable(export.author, QueryDict(export.query))
    details: dict[str, Any] = {"count": export.rows, "format": export.format}
    details |= {"filter": table.filter.outline} if export.everything else {"selected": len(export.ids)}
    audit.record(actor=export.author, action="leads.export", details=details)


def queue(export: LeadExport) -> None:
    """The caller enqueues the worker after the commit. Errors: `too_many_exports`."""
    if leases.unfinished(LeadExport.objects.filter(author=export.author)).count() >= MOST_WAITING:
        message = _("Several exports of yours are still being made. Please wait for one of them.")
        raise DomainError("too_many_exports", message, status=429)
    export.attempt_at = timezone.now()
    export.save()


def content(export: LeadExport) -> tuple[list[str], Iterator[list[Value]]]:
    """The headings and the rows, in the active language."""
    table = LeadTable(export.author, QueryDict(export.query))
    selection = Selection(tuple(export.ids), export.query if export.everything else None)
    columns = exporting.shown(table) if export.shown_columns else exporting.every(table)
    ids = table.ids(selection.leads(export.author))
    return [column.heading for column in columns], exporting.rows(table, ids, columns)


def lines(export: LeadExport) -> Iterator[str]:
    """As CSV."""
    header, rows = content(export)
    return csv_rows(header, map(exporting.as_text, rows))


def _workbook() -> ModuleType:
    """Only who writes one loads openpyxl, and numpy with it."""
    from leads import workbook

    return workbook


def write(export: LeadExport, file: IO[bytes], beat: Callable[[int], None] = lambda _rows: None) -> None:
    """`beat` hears now and then how many rows are done."""
    header, rows = content(export)
    counted = _counted(rows, beat)
    if export.format == Format.XLSX:
        _workbook().write(file, title=_("Leads"), header=header, rows=counted)
        return
    for line in csv_rows(header, map(exporting.as_text, counted)):
        file.write(line.encode())


def _counted(rows: Iterator[list[Value]], beat: Callable[[int], None]) -> Iterator[list[Value]]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % BEAT_ROWS == 0:
            beat(number)


def run(*, export_id: uuid.UUID) -> bool:
    """Make a queued file. False if there was nothing to do."""
    token = leases.claim(LeadExport.objects.all(), export_id, lease, done=0)
    if token is None:
        return False
    export = LeadExport.objects.select_related("author").get(pk=export_id)
    with (
        telemetry.span("leads.export", rows=export.rows, format=export.format),
        leases.working(partial(fail, export_id)),
    ):
        _make(export, token)
        return True
    return False


def _make(export: LeadExport, token: uuid.UUID) -> None:
    ours = leases.held(LeadExport.objects.all(), export.pk, token)
    storage = export.file.storage
    if export.file:
        export.file.delete(save=False)  # a worker died between writing it and saying so
    with ExitStack() as terms:
        terms.enter_context(translation.override(export.language))
        terms.enter_context(timezone.override(export.time_zone))
        file = terms.enter_context(tempfile.TemporaryFile())
        write(export, file, lambda done: leases.renew(ours, done=done))
        size = file.tell()
        file.seek(0)
        # noted before it is there: what nobody knows of, nobody would delete
        name = storage.generate_filename(f"exports/{token.hex}.{export.format}")
        leases.renew(ours, file=name)
        storage.save(name, File(file))
    done = {"status": Status.DONE, "finished_at": timezone.now(), "done": export.rows, "attempt_token": None}
    if not ours.update(size_bytes=size, **done):
        storage.delete(name)
        raise TakenOver


def fail(export_id: uuid.UUID) -> None:
    leases.unfinished(LeadExport.objects.filter(pk=export_id)).update(
        status=Status.FAILED, finished_at=timezone.now(), attempt_token=None
    )


def sweep() -> list[uuid.UUID]:
    """Ids of the files that need a worker; ends those that none could finish, forgets old ones."""
    for old in LeadExport.objects.filter(finished_at__lt=timezone.now() - kept_for):
        if old.file:
            old.file.delete(save=False)
        old.delete()
    return leases.sweep(LeadExport.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)


def mine(export_id: uuid.UUID, user: User) -> LeadExport:
    """A finished file of this person, as long as they may see all that stands in it. Error: `not_found`."""
    export = LeadExport.objects.filter(pk=export_id, author=user, status=Status.DONE).first()
    if export is None or export.finished_at is None or export.finished_at < timezone.now() - kept_for:
        raise gone()
    sees_all = user.has_perm("leads.view_all")
    if not sees_all and (export.team_ids is None or not set(export.team_ids) <= set(user.team_ids)):
        raise gone()
    return export


def gone() -> DomainError:
    message = _("This file is not here any more. Exports are kept for a day.")
    return DomainError("not_found", message, status=404)
