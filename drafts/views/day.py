"""The page "today": the whole page, or for htmx and for the page's own script the part that changes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from drafts import day
from leads.day import owns_leads
from leads.filters import query_string
from leads.live_texts import live_texts
from salesdash.htmx import HtmxRequest, wants_partial


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    """`who` is me or team; without it the team if a person owns no leads."""
    who = request.GET.get("who", "")
    team = who == "team" if who in ("me", "team") else not owns_leads(request.user)
    context = {
        "nav": "day",
        "live_texts": live_texts() | day.texts(),
        "today": day.today(request.user, team=team),
        "here": _url(who),
        "mine_url": _url("me"),
        "team_url": _url("team"),
    }
    return render(request, "drafts/_day.html" if wants_partial(request) else "drafts/day.html", context)


def _url(who: str) -> str:
    return f"{reverse('day')}?{query_string(('who', who))}" if who else reverse("day")
