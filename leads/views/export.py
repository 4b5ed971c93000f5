"""The current filter as a CSV file. Who took how many rows is audited before the first byte leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import Final

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required, permission_required
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from leads import exporting
from leads.export import csv_rows
from leads.table import LeadTable
from salesdash import audit
from salesdash.htmx import HtmxRequest

LINES_AT_A_TIME: Final = 500


@require_GET
@login_required
@permission_required("leads.export_leads", raise_exception=True)
@never_cache
def export(request: HtmxRequest) -> StreamingHttpResponse:
    table = LeadTable(request.user, request.GET)
    ids = table.ids()
    audit.record(
        actor=request.user, action="leads.export", details={"count": len(ids), "filter": table.filter.outline}
    )
    lines = csv_rows(exporting.header(), exporting.rows(table, ids))
    return csv_response(request, lines, f"leads-{timezone.localdate():%Y%m%d}.csv")


def csv_response(request: HttpRequest, lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """A download; `name` is plain ASCII."""
    lines = _in_the_persons_terms(lines)
    # each kind of server consumes the other kind of iterator into memory first
    content = _awaited(lines) if isinstance(request, ASGIRequest) else lines
    return StreamingHttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _in_the_persons_terms(lines: Iterator[str]) -> Iterator[str]:
    """Lines are made after the middleware has put language and time zone away: in blocks, with both set."""
    language, zone = translation.get_language() or "ja", timezone.get_current_timezone()

    def blocks() -> Iterator[str]:
        while True:
            with ExitStack() as terms:
                terms.enter_context(translation.override(language))
                terms.enter_context(timezone.override(zone))
                block = "".join(islice(lines, LINES_AT_A_TIME))
            if not block:
                return
            yield block

    return blocks()


async def _awaited(blocks: Iterator[str]) -> AsyncIterator[str]:
    following = sync_to_async(partial(next, blocks, ""))
    while block := await following():
        yield block
