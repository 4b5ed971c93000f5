"""Leads for the API: fetched for one person, shown with the temperature of this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from leads import rules
from leads.api.serializers import LeadSerializer
from leads.models import Lead
from salesdash.api import preconditions
from salesdash.cursors import LARGEST_ID
from salesdash.models import User


def visible(user: User) -> QuerySet[Lead]:
    found = Lead.objects.visible_to(user).filter(score__isnull=False)
    return found.select_related("company", "owner", "score").defer(
        "score__acc", "search_grams", "search_text", "company__attributes"
    )


def one(user: User, pk: str | int) -> Lead:
    """Raises Http404."""
    lead = visible(user).filter(pk=min(int(pk), LARGEST_ID)).first()
    if lead is None:
        raise Http404
    return lead


def shown(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    context = {"scale": rules.current().scale, "now": timezone.now()}
    return list(LeadSerializer(leads, many=True, context=context).data)


def answer(request: Request, lead: Lead, **response: Any) -> Response:
    """One lead with its ETag."""
    return preconditions.answer(request, lead.version, shown([lead])[0], **response)


def change(
    request: Request, user: User, pk: str | int, data: dict[str, Any], act: Callable[..., Lead]
) -> Response:
    """`act` to the version that the caller has read, and the lead as it is then. `data` holds the body."""
    lead = one(user, pk)
    named = data.pop("version", None)

    def work(version: int) -> None:
        act(lead_id=lead.pk, user=user, version=version, **data)

    preconditions.with_version(request, named, lambda: lead.version, work)
    return answer(request, one(user, pk))
