"""Log lines: key=value by hand, JSON in production; always with the trace id, never with texts.

Not even of an exception: its message may quote a draft, and the database quotes rows.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from django.conf import settings

from salesdash import telemetry


def _add_trace(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if trace := telemetry.trace_id():
        event["trace"] = trace
    return event


def _add_exception(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Where it went wrong, without a word of what it said: messages quote values, and locals are values."""
    found = event.pop("exc_info", None)
    record = event.get("_record")
    data = getattr(record, "data", None)
    if isinstance(data, dict) and "exc" in data and record is not None:
        # Celery puts what a task raised into its sentence
        event["event"] = record.msg % {**data, "exc": _name_of(found)}
    error = found[1] if isinstance(found, tuple) else found
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = "".join(_steps(error)).rstrip()
    return event


def _name_of(found: object) -> str:
    kind = found[0] if isinstance(found, tuple) and found else None
    return kind.__qualname__ if isinstance(kind, type) else "an exception"


def _steps(error: BaseException) -> Iterator[str]:
    """As Python prints it: what came first, first; types instead of messages."""
    seen: set[int] = set()
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    for each in reversed(chain):
        for frame, line in traceback.walk_tb(each.__traceback__):
            yield f'  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_name}\n'
        yield f"{type(each).__module__}.{type(each).__qualname__}\n"


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_trace,
]


def formatter() -> logging.Formatter:
    """Called by logging's dictConfig; both structlog and plain logging end here."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.PRODUCTION
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            _add_exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
    )


def config(level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr, and from which level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "salesdash.logs.formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "daphne": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "openai": {"level": "WARNING"},
            # an error whenever a browser breaks off a request: its end runs in another context
            "opentelemetry.context": {"level": "CRITICAL"},
            # below that: every statement with its values
            "django.db.backends": {"level": "INFO"},
            # below that: whole contexts of templates
            "django.template": {"level": "INFO"},
        },
    }
