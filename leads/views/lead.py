"""The lead page and its pieces."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from leads import adjusting, adjustments, deals, explain, facts, held_back, timeline
from leads.editing import values
from leads.forms import AdjustForm
from leads.heat import heat_context
from leads.live_texts import live_texts
from leads.models import Deal, Lead, Stage
from leads.models.lead import ConsentBasis
from leads.recall import suggestions
from salesdash.htmx import HtmxRequest, aims_at, wants_partial
from salesdash.models import User

NOTES_SHOWN = 20
PICTURE_DAYS = (30, 90)
# beside the table; see static/js/panel.js
PANEL = "aside#panel"


def visible_lead(user: User, pk: int) -> Lead:
    """404 for a lead that does not exist and for one that this person may not see alike."""
    leads = Lead.objects.visible_to(user).select_related("company", "owner", "team", "score")
    unread = ("score__acc", "search_grams", "search_text")
    along = {"deal_lines": deals.along(), "adjustment_lines": adjustments.along(), **held_back.along()}
    return get_object_or_404(leads.annotate(**along).defer(*unread), pk=pk)


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type", "HX-Target")
@never_cache
def detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """The page; for htmx what stands inside it, or what stands in the panel beside the table."""
    return render_lead(request, visible_lead(request.user, pk))


def render_lead(
    request: HtmxRequest, lead: Lead, *, conflict: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`conflict`: what editor.conflict says about a field, and its name as `field`."""
    context = _context(request.user, lead, _days(request)) | {
        "conflict": conflict,
        "timeline": timeline.read(lead, events=_events(request)),
    }
    return render(request, _template(request), context, status=status)


def _template(request: HtmxRequest) -> str:
    if not wants_partial(request):
        return "leads/detail.html"
    return "leads/_panel.html" if aims_at(request, PANEL) else "leads/_lead.html"


def _days(request: HtmxRequest) -> int:
    """How far the picture reaches; what is done on the page leaves it as it was."""
    asked = (
        request.GET if "days" in request.GET else QueryDict(urlsplit(request.htmx.current_url or "").query)
    )
    return next((days for days in PICTURE_DAYS if str(days) == asked.get("days")), PICTURE_DAYS[0])


def _events(request: HtmxRequest) -> int:
    """How many events the timeline on the screen shows already."""
    asked = request.GET.get("events", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0


def _context(user: User, lead: Lead, days: int) -> dict[str, Any]:
    now = timezone.now()
    due = lead.next_action_due_at
    return {
        "nav": "leads",
        "live_texts": live_texts(),
        "lead": lead,
        # as texts: numbers would get their thousands separated
        "lead_id": str(lead.pk),
        "version": str(lead.version),
        "may_change": user.has_perm("leads.change_lead"),
        **heat_context(explain.explain(lead, now, days=days), now, ZoneInfo(lead.team.time_zone)),
        "picture_days": [(str(number), number == days) for number in PICTURE_DAYS],
        "lasting": AdjustForm.LASTING,
        "most_points": str(adjusting.MOST_POINTS),
        "notes": list(lead.notes.all()[:NOTES_SHOWN]),
        "deals": deals.lines(getattr(lead, "deal_lines", [])),
        "new_deal": deals.blank(),
        "deal_states": Deal.Status.choices,
        "today": f"{timezone.localdate(now):%Y-%m-%d}",
        "stages": Stage,
        "seen": {str(field): json.dumps(values.of(lead, field)) for field in values.COLUMNS},
        "request_id": uuid.uuid4(),
        "recall_times": suggestions(now),
        "consent_choices": ConsentBasis.choices,
        "due_value": f"{timezone.localtime(due):%Y-%m-%dT%H:%M}" if due else "",
        "tel": facts.telephone(lead.phone),
        "held_back": held_back.reasons(lead),
        "facts": facts.facts(lead),
        "attributes": facts.attributes(lead),
    }


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
def lead_timeline(request: HtmxRequest, pk: int) -> HttpResponse:
    """The next page of what happened; without JavaScript a page of its own."""
    lead = visible_lead(request.user, pk)
    partial = wants_partial(request)
    page = timeline.read(lead, request.GET.get("before", ""), continued=partial)
    context = {"nav": "leads", "lead": lead, "timeline": page}
    return render(request, "leads/_timeline.html" if partial else "leads/timeline.html", context)
