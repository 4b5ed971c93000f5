"""How people come in: allauth's adapter, the lock-out answer, the demo's cast."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from salesdash.middleware import UserLanguage
from salesdash.models import User

# username of each demo account; created by the seed
DEMO_ACCOUNTS: Final = ("rep", "colleague", "manager", "reviewer", "admin")


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or by single sign-on, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def adopt_language(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """The account's language goes into the session, where the middleware finds it without a query."""
    if user.language:
        request.session[UserLanguage.SESSION_KEY] = user.language


def locked_out(request: HttpRequest, _credentials: dict[str, Any] | None = None, *_args: Any) -> HttpResponse:
    return render(request, "account/locked_out.html", status=429)
