"""Where the link at the end of a mail leads: for anybody who holds it, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from drafts import unsubscribing
from drafts.models import Delivery


# the signature is the proof; mail programs send no cookie
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST stops. In the mail's language, unless the reader chose one."""
    delivery = unsubscribing.find(token)
    if delivery is None:
        return _shown(request, None, status=404)
    if request.method != "POST":
        return _shown(request, delivery)
    unsubscribing.stop(delivery)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(status=204)
    return redirect("unsubscribe", token)


def _shown(request: HttpRequest, delivery: Delivery | None, status: int = 200) -> HttpResponse:
    if delivery is None:
        return render(request, "drafts/unsubscribe.html", {"sender": ""}, status=status)
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    context = {
        "sender": delivery.team.company_name,
        "contact": delivery.team.opt_out_contact,
        "recipient": unsubscribing.masked(delivery.recipient),
        "stopped": unsubscribing.has_stopped(delivery),
    }
    with translation.override(translation.get_language() if chosen else delivery.draft.language):
        response = render(request, "drafts/unsubscribe.html", context, status=status)
        response["Content-Language"] = translation.get_language() or ""
    # the address is a key: neither search engines nor other sites get it; the choice of language needs it
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
