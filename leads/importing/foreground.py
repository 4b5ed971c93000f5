"""An import from beginning to end in this process: what the command and the seed use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Count

from leads.importing import jobs, running
from leads.importing.mapping import MappingFile
from leads.importing.refusals import Refusal, message_of
from leads.models import ImportJob
from salesdash.errors import DomainError
from salesdash.models import Team, User


@dataclass(frozen=True, slots=True)
class Report:
    """read = created + updated + unchanged + rejected."""

    file: str
    team: str
    dry_run: bool
    encoding: str
    delimiter: str
    columns: dict[str, str]
    stages: dict[str, str]
    unknown_owners: list[str]
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    reasons: dict[str, int]
    seconds: float

    @property
    def rows_per_second(self) -> int:
        return round(self.read / max(self.seconds, 0.001))


def import_file(
    path: Path,
    *,
    team: Team,
    author: User | None = None,
    by_hand: MappingFile | None = None,
    dry_run: bool = False,
) -> Report:
    """Raises DomainError, nothing written, for a file that cannot be read; OSError if it is not there."""
    started = time.perf_counter()
    common: dict[str, Any] = {"team": team, "author": author, "filename": path.name, "by_hand": by_hand}
    with path.open("rb") as handle:
        if not dry_run:
            job = jobs.create(file=File(handle), **common)
            _run(job)
            return _report(job, started)
        with transaction.atomic():
            job = jobs.create(file=File(handle), store=False, **common)
            _run(job, path)
            report = _report(job, started, dry_run=True)
            transaction.set_rollback(True)
    return report


def _run(job: ImportJob, path: Path | None = None) -> None:
    jobs.queue(job, user=job.author)
    try:
        if path is None:
            running.run(job_id=job.pk)
        else:
            running.run(job_id=job.pk, open_with=lambda _job: path.open("rb"))
    except KeyboardInterrupt:
        running.fail(job.pk, Refusal.INTERRUPTED.value)
    job.refresh_from_db()
    if job.status != ImportJob.Status.DONE:
        raise DomainError(job.error_code, message_of(job.error_code))


def _report(job: ImportJob, started: float, *, dry_run: bool = False) -> Report:
    mapping = jobs.mapping_of(job)
    reasons = job.rejects.order_by().values_list("reason_code").annotate(rows=Count("pk")).order_by("-rows")
    return Report(
        file=job.filename,
        team=job.team.name,
        dry_run=dry_run,
        encoding=job.encoding,
        delimiter=job.delimiter,
        columns={column.header: column.field.value for column in mapping.columns},
        stages=mapping.stages,
        unknown_owners=mapping.unknown_owners,
        read=job.processed_rows,
        created=job.created_rows,
        updated=job.updated_rows,
        unchanged=job.unchanged_rows,
        rejected=job.rejected_rows,
        reasons=dict(reasons),
        seconds=time.perf_counter() - started,
    )
