"""The page of the API: every operation of the published description with a form that really sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from salesdash.api.schema import description
from salesdash.htmx import HtmxRequest

DEEPEST: Final = 2
TAGS: Final[dict[str, Promise]] = {
    "me": _("Yourself"),
    "leads": _("Leads"),
    "activities": _("Activities"),
    "drafts": _("Drafts"),
    "views": _("Saved views"),
}


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body; `depth` says how far in."""

    name: str
    kind: str
    place: str = ""
    required: bool = False
    note: str = ""
    choices: tuple[str, ...] = ()
    several: bool = False
    depth: int = 0
    minimum: int | None = None
    maximum: int | None = None
    default: str = ""


@dataclass(frozen=True)
class Reply:
    code: str
    note: str


@dataclass(frozen=True)
class Operation:
    id: str
    tag: str
    method: str
    path: str
    summary: str
    note: str
    parameters: list[Field]
    body: str
    body_fields: list[Field]
    replies: list[Reply]
    example: str
    reply_fields: list[Field]

    @property
    def reads(self) -> bool:
        return self.method == "get"

    @property
    def plain_link(self) -> bool:
        """Whether a form without script can ask for it."""
        return self.reads and "{" not in self.path

    @property
    def curl(self) -> str:
        parts = ["curl", *(["-X", self.method.upper()] if not self.reads else [])]
        parts += [f"'{settings.SITE_URL}{self.path}'", '-H "Authorization: Bearer $TOKEN"']
        if self.body:
            one_line = json.dumps(json.loads(self.body), ensure_ascii=False).replace("'", "’")
            parts += ["-H 'Content-Type: application/json'", f"-d '{one_line}'"]
        return " ".join(parts)


@dataclass(frozen=True)
class Group:
    tag: str
    title: str | Promise
    operations: list[Operation]


@require_GET
@login_required
def page(request: HtmxRequest) -> HttpResponse:
    context = {"nav": "settings", "groups": groups(get_language() or settings.LANGUAGE_CODE)}
    return render(request, "api/docs.html", context)


@cache
def groups(language: str) -> list[Group]:
    """In the order of `TAGS`; made once per process and language."""
    whole = description(language)
    found = [
        _operation(whole, path, method, operation)
        for path, methods in whole["paths"].items()
        for method, operation in methods.items()
    ]
    order = list(TAGS)
    found.sort(key=lambda one: order.index(one.tag) if one.tag in order else len(order))
    return [
        Group(tag, TAGS.get(tag, tag), list(operations))
        for tag, operations in groupby(found, key=lambda one: one.tag)
    ]


def _operation(whole: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    body = _json(operation.get("requestBody", {}))
    reply = next((_json(answer) for code, answer in operation["responses"].items() if code < "300"), {})
    return Operation(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method,
        path=path,
        summary=operation.get("summary", ""),
        note=operation.get("description", ""),
        parameters=[_parameter(whole, one) for one in operation.get("parameters", ())],
        body=_example(body),
        body_fields=list(_fields(whole, body.get("schema", {}))),
        replies=[
            Reply(code, _resolved(whole, answer).get("description", ""))
            for code, answer in sorted(operation["responses"].items())
        ],
        example=_example(reply),
        reply_fields=list(_fields(whole, reply.get("schema", {}))),
    )


def _json(holder: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = holder.get("content", {}).get("application/json", {})
    return content


def _example(content: dict[str, Any]) -> str:
    examples = list(content.get("examples", {}).values())
    return json.dumps(examples[0]["value"], ensure_ascii=False, indent=2) if examples else ""


def _resolved(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follows a reference, also one that stands alone in allOf."""
    alone = part.get("allOf", ())
    if len(alone) == 1:
        part = {**alone[0], **{key: value for key, value in part.items() if key != "allOf"}}
    if "$ref" not in part:
        return part
    found: Any = whole
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def _parameter(whole: dict[str, Any], one: dict[str, Any]) -> Field:
    schema = _resolved(whole, one["schema"])
    several = schema.get("type") == "array"
    inner = schema["items"] if several else schema
    return Field(
        name=one["name"],
        kind=_kind(schema),
        place=one["in"],
        required=one.get("required", False),
        note=one.get("description", ""),
        choices=tuple(map(str, inner.get("enum", ()))),
        several=several,
        minimum=inner.get("minimum"),
        maximum=inner.get("maximum"),
        default=str(schema.get("default", "")),
    )


def _fields(whole: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Iterator[Field]:
    """Rows of a table: an object's fields, and within them those of objects that it holds."""
    schema = _inner(whole, schema)
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        full = _resolved(whole, part)
        choices = tuple(str(value) for value in _inner(whole, part).get("enum", ()) if value is not None)
        yield Field(
            name, _kind(full), "", name in required, full.get("description", ""), choices, depth=depth
        )
        if depth < DEEPEST:
            yield from _fields(whole, part, depth + 1)


def _inner(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a list holds, or what may be null; of several shapes the first."""
    schema = _resolved(whole, schema)
    if schema.get("type") == "array":
        return _inner(whole, schema.get("items", {}))
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return _inner(whole, schema[word][0])
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """`string`, `integer | null`, `date-time`, `list`."""
    kinds = schema.get("type", "object" if "properties" in schema else "")
    if "oneOf" in schema:
        kinds = ["object", *(one["type"] for one in schema["oneOf"] if one.get("type") == "null")]
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    known = {"array": "list", "string": schema.get("format") or "string"}
    return " | ".join(known.get(name, name) for name in names if name)
