"""Problem details (RFC 9457) for the API and for scripts on our pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from salesdash import telemetry
from salesdash.errors import DomainError

CONTENT_TYPE = "application/problem+json"

# raised by Django's shortcuts, without a code
_DJANGOS_OWN = {Http404: "not_found", PermissionDenied: "permission_denied"}


def _body(*, status: int, code: str, detail: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": f"urn:salesdash:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "trace_id": telemetry.trace_id(),
        **(extra or {}),
    }


def problem_response(error: DomainError) -> HttpResponse:
    body = _body(status=error.status, code=error.code, detail=error.message, extra=error.extra)
    return JsonResponse(
        body, status=error.status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    if isinstance(exc, DomainError):
        body = _body(status=exc.status, code=exc.code, detail=exc.message, extra=exc.extra)
        return Response(body, status=exc.status, content_type=CONTENT_TYPE)
    response = drf_handler(exc, context)
    if response is None:
        return None
    code = "invalid" if isinstance(exc, exceptions.ValidationError) else getattr(exc, "default_code", "error")
    code = _DJANGOS_OWN.get(type(exc), code)
    detail = str(response.data.get("detail", "")) if isinstance(response.data, dict) else ""
    errors = {"errors": response.data} if isinstance(exc, exceptions.ValidationError) else None
    response.data = _body(status=response.status_code, code=code, detail=detail, extra=errors)
    response.content_type = CONTENT_TYPE
    return response
