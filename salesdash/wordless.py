"""What leaves with a trace: names, ids, codes. Never an error's message or a query: they quote customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

# addresses whose query string may hold what somebody searched for
_ADDRESSES: Final = frozenset({"http.url", "http.target", "url.full"})
_WORDS: Final = frozenset({"url.query", "exception.message", "exception.stacktrace"})


class WordlessExporter(SpanExporter):
    """Hands spans on to `inner` without messages of errors and without query strings."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_wordless(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _wordless(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_attributes(span.attributes),
        events=[Event(event.name, _attributes(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        # the SDK puts "Type: message" into the description of an error
        status=Status(span.status.status_code, (span.status.description or "").partition(":")[0] or None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _attributes(given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: str(value).partition("?")[0] if name in _ADDRESSES else value
        for name, value in (given or {}).items()
        if name not in _WORDS
    }
