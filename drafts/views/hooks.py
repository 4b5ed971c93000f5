"""Where mail systems tell what became of a mail. No session, no cookie: the signature is the proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from drafts.inbound import generic, sendgrid, ses, throttling
from drafts.inbound.events import Tally
from salesdash.errors import DomainError
from salesdash.problems import problem_response

log = structlog.get_logger(__name__)
PROVIDERS: Final[dict[str, Callable[[HttpRequest], Tally]]] = {
    "generic": generic.receive,
    "ses": ses.receive,
    "sendgrid": sendgrid.receive,
}


@csrf_exempt
@require_POST
@never_cache
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """How many events were new, known, ignored, rejected; problem details where the request is refused."""
    try:
        if provider not in PROVIDERS:
            raise DomainError("not_set_up", _("This webhook is not set up here."), status=404)
        tally = PROVIDERS[provider](request)
    except DomainError as refused:
        return _refusal(request, provider, refused)
    return JsonResponse(tally.as_dict())


def _refusal(request: HttpRequest, provider: str, refused: DomainError) -> HttpResponse:
    if refused.code in throttling.WRONG:
        refused = throttling.wrong(request, provider, refused)
    # whoever knocks a thousand times does not fill the log
    if refused.code != "throttled":
        log.warning("mail webhook refused", provider=provider[:20], code=refused.code)
    response = problem_response(refused)
    if "retry_after" in refused.extra:
        response.headers["Retry-After"] = str(refused.extra["retry_after"])
    return response
