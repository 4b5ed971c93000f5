"""Answers to mail programs: without session, person, language or Redis, in one statement.

While PostgreSQL is away they are answered all the same, and what they told waits in Redis.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from drafts.tracking import addresses, database, hits, later

log = structlog.get_logger(__name__)

_PATH: Final = re.compile(r"/(?:o/(?P<pixel>[^/]+)\.gif|c/(?P<click>[^/]+))")
_STOP: Final = re.compile(r"/u/(?P<token>[^/]+)/")
_GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_HEADERS: Final = {
    # each open is to be seen, and no page behind a link gets to know the token
    "Cache-Control": "private, no-store, max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}


class ShortWay:
    """Middleware that stands first: what mail programs ask for is answered before any other is entered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stop = _stop(request)
        if stop and not database.is_reachable():
            return later.unsubscribe(request, stop["token"])
        asked = request.method in ("GET", "HEAD") and _PATH.fullmatch(request.path_info)
        if not asked:
            return self.get_response(request)
        started = time.perf_counter()
        token, follow = (asked["pixel"], False) if asked["pixel"] else (asked["click"], True)
        response = redirect(request, token) if follow else picture(request, token)
        # a link that leads nowhere is told to a person, on a page in their language
        if response is None:
            return self.get_response(request)
        response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - started) * 1000:.1f}"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """PostgreSQL was there a moment ago and went in the middle of a wish: it is noted all the same."""
        stop = _stop(request)
        if stop is None or not isinstance(exception, database.AWAY):
            return None
        database.note_away()
        return later.unsubscribe(request, stop["token"])


def _stop(request: HttpRequest) -> re.Match[str] | None:
    return _STOP.fullmatch(request.path_info) if request.method in ("GET", "HEAD", "POST") else None


def picture(request: HttpRequest, token: str) -> HttpResponse:
    """Always the picture, whatever the token is worth: a mail must not show a broken one."""
    delivery_id = addresses.read_pixel(token)
    if delivery_id is not None:
        try:
            if not hits.opened(request, delivery_id):
                log.error("open lost", delivery=delivery_id)
        except Error as error:
            log.error("open not kept", delivery=delivery_id, error=type(error).__name__)
    response = HttpResponse(_GIF, content_type="image/gif", headers=_HEADERS)
    # a webmail may be isolated from other origins
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def redirect(request: HttpRequest, token: str) -> HttpResponse | None:
    """To the address that was kept when the mail was composed, and to no other."""
    asked = addresses.read_click(token)
    try:
        url = hits.clicked(request, *asked) if asked else None
    except database.AWAY:
        return later.link()
    return HttpResponseRedirect(url, headers=_HEADERS) if url else None
