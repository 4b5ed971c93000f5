"""The one expected failure: views show it, the API maps it to problem details, tasks do not retry it."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A rule of the business said no.

    `code` is stable and machine-readable, `message` is for the person at the screen (translated by
    whoever raises it), `extra` holds JSON-serialisable details, `status` the HTTP answer it maps to.
    """

    def __init__(
        self, code: str, message: str, extra: dict[str, Any] | None = None, *, status: int = 400
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra = extra or {}
        self.status = status


class ConflictError(DomainError):
    """Somebody else changed it first: the form is stale, the lease is lost, the state has moved on."""

    def __init__(self, code: str, message: str, extra: dict[str, Any] | None = None) -> None:
        super().__init__(code, message, extra, status=409)


class TemporaryError(Exception):
    """An outside service failed in a way that may pass; tasks retry it."""
