"""The headers that guard every page."""

from __future__ import annotations

import pytest
from csp.decorators import csp_exempt, csp_replace, csp_update
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from salesdash.middleware import ContentSecurity

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
}
NAMES = ("Content-Security-Policy", "Content-Security-Policy-Report-Only")


def plain(request):
    return HttpResponse()


def with_nonce(request):
    return HttpResponse(str(request.csp_nonce))


def with_own(request):
    return HttpResponse(headers={NAMES[0]: "default-src 'self'"})


VIEWS = {
    "plain": plain,
    "own": with_own,
    "exempt": csp_exempt()(plain),
    "update": csp_update({"img-src": ["https://example.com"]})(plain),
    "replace": csp_replace({"img-src": ["https://example.com"]})(plain),
}


def policies(middleware, view) -> list[set[str] | None]:
    response = middleware(view)(RequestFactory().get("/"))
    return [set(response[name].split("; ")) if name in response else None for name in NAMES]


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/no-such-page/", "/api/v1/leads/"])
def test_every_answer_carries_them(client, db, path):
    headers = client.get(path).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("name", VIEWS)
def test_the_policy_is_that_of_the_library(name):
    assert policies(ContentSecurity, VIEWS[name]) == policies(CSPMiddleware, VIEWS[name])


@pytest.mark.parametrize(
    "more",
    [
        {"CONTENT_SECURITY_POLICY_REPORT_ONLY": {"DIRECTIVES": {"default-src": ["https:"]}}},
        {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {}, "EXCLUDE_URL_PREFIXES": ["/"]}},
        {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"img-src": ["https:"]}}},
    ],
)
def test_other_settings_are_followed(settings, more):
    for name, value in more.items():
        setattr(settings, name, value)
    assert policies(ContentSecurity, plain) == policies(CSPMiddleware, plain)


def test_a_nonce_stands_in_the_header_of_its_own_answer_alone():
    middleware = ContentSecurity(with_nonce)
    for _ in range(2):
        response = middleware(RequestFactory().get("/"))
        assert f"'nonce-{response.text}'" in response[NAMES[0]]
        plain_one = ContentSecurity(plain)(RequestFactory().get("/"))
        assert "nonce" not in plain_one[NAMES[0]]


def test_a_nonce_that_comes_too_late_is_refused():
    request = RequestFactory().get("/")
    ContentSecurity(plain)(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
