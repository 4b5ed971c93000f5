"""Which version a caller has read: If-Match (RFC 9110), or `version` in the body.

An ETag is `"<version>.<digest>"`. The digest stands for all that is shown, so that If-None-Match answers 304
only where nothing has changed; If-Match compares the version alone, which rises with what people edit. A
temperature that cools meanwhile is no reason to refuse a change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from salesdash.errors import ConflictError, DomainError

T = TypeVar("T")


def tag(version: int, shown: Any) -> str:
    text = json.dumps(shown, sort_keys=True, cls=DjangoJSONEncoder)
    return f'"{version}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def answer(request: Request, version: int, shown: Any, **response: Any) -> Response:
    """With an ETag; 304 where the caller has the same already."""
    etag = tag(version, shown)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in ("GET", "HEAD") and (etag in known or "*" in known):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
    return Response(shown, headers={"ETag": etag, **response.pop("headers", {})}, **response)


def with_version(
    request: Request, named: int | None, current: Callable[[], int], change: Callable[[int], T]
) -> T:
    """Do `change` to the version that the caller has read.

    `named` is what the body says, `current()` the version that stands. Errors: `version_missing` (428),
    `stale` (412 by header, 409 by body), those of `change`.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if named is None:
            message = _("Please send the version that you have read: in the header If-Match or as “version”.")
            raise DomainError("version_missing", message, status=428)
        return change(named)
    version = _matching(header, current())
    try:
        return change(version)
    except ConflictError as error:
        if error.code == "stale":
            error.status = status.HTTP_412_PRECONDITION_FAILED
        raise


def _matching(header: str, standing: int) -> int:
    tags = parse_etags(header)
    versions = {tag.strip('"').partition(".")[0] for tag in tags if not tag.startswith("W/")}
    if "*" in tags or str(standing) in versions:
        return standing
    message = _("Somebody else changed this meanwhile. Please look at it again.")
    raise DomainError("stale", message, {"version": standing}, status=status.HTTP_412_PRECONDITION_FAILED)
