"""Who is calling: a token that stands in for its person, or the session of a page."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from salesdash import tokens
from salesdash.models import ApiToken, User

_SCHEMES = ("bearer", "token")


class CsrfFailed(exceptions.PermissionDenied):
    default_detail = _("The header X-CSRFToken is missing or out of date. Please load the page again.")
    default_code = "csrf_failed"


class ReadOnlyToken(exceptions.PermissionDenied):
    default_detail = _("This token may only read.")
    default_code = "token_read_only"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer sdt_…`, or with the older word `Token`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() not in _SCHEMES:
            return None
        token = tokens.find(secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed(
                _("This token is unknown, revoked or out of date."), code="token_invalid"
            )
        _speak_with(token.user, request)
        if token.scope == ApiToken.Scope.READ and request.method not in SAFE_METHODS:
            raise ReadOnlyToken
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="salesdash"'


class SessionAuthentication(authentication.SessionAuthentication):
    """Of pages: a request that changes something needs the header X-CSRFToken."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise CsrfFailed from error


def _speak_with(user: User, request: Request) -> None:
    """In the time zone of the token's person, and in their language if the script names none; both end with
    the request.
    """
    timezone.activate(ZoneInfo(user.time_zone))
    if user.language and not request.headers.get("Accept-Language"):
        translation.activate(user.language)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token of your own, from the settings."),
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": _("Signed in by browser. Changes need the header X-CSRFToken."),
        }
