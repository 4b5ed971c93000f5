"""What the pill "3 leads became hotter" asks: which of these leads belong to the table at this URL."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required, permission_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from leads.table import LeadTable
from salesdash.htmx import HtmxRequest

MOST_IDS: Final = 200
LARGEST_ID: Final = 2**63 - 1


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
def belonging(request: HtmxRequest) -> JsonResponse:
    """`ids` are lead ids joined by commas; everything else is the table's own query."""
    wanted = [int(text) for text in request.GET.get("ids", "").split(",")[:MOST_IDS] if _is_id(text)]
    table = LeadTable(request.user, request.GET)
    found = table.leads(table.filter).filter(pk__in=wanted).values_list("pk", flat=True)
    return JsonResponse({"ids": sorted(found)}, headers={"Cache-Control": "no-store"})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_ID
