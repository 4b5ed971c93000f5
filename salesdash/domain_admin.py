"""A team's sending domain in the administration: its records on the team's page, and the buttons there."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesdash.errors import DomainError
from salesdash.models import Team, User
from salesdash.sending_domains import page, proving, views

_PAGE: Final = "admin:salesdash_team_change"
# what was typed and refused is shown again, once
_TYPED: Final = "domain_reason"

is_domain: Final = RegexValidator(
    r"^(?=.{1,253}\Z)(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?!-)[\w-]{1,63}(?<!-)\.?\Z",
    gettext_lazy("Enter what stands after @, such as example.co.jp."),
)


def context(request: HttpRequest, team: Team) -> dict[str, Any]:
    typed = request.session.pop(_TYPED, None)
    return {"one": page.of(team), "typed": typed or "", "open": "override" if typed is not None else ""}


def act(request: HttpRequest, team: Team, what: str) -> HttpResponse:
    if request.method != "POST" or what not in ("check", "override", "withdraw", "expect"):
        raise Http404
    user = cast(User, request.user)
    try:
        _do(request, team, what, user)
    except DomainError as error:
        messages.error(request, error.message)
        if what == "override":
            request.session[_TYPED] = request.POST.get("reason", "")[:2000]
    return redirect(_PAGE, team.pk)


def _do(request: HttpRequest, team: Team, what: str, user: User) -> None:
    sent = request.POST
    if what == "check":
        if proof := proving.of(team):
            views.look_up(request, proof)
    elif what == "override":
        proving.override(team_id=team.pk, user=user, reason=sent.get("reason", ""))
        text = _("%(team)s may now send from %(domain)s.")
        messages.success(request, text % {"team": team, "domain": team.sending_domain})
    elif what == "withdraw":
        proving.withdraw(team_id=team.pk, user=user)
        messages.success(request, _("The confirmation by hand is withdrawn."))
    else:
        given = {"mechanism": sent.get("mechanism", ""), "selector": sent.get("selector", "")}
        proving.expect(team_id=team.pk, user=user, **given)
        messages.success(request, _("Saved. The next look asks for it."))


def unconfirm(team: Team) -> None:
    """Before it is stored with another domain: what was confirmed was the old one."""
    team.sending_domain = team.sending_domain.strip().rstrip(".").lower()
    team.sending_domain_verified_at = None
