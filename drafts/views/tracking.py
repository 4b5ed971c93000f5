"""Where links in mails lead that the short way (drafts/tracking/serving.py) could not follow."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from drafts.tracking import serving


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    return serving.picture(request, token)


@require_safe
@never_cache
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Only links without a target come here, each for a page that says so."""
    response = render(request, "drafts/link_gone.html", status=404)
    response["X-Robots-Tag"] = "noindex"
    # no other site gets the address; the choice of language on this page needs it
    response["Referrer-Policy"] = "same-origin"
    return response
