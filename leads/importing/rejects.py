"""The rows that were refused, as a file: their line, the reason, the cells as they came."""

from __future__ import annotations

from collections.abc import Iterator

from leads.export import csv_rows
from leads.importing.fields import REJECT_HEADERS
from leads.importing.jobs import mapping_of
from leads.importing.rows import Reason
from leads.models import ImportJob


def reason_label(code: str) -> str:
    """In the reader's language."""
    return str(Reason(code).label) if code in Reason.values else code


def lines(job: ImportJob) -> Iterator[str]:
    """The import leaves out the first three columns when the mended file comes back."""
    rows = job.rejects.order_by("line").iterator(chunk_size=1000)
    return csv_rows(
        [*REJECT_HEADERS, *mapping_of(job).headers],
        ([row.line, reason_label(row.reason_code), row.field, *row.cells] for row in rows),
    )
