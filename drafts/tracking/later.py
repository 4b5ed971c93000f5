"""What readers of mails are told while PostgreSQL is away: in both languages, without asking anybody."""

from __future__ import annotations

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from drafts import unsubscribing
from drafts.tracking import buffer

log = structlog.get_logger(__name__)
_RETRY_SECONDS: Final = 120


def link() -> HttpResponse:
    """A link whose target is not known for sure."""
    return _page("link", 503)


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A wish to stop is kept in Redis, or it is said that it could not be kept."""
    delivery_id = unsubscribing.read(token)
    if delivery_id is None:
        return _page("broken", 404)
    if request.method != "POST":
        return _page("ask", 200)
    kept = buffer.push(buffer.STOPS, {"delivery": delivery_id, "at": timezone.now().isoformat()})
    log.warning("opt-out while the database is away", delivery=delivery_id, kept=kept)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return _closed(HttpResponse(status=202 if kept else 503))
    return _page("noted" if kept else "lost", 202 if kept else 503)


def _page(kind: str, status: int) -> HttpResponse:
    # the template says everything in both languages; this one is the document's
    with translation.override("ja"):
        return _closed(HttpResponse(render_to_string("drafts/later.html", {"kind": kind}), status=status))


def _closed(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store, max-age=0"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'self'; form-action 'self'; frame-ancestors 'none'"
    if response.status_code == 503:
        response["Retry-After"] = str(_RETRY_SECONDS)
    return response
