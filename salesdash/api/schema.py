"""The published description (OpenAPI 3.1): what is true of all operations, and the view that hands it out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from salesdash.api import idempotency
from salesdash.errors import DomainError
from salesdash.problems import CONTENT_TYPE, TITLES


def add_problems(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """Hook: each refusal is a problem, described once and referred to by every operation that may give it."""
    used: set[int] = set()
    for path, operation in _operations(result):
        codes = _codes(path, operation)
        used |= codes
        for code in sorted(codes):
            operation["responses"][str(code)] = {"$ref": f"#/components/responses/{_name(code)}"}
        for status, response in operation["responses"].items():
            if status < "300":
                response.setdefault("headers", {}).update(_rate_headers())
        if _reads_conditionally(operation):
            operation["responses"]["304"] = {"description": str(_("Nothing has changed."))}
    components = result.setdefault("components", {})
    components["responses"] = {_name(code): _response(code) for code in sorted(used)}
    components["headers"] = {name: _header(words) for name, words in _RATE.items()}
    components.setdefault("schemas", {}).update(_problem_schemas())
    return result


def _operations(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in result["paths"].items():
        for operation in methods.values():
            yield path, operation


def _codes(path: str, operation: dict[str, Any]) -> set[int]:
    codes = {int(code) for code in operation["responses"] if code >= "400"} | {400, 401, 403, 406, 429}
    if "{" in path:
        codes.add(404)
    if "requestBody" in operation:
        codes |= {413, 415}
    if any(parameter["name"] == idempotency.HEADER for parameter in operation.get("parameters", ())):
        codes.add(422)
    return codes


def _reads_conditionally(operation: dict[str, Any]) -> bool:
    return any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ()))


_NAMES: Final = {
    400: "BadRequest", 401: "NotSignedIn", 403: "NotPermitted", 404: "NotFound", 406: "NotAcceptable",
    409: "Conflict", 412: "Changed", 413: "TooLarge", 415: "UnsupportedBody", 422: "NotPossible",
    428: "VersionMissing", 429: "TooManyRequests", 503: "NotAvailable",
}  # fmt: skip
_EXAMPLES: Final = {
    400: "invalid", 401: "not_authenticated", 403: "permission_denied", 404: "not_found",
    406: "not_acceptable", 409: "stale", 412: "stale", 413: "too_large", 415: "unsupported_media_type",
    422: "idempotency_key_reused", 428: "version_missing", 429: "throttled", 503: "temperature_landmark",
}  # fmt: skip
_RATE: Final = {
    "RateLimit": _("what is left: r requests, all of them back in t seconds"),
    "RateLimit-Policy": _("the quota: q requests in w seconds"),
}


def _name(code: int) -> str:
    return _NAMES[code]


def _header(words: Any) -> dict[str, Any]:
    return {"description": str(words), "schema": {"type": "string"}}


def _rate_headers() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _RATE}


def _response(code: int) -> dict[str, Any]:
    problem = _EXAMPLES[code]
    example = {
        "type": f"urn:salesdash:problem:{problem}",
        "title": str(TITLES[code]),
        "status": code,
        "code": problem,
        "detail": str(TITLES[code]),
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
    headers: dict[str, Any] = {}
    if code == 429:
        headers = {"Retry-After": {"description": str(_("seconds to wait")), "schema": {"type": "integer"}}}
    if code == 401:
        headers = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return {
        "description": str(TITLES[code]),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
        **({"headers": headers} if headers else {}),
    }


def _problem_schemas() -> dict[str, Any]:
    text = {"type": "string"}
    fault = {
        "type": "object",
        "properties": {
            "pointer": {
                **text,
                "description": str(_("JSON pointer into the body, or / and the name of a parameter")),
            },
            "code": text,
            "detail": text,
        },
        "required": ["pointer", "code", "detail"],
    }
    problem = {
        "type": "object",
        "description": str(_("RFC 9457. Some problems carry further fields, such as “version”.")),
        "properties": {
            "type": {**text, "format": "uri"},
            "title": {**text, "description": str(_("for people, by status"))},
            "status": {"type": "integer"},
            "code": {**text, "description": str(_("for programs: does not change"))},
            "detail": {**text, "description": str(_("for people, in their language"))},
            "trace_id": {**text, "description": str(_("name it when you ask us"))},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        },
        "required": ["type", "title", "status", "code", "detail", "trace_id"],
    }
    return {"Fault": fault, "Problem": problem}


@cache
def description(language: str) -> dict[str, Any]:
    """The whole of it in one language; made once per process."""
    with translation.override(language):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        # lazy texts become words of this language
        plain: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return plain


@cache
def _digest(language: str) -> str:
    text = json.dumps(description(language), sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """Open to everybody: it holds nobody's data. `?lang=` and `?format=json|yaml`, or by headers."""

    throttle_classes = ()
    authentication_classes = ()

    def handle_exception(self, exc: Exception) -> Response:
        """A problem is JSON, also where YAML was asked for."""
        self.request.accepted_renderer = JSONRenderer()
        answer: Response = super().handle_exception(exc)
        return answer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        language = request.query_params.get("lang") or get_language() or settings.LANGUAGE_CODE
        if language not in dict(settings.LANGUAGES):
            raise DomainError("unknown_language", str(_("This language is not available.")))
        etag = f'{_digest(language)[:-1]}.{request.accepted_renderer.format}"'
        headers = {"ETag": etag, "Content-Language": language, "Vary": "Accept, Accept-Language, Cookie"}
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers=headers)
        name = f'inline; filename="salesdash-api.{request.accepted_renderer.format}"'
        return Response(description(language), headers={**headers, "Content-Disposition": name})
