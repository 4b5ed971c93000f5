"""How operations describe themselves: parameters that several have, examples."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from salesdash.api import idempotency
from salesdash.api.serializers import StrictSerializer
from salesdash.cursors import LARGEST_ID

_CHANGED: Final = [200, 201]
ID: Final = OpenApiParameter(
    "id", {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}, OpenApiParameter.PATH
)
ETAG: Final = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=_CHANGED,
    description=_("version and digest of what is shown"),
)
LOCATION: Final = OpenApiParameter(
    "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201], description=_("where it stands")
)
IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_("the ETag that you have read; refused with 412 if somebody was faster"),
)
IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_("the ETag that you have; 304 if nothing has changed"),
)
IDEMPOTENCY_KEY: Final = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "pattern": "^[!-~]{1,120}$"},
    OpenApiParameter.HEADER,
    description=_("a name for this request: sent again within 24 hours, it makes nothing twice"),
)


class Example(OpenApiExample):
    """One example for a request or for the answers of success."""

    def __init__(self, value: Any, **options: Any) -> None:
        codes = ["200", "201"]
        super().__init__("example", value=value, status_codes=codes, **options)


class StrictBody(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says that no other fields are taken."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return {**schema, "additionalProperties": False}


class ApiSchema(AutoSchema):
    """Descriptions are written for callers, in their language: none is taken from docstrings."""

    def get_description(self) -> str:  # type: ignore[override]
        return ""
