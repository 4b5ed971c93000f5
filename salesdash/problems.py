"""Problem details (RFC 9457) for the API and for scripts on our pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from salesdash import telemetry
from salesdash.errors import DomainError

CONTENT_TYPE: Final = "application/problem+json"
TITLES: Final[dict[int, Promise]] = {
    400: gettext_lazy("The request cannot be understood"),
    401: gettext_lazy("Not signed in"),
    403: gettext_lazy("Not permitted"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not available here"),
    406: gettext_lazy("Format of the answer not available"),
    409: gettext_lazy("Conflict"),
    411: gettext_lazy("Length missing"),
    412: gettext_lazy("Changed in the meantime"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Format of the body not available"),
    422: gettext_lazy("Not possible"),
    428: gettext_lazy("Version missing"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("An error of ours"),
    503: gettext_lazy("Not available at the moment"),
}
_RETRY_SECONDS: Final = 60
# raised by Django itself, without a code
_DJANGOS_OWN: Final = {Http404: "not_found", PermissionDenied: "permission_denied"}


def _body(*, status: int, code: str, detail: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {
        "type": f"urn:salesdash:problem:{code}",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "code": code,
        "detail": detail,
        "trace_id": telemetry.trace_id(),
        **(extra or {}),
    }
    whole: dict[str, Any] = _writable(body)
    return whole


def _writable(value: Any) -> Any:
    """What was sent may be quoted; half a character of it cannot be written in any encoding."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_writable(key): _writable(inner) for key, inner in value.items()}
    return [_writable(inner) for inner in value] if isinstance(value, list) else value


def problem_response(error: DomainError) -> HttpResponse:
    body = _body(status=error.status, code=error.code, detail=error.message, extra=error.extra)
    return JsonResponse(
        body, status=error.status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. What nobody expected stays an exception, so that it is logged as one."""
    if isinstance(exc, RequestDataTooBig):
        exc = DomainError("too_large", _("The body is too large."), status=413)
    if isinstance(exc, DomainError):
        # what a view has done until now is taken back by its own transactions
        body = _body(status=exc.status, code=exc.code, detail=exc.message, extra=exc.extra)
        response: Response | None = Response(body, status=exc.status)
    else:
        response = drf_handler(exc, context)
        if response is not None:
            response.data = _described(exc, response)
    if response is None:
        return None
    if response.status_code == 429:
        wait = getattr(exc, "wait", None) or _RETRY_SECONDS
        response.headers["Retry-After"] = str(max(1, math.ceil(wait)))
    response.content_type = CONTENT_TYPE
    return response


def _described(exc: Exception, response: Response) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_errors(exc.detail, ""))
        detail = errors[0]["detail"] if len(errors) == 1 else _("Some values cannot be taken.")
        return _body(status=400, code="invalid", detail=detail, extra={"errors": errors})
    code = _DJANGOS_OWN.get(type(exc))
    if code is not None:
        return _body(status=response.status_code, code=code, detail=_detail(code))
    data = response.data if isinstance(response.data, dict) else {}
    detail = data.get("detail", "")
    own = getattr(detail, "code", None) or getattr(exc, "default_code", "error")
    return _body(status=response.status_code, code=str(own), detail=str(detail))


def _detail(code: str) -> str:
    """Django's own words speak of models."""
    return {
        "not_found": _("There is nothing here, or not for you."),
        "permission_denied": _("You do not have the right to do this."),
    }[code]


def _errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """One item per fault, with a JSON pointer (RFC 6901) into the body, as RFC 9457 shows it."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else f"/{_escaped(str(name))}"
            yield from _errors(inner, pointer + own)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _errors(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
