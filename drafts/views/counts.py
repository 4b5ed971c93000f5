"""The numbers on the navigation, for pages on which they change."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from drafts.context import Counts
from salesdash.htmx import HtmxRequest


@require_GET
@login_required
@never_cache
def counts(request: HtmxRequest) -> JsonResponse:
    """By the address of the entry; `words` are what a screen reader says after the number."""
    found = Counts(request.user)
    numbers = {
        reverse("drafts:index"): found.drafts,
        reverse("admin:drafts_reviewitem_changelist"): found.review,
    }
    return JsonResponse({"counts": numbers, "words": _("waiting")})
