"""Sending domains for managers: how those of their teams stand, and to have them looked up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from salesdash.htmx import HtmxRequest
from salesdash.models import DomainProof, Team, User
from salesdash.sending_domains import page, proving
from salesdash.sending_domains.looking import Outcome

# a look takes seconds: whoever presses again at once gets what was just found
JUST_LOOKED: Final = timedelta(seconds=10)


@require_GET
@login_required
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    pages = [found for team in _teams(request.user) if (found := page.of(team))]
    return render(request, "sending_domains/index.html", {"pages": pages, "nav": "settings"})


@require_POST
@login_required
def check(request: HtmxRequest, pk: int) -> HttpResponse:
    proof = get_object_or_404(DomainProof.objects.visible_to(request.user), team=pk)
    look_up(request, proof)
    return redirect("sending_domains")


def look_up(request: HttpRequest, proof: DomainProof) -> None:
    """Within this request, and what came of it as a message."""
    if proof.checked_at and timezone.now() - proof.checked_at < JUST_LOOKED:
        messages.info(request, _("This was looked up a moment ago. New records take a while to be seen."))
        return
    outcome, values = proving.check(proof), {"domain": proof.domain}
    if outcome is Outcome.PROVED:
        messages.success(request, _("%(domain)s is confirmed: everything required is there.") % values)
    elif outcome is Outcome.MISSED:
        messages.warning(request, _("Something required is not there yet for %(domain)s.") % values)
    else:
        text = _("DNS did not answer for %(domain)s. Nothing was changed; it is asked again by itself.")
        messages.warning(request, text % values)


def _teams(user: User) -> list[Team]:
    if user.has_perm("salesdash.change_team"):
        return list(Team.objects.exclude(sending_domain=""))
    if not user.has_perm("kpis.view_kpis"):
        raise PermissionDenied
    return list(Team.objects.filter(pk__in=user.team_ids).exclude(sending_domain=""))
