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
from leads.day import Section, owns_leads
from leads.filters import query_string
from leads.live_texts import live_texts
from salesdash.htmx import HtmxRequest, wants_partial


@require_GET
@login_required
@permission_required("leads.view_lead", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    """`who` is me or team; without it the team if a person owns no leads. `show`: one section, longer."""
    who = request.GET.get("who", "")
    team = who == "team" if who in ("me", "team") else not owns_leads(request.user)
    show = request.GET.get("show", "")
    only = show if show in list(Section) else ""
    context = {
        "nav": "day",
        "live_texts": live_texts() | day.texts(),
        "today": day.today(request.user, team=team, only=only),
        "only": only,
        "here": _url(who=who, show=only),
        "back": _url(who=who),
        "mine_url": _url(who="me"),
        "team_url": _url(who="team"),
    }
    return render(request, "drafts/_day.html" if wants_partial(request) else "drafts/day.html", context)


def _url(**wanted: str) -> str:
    query = query_string(*((name, value) for name, value in wanted.items() if value))
    return f"{reverse('day')}?{query}" if query else reverse("day")
