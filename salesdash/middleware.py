"""What every request goes through: timing, language, time zone, logins of fragments, second factor."""

from __future__ import annotations

import time
import zoneinfo
from collections.abc import Callable
from functools import cached_property

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from salesdash import latency, telemetry
from salesdash.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponse]
_UNTIMED = ("/healthz", "/readyz", "/static/")


class PathAsServed:
    """`PATH_INFO` as servers give it (PEP 3333). Django puts the decoded path there, which instrumentation
    takes for the other: each address with letters outside of Latin-1 was answered by an error.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["PATH_INFO"] = request.META.get("PATH_INFO", "").encode().decode("latin-1")
        return self.get_response(request)


class Numbered:
    """One trace id for a request's lines in the log, its rows and its tasks: the caller's, if it sent one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with telemetry.joined(request.META.get("HTTP_TRACEPARENT", "")), telemetry.span("http"):
            return self.get_response(request)


class Timing:
    """Server time of each page goes into the histogram `http` and the header Server-Timing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        elapsed_ms = (time.perf_counter() - start) * 1000
        if not request.path.startswith(_UNTIMED):
            latency.observe("http_error" if response.status_code >= 500 else "http", elapsed_ms)
        response.headers["Server-Timing"] = f"app;dur={elapsed_ms:.1f}"
        return response


class UserLanguage:
    """The user's own choice (kept in the session), else the browser's, else Japanese."""

    SESSION_KEY = "language"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or ""
        if hasattr(request, "session"):
            chosen = request.session.get(self.SESSION_KEY) or chosen
        language = (
            chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        )
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class UserTimeZone:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        zone = zoneinfo.ZoneInfo(user.time_zone) if user.is_authenticated else None
        # what a token's person brings into the request ends with it
        with timezone.override(zone):
            return self.get_response(request)


class HtmxLogin:
    """An expired session must not put the login page into the middle of a table."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        to_login = response.status_code == 302 and "/accounts/login" in response.headers.get("Location", "")
        if to_login and request.headers.get("HX-Request"):
            answer = HttpResponse(status=204)
            answer.headers["HX-Redirect"] = response.headers["Location"]
            return answer
        return response


class AdminSecondFactor:
    """The admin opens only to a session that used a second factor (off in the demo)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guarded = settings.ADMIN_SECOND_FACTOR and request.path.startswith("/admin/")
        if guarded and request.user.is_authenticated and not self._used(request):
            messages.info(
                request,
                _("The administration needs a second factor. Please set one up, then sign in with it."),
            )
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _used(request: HttpRequest) -> bool:
        records = request.session.get("account_authentication_methods", [])
        return any(record.get("method") == "mfa" for record in records)


class DomainErrors:
    """A DomainError that a page did not handle itself becomes a page, or a fragment, that says why."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
            from salesdash.problems import problem_response

            return problem_response(exception)
        return render(request, "error.html", {"error": exception}, status=exception.status)


class ContentSecurity(CSPMiddleware):
    """The policy of a page that asks for nothing of its own is the same each time, and put together once."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        own = any(name.startswith("_csp") for about in (request, response) for name in vars(about))
        if own or HEADER in response or self._differs:
            return super().process_response(request, response)
        response.headers[HEADER] = self._policy
        # a nonce that is asked for from here on would stand in no header
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response

    @cached_property
    def _policy(self) -> str:
        return build_policy()

    @cached_property
    def _differs(self) -> bool:
        """By address, by status, or in a second header: what our settings do not ask for."""
        policy = settings.CONTENT_SECURITY_POLICY
        reports = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        return bool(settings.DEBUG or reports or policy.keys() - {"DIRECTIVES"})
