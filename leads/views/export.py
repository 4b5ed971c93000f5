"""Leads as a file: at once if they are few, else made by a worker and fetched from a list of one's own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Final

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required, permission_required
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from leads import export_jobs
from leads.editing.selecting import Selection
from leads.models import LeadExport
from leads.table import LeadTable
from leads.tasks import run_export
from salesdash import audit
from salesdash.htmx import HtmxRequest, wants_partial

LINES_AT_A_TIME: Final = 500
BLOCK_BYTES: Final = 65_536
TYPES: Final = {
    LeadExport.Format.CSV: "text/csv; charset=utf-8",
    LeadExport.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@login_required
@permission_required("leads.export_leads", raise_exception=True)
@never_cache
def export_csv(request: HtmxRequest) -> StreamingHttpResponse:
    """The table at this address as CSV with every field, whatever its size: a plain link."""
    query = LeadTable(request.user, request.GET).query()
    asked = export_jobs.prepare_all(user=request.user, query=query)
    export_jobs.note(asked)
    return csv_response(request, export_jobs.lines(asked), _name(asked))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("leads.export_leads", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def export(request: HtmxRequest) -> HttpResponse | StreamingHttpResponse:
    """GET: which format and columns. POST: the file, or the list where it will be."""
    if request.method == "GET":
        return _form(request)
    sent = request.POST
    asked = export_jobs.prepare(
        user=request.user,
        format=sent.get("format", ""),
        selection=Selection.read(sent),
        query=sent.get("table", ""),
        shown_columns=sent.get("columns") == "shown",
    )
    export_jobs.note(asked)
    if export_jobs.is_small(asked):
        return _at_once(request, asked)
    export_jobs.queue(asked)
    transaction.on_commit(partial(run_export.delay, str(asked.pk)))
    return redirect("leads:exports")


@require_GET
@login_required
@permission_required("leads.export_leads", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    """One's own files: how far they are, and where they can be fetched."""
    found = list(LeadExport.objects.filter(author=request.user)[:50])
    running = any(export.finished_at is None for export in found)
    context = {"nav": "leads", "exports": found, "running": running}
    template = "leads/exports/_list.html" if wants_partial(request) else "leads/exports/index.html"
    return render(request, template, context)


@require_GET
@login_required
@permission_required("leads.export_leads", raise_exception=True)
@never_cache
def download(request: HtmxRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    found = export_jobs.mine(pk, request.user)
    try:
        file = found.file.storage.open(found.file.name or "", "rb")
    except OSError as error:
        raise export_jobs.gone() from error
    details = {"count": found.rows, "format": found.format}
    audit.record(actor=request.user, action="leads.export_download", target=found, details=details)
    return _stream(request, _blocks(file), _name(found), TYPES[LeadExport.Format(found.format)])


def csv_response(request: HttpRequest, lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """A download; `name` is plain ASCII."""
    return _stream(request, _in_the_persons_terms(lines), name, TYPES[LeadExport.Format.CSV])


def _form(request: HtmxRequest) -> HttpResponse:
    table = LeadTable(request.user, request.GET)
    selected = "selected" in request.GET
    context = {
        "nav": "leads",
        "selected": selected,
        "query": table.query(),
        "total": None if selected else table.total,
        "formats": LeadExport.Format.choices,
    }
    template = "leads/exports/_form.html" if wants_partial(request) else "leads/exports/new.html"
    return render(request, template, context)


def _at_once(request: HtmxRequest, asked: LeadExport) -> StreamingHttpResponse:
    if asked.format == LeadExport.Format.CSV:
        return csv_response(request, export_jobs.lines(asked), _name(asked))
    file = TemporaryFile()  # noqa: SIM115  (closed when the last block is read)
    export_jobs.write(asked, file)
    file.seek(0)
    return _stream(request, _blocks(file), _name(asked), TYPES[LeadExport.Format.XLSX])


def _name(export: LeadExport) -> str:
    return f"leads-{timezone.localdate():%Y%m%d}.{export.format}"


def _stream(
    request: HttpRequest, blocks: Iterator[str] | Iterator[bytes], name: str, content_type: str
) -> StreamingHttpResponse:
    # each kind of server consumes the other kind of iterator into memory first
    content = _awaited(blocks) if isinstance(request, ASGIRequest) else blocks
    return StreamingHttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK_BYTES):
            yield block


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


async def _awaited(blocks: Iterator[Any]) -> AsyncIterator[Any]:
    following = sync_to_async(partial(next, blocks, b""))
    while block := await following():
        yield block
