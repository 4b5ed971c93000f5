"""Requests as our views see them, and the one rule for "only the fragment, please"."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from salesdash.models import User


class HtmxRequest(HttpRequest):
    """Behind `login_required` and the middleware: a person, and what htmx said. For annotations only."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


def wants_partial(request: HttpRequest) -> bool:
    """An htmx request that is neither boosted nor a history restore: both of these replace the page.

    A view that asks this varies on HX-Request and HX-Request-Type.
    """
    details = HtmxDetails(request)
    return bool(details) and not details.boosted and not details.history_restore_request


def aims_at(request: HttpRequest, target: str) -> bool:
    """Whether the fragment goes into the element named `target`, as htmx writes it: `aside#panel`.

    A view that asks this varies on HX-Target too.
    """
    return request.headers.get("HX-Target") == target
