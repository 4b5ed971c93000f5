"""How people come in: allauth's adapter, the lock-out answer, the demo's cast."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# username of each demo account; created by the seed
DEMO_ACCOUNTS: Final = ("rep", "colleague", "manager", "reviewer", "admin")


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or by single sign-on, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, _credentials: dict[str, Any] | None = None, *_args: Any) -> HttpResponse:
    return render(request, "account/locked_out.html", status=429)
