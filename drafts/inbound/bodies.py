"""Bodies of webhooks: no larger than they may be, read by pieces, and JSON only after the signature holds."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from drafts.inbound import keys
from salesdash.errors import DomainError

# SendGrid's batches end at 768 kB, messages of Amazon SNS at 256 kB
MOST_BYTES: Final = 1_048_576
_CHUNK_BYTES: Final = 65_536


def read(request: HttpRequest, *, content_types: tuple[str, ...], signed_in: str = "") -> bytes:
    """As it was sent. Without the header `signed_in` nothing is read.

    Errors: `length_missing` (411), `too_large` (413), `content_type` (415), `signature` (401),
    `truncated`.
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not (declared.isascii() and declared.isdecimal()):
        raise DomainError("length_missing", _("Please say how long the body is: Content-Length."), status=411)
    # refused by its word alone: nothing of it is read
    if len(declared) > 12 or int(declared) > MOST_BYTES:
        raise _too_large()
    if request.content_type not in content_types:
        raise DomainError("content_type", _("This content type is not taken here."), status=415)
    if signed_in and signed_in not in request.headers:
        raise keys.wrong_signature()
    body = _pieces(request)
    if len(body) != int(declared):
        raise DomainError("truncated", _("The body ends too early."))
    return body


def _pieces(request: HttpRequest) -> bytes:
    body = bytearray()
    try:
        while piece := request.read(_CHUNK_BYTES):
            body += piece
            if len(body) > MOST_BYTES:
                raise _too_large()
    except UnreadablePostError:
        raise DomainError("truncated", _("The body ends too early.")) from None
    return bytes(body)


def _too_large() -> DomainError:
    return DomainError("too_large", _("The body is too large."), status=413)


def parsed(body: bytes | str) -> Any:
    """Errors: `bad_json`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise DomainError("bad_json", _("The body is no JSON.")) from None
