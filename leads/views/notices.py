"""Notifications: the list (a page, or the inside of the bell), what was read, which kinds a person wants."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from leads import notices
from leads.forms import NotificationForm
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.numbers import whole

IN_THE_BELL = 12
MOST_IDS = 100


@require_GET
@login_required
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    return _list(request)


@require_GET
@login_required
@never_cache
def fresh(request: HtmxRequest) -> JsonResponse:
    """How many are unread, and the words of those after `after`: for the bell and for the browser."""
    after = whole(request.GET.get("after", ""))
    if after is None:
        return JsonResponse({"unread": notices.unread(request.user)})
    newest, found = notices.since(request.user, after)
    news = [
        {
            "id": one.id,
            "title": " ".join(part for part in (one.name, one.company) if part),
            "text": one.text,
            "url": one.url,
        }
        for one in found
    ]
    return JsonResponse({"unread": notices.unread(request.user), "newest": newest, "news": news})


@require_POST
@login_required
@never_cache
def read(request: HtmxRequest) -> HttpResponse:
    """`id` (several), `kind` with `day`, or `lead`; all if none is given. Ids of others change nothing."""
    sent = request.POST
    ids = [number for text in sent.getlist("id")[:MOST_IDS] if (number := whole(text)) is not None]
    lead = whole(sent.get("lead", ""))
    day = _day(sent.get("day", ""))
    kind = sent.get("kind", "")
    changed = 0
    named = any(name in sent for name in ("id", "lead", "kind", "day"))
    if not named or ids or lead is not None or (kind and day):
        which = {"lead": lead} if lead is not None else {}
        changed = notices.mark_read(request.user, ids=ids, kind=kind, day=day, **which)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"changed": changed, "unread": notices.unread(request.user)})
    return _list(request) if wants_partial(request) else redirect("notifications")


@require_http_methods(["GET", "POST"])
@login_required
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def settings(request: HtmxRequest) -> HttpResponse:
    """Which kinds this person wants to hear of."""
    wanted, on_desktop = notices.chosen(request.user)
    form = NotificationForm(request.POST or None, initial={"kinds": wanted, "on_desktop": on_desktop})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        notices.choose(user=request.user, wanted=chosen["kinds"], on_desktop=chosen["on_desktop"])
        if not wants_partial(request):
            messages.success(request, _("Your settings are saved."))
            return redirect("notification_settings")
        return render(request, "leads/notices/_settings.html", {"form": form, "saved": True})
    template = "leads/notices/_settings.html" if wants_partial(request) else "leads/notices/settings.html"
    return render(request, template, {"form": form, "nav": "settings"})


def _list(request: HtmxRequest) -> HttpResponse:
    partial = wants_partial(request)
    context = {
        "nav": "notifications",
        "notices": notices.recent(request.user, limit=IN_THE_BELL if partial else notices.MOST_GROUPS),
        "in_bell": partial,
    }
    return render(request, "leads/notices/_list.html" if partial else "leads/notices/index.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
