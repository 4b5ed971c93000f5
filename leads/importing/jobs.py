"""An import from upload to queue: each step checks, says no with a DomainError, and keeps what it found."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.importing import detect, plans
from leads.importing.detect import Layout
from leads.importing.mapping import Column, Mapping, MappingFile
from leads.importing.refusals import Refusal, refuse
from leads.importing.values import Owners
from leads.models import ImportJob
from salesdash import audit
from salesdash.errors import ConflictError
from salesdash.models import Team, User


def create(
    *,
    team: Team,
    author: User | None,
    file: File[bytes],
    filename: str,
    encoding: str = "",
    by_hand: MappingFile | None = None,
    store: bool = True,
) -> ImportJob:
    """Read the whole file, suggest a mapping, keep both. Raises DomainError before anything is written.

    `store=False` keeps no copy of the file: for a run without traces.
    """
    if file.size and file.size > settings.IMPORT_MAX_BYTES:
        raise refuse(Refusal.TOO_LARGE, limit_mb=settings.IMPORT_MAX_BYTES // 1_000_000)
    by_hand = by_hand or MappingFile()
    stream = cast(BinaryIO, file)
    inspection = detect.inspect(
        stream,
        encoding=encoding or by_hand.encoding,
        delimiter=by_hand.delimiter,
        has_header=by_hand.has_header,
    )
    mapping = plans.suggest(stream, inspection, team_id=team.pk, by_hand=by_hand)
    job = ImportJob(
        team=team,
        author=author,
        author_name=str(author) if author else "system",
        filename=filename[:255],
        total_rows=inspection.rows,
        default_owner_id=plans.owner_named(team.pk, by_hand.owner),
    )
    _describe(job, inspection.layout, mapping)
    with transaction.atomic():
        if store:
            file.seek(0)
            job.file.save(f"{uuid.uuid4().hex}.csv", file, save=False)
        job.save()
        audit.record(actor=author, action="import.upload", target=job, details={"rows": job.total_rows})
    return job


def configure(
    job: ImportJob,
    *,
    layout: Layout,
    columns: Sequence[Column],
    seen: Mapping,
    default_owner_id: int | None,
) -> bool:
    """Keep what a person chose, seeing `seen`; False if that brought up columns or values to look at first.

    Raises DomainError.
    """
    job.default_owner_id = default_owner_id
    if layout != layout_of(job):
        reread(job, layout)
        return False
    with open_file(job) as file:
        mapping = plans.complete(file, layout, columns, Owners(job.team_id), seen)
    save_mapping(job, mapping)
    return (mapping.stage_counts, mapping.owner_counts) == (seen.stage_counts, seen.owner_counts)


def reread(job: ImportJob, layout: Layout) -> Mapping:
    """Another encoding, separator or first row: columns are found and suggested anew. Raises DomainError."""
    with open_file(job) as file:
        inspection = detect.inspect(file, **dataclasses.asdict(layout))
        mapping = plans.suggest(file, inspection, team_id=job.team_id)
    job.total_rows = inspection.rows
    save_mapping(job, mapping, layout)
    return mapping


def save_mapping(job: ImportJob, mapping: Mapping, layout: Layout | None = None) -> None:
    """Keep a changed mapping; raises ConflictError once the import was started."""
    _describe(job, layout or layout_of(job), mapping)
    fields = ("encoding", "delimiter", "mapping", "stage_values", "default_owner_id", "total_rows")
    values = {name: getattr(job, name) for name in fields}
    if not ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.UPLOADED).update(**values):
        raise ConflictError("import_started", _("This import has already been started."))


def queue(job: ImportJob, *, user: User | None) -> None:
    """Ready for a worker; the caller enqueues the task after the commit. Raises DomainError."""
    mapping_of(job).check()
    with transaction.atomic():
        waiting = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.UPLOADED)
        if not waiting.update(status=ImportJob.Status.QUEUED, attempt_at=timezone.now()):
            raise ConflictError("import_started", _("This import has already been started."))
        audit.record(actor=user, action="import.start", target=job, details={"rows": job.total_rows})


def discard(job: ImportJob, *, user: User) -> None:
    """Forget an upload that was never started."""
    with transaction.atomic():
        audit.record(actor=user, action="import.discard", target=job)
        deleted, _rows = ImportJob.objects.filter(pk=job.pk, status=ImportJob.Status.UPLOADED).delete()
        if not deleted:
            raise ConflictError("import_started", _("This import has already been started."))
        transaction.on_commit(lambda: job.file.delete(save=False))


def open_file(job: ImportJob) -> BinaryIO:
    try:
        return cast(BinaryIO, job.file.storage.open(job.file.name or "", "rb"))
    except OSError as error:
        raise refuse(Refusal.GONE) from error


def mapping_of(job: ImportJob) -> Mapping:
    return Mapping.from_json(job.mapping, job.stage_values)


def layout_of(job: ImportJob) -> Layout:
    return Layout(job.encoding, job.delimiter, mapping_of(job).has_header)


def _describe(job: ImportJob, layout: Layout, mapping: Mapping) -> None:
    job.encoding, job.delimiter = layout.encoding, layout.delimiter
    job.mapping, job.stage_values = mapping.as_json(), mapping.stages
