"""Traces from the LLM call to the pixel, and product events. Exported only where configured.

One trace runs HTTP → Celery → LLM → safety → live frame → the browser's acknowledgement. The ids exist
without an exporter too, so that a row, a log line and a frame can always be joined.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags

_tracer = trace.get_tracer("salesdash")
_once = threading.Lock()
_configured = False


def configure() -> None:
    """Call once per process, after a fork and before Django loads its middleware. Safe to call again."""
    global _configured
    with _once:
        if _configured:
            return
        _configured = True
        from opentelemetry.instrumentation.celery import CeleryInstrumentor

        provider = TracerProvider(resource=Resource.create({"service.name": "salesdash"}))
        if settings.OTLP_ENDPOINT:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            from salesdash.wordless import WordlessExporter

            provider.add_span_processor(BatchSpanProcessor(WordlessExporter(OTLPSpanExporter())))
            PsycopgInstrumentor().instrument(skip_dep_check=True)
        trace.set_tracer_provider(provider)
        trace_requests() if settings.OTLP_ENDPOINT else number_requests()
        CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]


def trace_requests() -> None:
    """With route, status and headers of each."""
    from opentelemetry.instrumentation.django import DjangoInstrumentor

    DjangoInstrumentor().instrument()
    settings.MIDDLEWARE.insert(0, "salesdash.middleware.PathAsServed")


def number_requests() -> None:
    """Where nobody reads spans their ids are enough: describing each request took 0.4 ms."""
    settings.MIDDLEWARE.insert(0, "salesdash.middleware.Numbered")


def trace_id() -> str:
    """The current trace as 32 hex digits, or ''."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[trace.Span]:
    """Attributes are ids, codes and numbers; never a text."""
    with _tracer.start_as_current_span(name, attributes=attributes) as current:
        yield current


@contextmanager
def joined(traceparent: str) -> Iterator[None]:
    """Continue the trace that a stored W3C traceparent names, unless it is the present one already."""
    context = propagate.extract({"traceparent": traceparent}) if traceparent else None
    if context is None or traceparent.split("-")[1:2] == [trace_id()]:
        yield
        return
    token = otel_context.attach(context)
    try:
        yield
    finally:
        otel_context.detach(token)


def carrier() -> dict[str, str]:
    """W3C trace context of now, to be carried to another process."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers


def record_past(
    name: str, *, trace_hex: str, span_hex: str = "", start_ns: int, end_ns: int, **attributes: Any
) -> None:
    """A span that ended elsewhere (the browser's acknowledgement), under the trace it belongs to."""
    if len(trace_hex) != 32:
        return
    parent = SpanContext(
        trace_id=int(trace_hex, 16),
        span_id=int(span_hex or trace_hex[:16], 16) or 1,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    context = trace.set_span_in_context(NonRecordingSpan(parent))
    past = _tracer.start_span(
        name,
        context=context,
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        start_time=start_ns,
        links=[Link(parent)],
    )
    past.end(end_time=end_ns)


def capture(event: str, *, user_id: int | None, properties: dict[str, Any] | None = None) -> None:
    """A product event to PostHog, where a key is set: ids and numbers only."""
    if client := _posthog():
        client.capture(event, distinct_id=f"user-{user_id or 'system'}", properties=properties or {})


_posthog_client: Any = None


def _posthog() -> Any:
    global _posthog_client
    if not settings.POSTHOG_API_KEY:
        return None
    if _posthog_client is None:
        from posthog import Posthog

        _posthog_client = Posthog(
            settings.POSTHOG_API_KEY, host=settings.POSTHOG_HOST, disable_geoip=True, timeout=3, max_retries=1
        )
    return _posthog_client
