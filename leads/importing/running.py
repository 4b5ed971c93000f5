"""The import itself: claimed by one worker at a time, written in batches, resumed where a worker died.

Each batch is one transaction that also moves the job's counters and checks that the job is still ours, so a
killed worker leaves whole batches behind and the next one goes on at `processed_rows`: none is counted twice.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import BinaryIO, Final

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from leads import leases
from leads.importing.detect import data_records
from leads.importing.identity import Identities
from leads.importing.jobs import layout_of, mapping_of, open_file
from leads.importing.reading import Record
from leads.importing.refusals import Refusal
from leads.importing.rows import Refused, Row, RowBuilder
from leads.importing.writing import Writer
from leads.models import ImportJob, ImportReject
from salesdash import audit, telemetry
from salesdash.errors import DomainError

BATCH_ROWS: Final = 2000
BEAT_ROWS: Final = 20_000
# a batch takes well under a second; a worker silent for this long is dead
lease: Final = timedelta(seconds=60)
# an upload that nobody started, and an import that no worker could finish, end after this time
uploads_kept_for: Final = timedelta(days=7)
resumed_for: Final = timedelta(days=1)
_ATTEMPTS: Final = 4

Status = ImportJob.Status
Open = Callable[[ImportJob], BinaryIO]


def run(*, job_id: int, open_with: Open = open_file) -> bool:
    """Import a queued job, or go on with one whose worker died. False if there was nothing to do."""
    token = leases.claim(ImportJob.objects.all(), job_id, lease)
    if token is None:
        return False
    job = ImportJob.objects.select_related("author").get(pk=job_id)
    working = leases.working(partial(fail, job_id, token=token))
    with telemetry.span("leads.import", job=job_id, rows=job.total_rows), working:
        try:
            _import(job, token, open_with)
        except DomainError as error:
            fail(job_id, error.code, token=token)
        return True
    return False


def fail(job_id: int, code: str = Refusal.INTERNAL.value, *, token: uuid.UUID | None = None) -> None:
    """The job ends here; what is written stays, and its counters say how much that is."""
    running = leases.unfinished(ImportJob.objects.filter(pk=job_id))
    if token is not None:
        running = running.filter(attempt_token=token)
    with transaction.atomic():
        if running.update(status=Status.FAILED, error_code=code, finished_at=timezone.now()):
            job = ImportJob.objects.select_related("author").get(pk=job_id)
            audit.record(actor=job.author, action="import.fail", target=job, details=_counts(job, code=code))
            _forget_file(job)


def _forget_file(job: ImportJob) -> None:
    """The people in it are leads now, or must be uploaded anew: a second copy of their data helps nobody."""
    if job.file:
        transaction.on_commit(lambda: job.file.delete(save=False))


def _import(job: ImportJob, token: uuid.UUID, open_with: Open) -> None:
    mapping = mapping_of(job)
    builder, identities = RowBuilder(mapping), Identities(mapping)
    writer = Writer(mapping, team_id=job.team_id, default_owner_id=job.default_owner_id)
    layout = layout_of(job)
    ours = leases.held(ImportJob.objects.all(), job.pk, token)
    with open_with(job) as file:
        identities.learn(cells for _line, cells in _alive(data_records(file, layout), ours))
        items = _items(_alive(data_records(file, layout), ours), builder, identities)
        # what was written before a worker died is read again for the sake of repeated rows
        for _item in islice(items, job.processed_rows):
            pass
        with _calm_collector():
            while batch := list(islice(items, BATCH_ROWS)):
                _commit(job, token, writer, batch)
    _finish(job, token)


def _alive(rows: Iterator[Record], ours: QuerySet[ImportJob]) -> Iterator[Record]:
    """Reading a large file takes longer than the lease: say now and then that we are there."""
    for number, record in enumerate(rows, 1):
        if number % BEAT_ROWS == 0:
            leases.renew(ours)
        yield record


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Spares the garbage collector what was there before: it would walk over all of it once per batch."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


# a record as it will be stored, or bare and with the reason why it is not
Item = tuple[Row, Refused | None]


def _items(rows: Iterator[Record], builder: RowBuilder, identities: Identities) -> Iterator[Item]:
    for line, cells in rows:
        built = builder.build(line, cells)
        if isinstance(built, Refused):
            yield Row(line, cells), built
        else:
            reason = identities.identify(built)
            yield built, Refused(reason) if reason else None


def _commit(job: ImportJob, token: uuid.UUID, writer: Writer, batch: Sequence[Item]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _write(job, token, writer, batch)
            return
        except (IntegrityError, OperationalError):
            # somebody created the same lead meanwhile, or a deadlock was resolved at our expense
            if attempt == _ATTEMPTS:
                raise


def _write(job: ImportJob, token: uuid.UUID, writer: Writer, batch: Sequence[Item]) -> None:
    ours = leases.held(ImportJob.objects.all(), job.pk, token)
    leases.renew(ours)
    tally = writer.write([row for row, refused in batch if refused is None])
    tally.refused += [(row, refused) for row, refused in batch if refused is not None]
    ImportReject.objects.bulk_create(
        ImportReject(job=job, line=row.line, reason_code=why.reason, field=why.column[:120], cells=row.cells)
        for row, why in tally.refused
    )
    ours.update(
        processed_rows=F("processed_rows") + len(batch),
        created_rows=F("created_rows") + tally.created,
        updated_rows=F("updated_rows") + tally.updated,
        unchanged_rows=F("unchanged_rows") + tally.unchanged,
        rejected_rows=F("rejected_rows") + len(tally.refused),
    )


def _finish(job: ImportJob, token: uuid.UUID) -> None:
    ours = leases.held(ImportJob.objects.all(), job.pk, token)
    with transaction.atomic():
        if not ours.update(status=Status.DONE, finished_at=timezone.now(), attempt_token=None):
            raise leases.TakenOver
        job.refresh_from_db()
        audit.record(actor=job.author, action="import.finish", target=job, details=_counts(job))
        _forget_file(job)


def _counts(job: ImportJob, **more: str) -> dict[str, int | str]:
    return {
        "rows": job.processed_rows,
        "created": job.created_rows,
        "updated": job.updated_rows,
        "unchanged": job.unchanged_rows,
        "rejected": job.rejected_rows,
        **more,
    }


def sweep() -> list[int]:
    """Ids of the imports that need a worker; ends those that none could finish, forgets old uploads."""
    old = timezone.now() - uploads_kept_for
    for job in ImportJob.objects.filter(status=Status.UPLOADED, created_at__lt=old):
        job.file.delete(save=False)
        job.delete()
    return leases.sweep(ImportJob.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)
