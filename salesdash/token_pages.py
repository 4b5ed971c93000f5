"""The page of one's own API tokens. A new one is shown once, in the answer that made it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from salesdash import tokens
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest
from salesdash.models import ApiToken


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("what it is for"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("So that you know later which one you may revoke."),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("may"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("valid for"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("30", gettext_lazy("30 days")),
            ("90", gettext_lazy("90 days")),
            ("365", gettext_lazy("1 year")),
            ("", gettext_lazy("no end")),
        ],
        initial="90",
    )


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=200 if request.method == "GET" else 422)
    try:
        token, secret = tokens.create(user=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made=token, secret=secret)


@require_POST
@login_required
def revoke(request: HtmxRequest, pk: int) -> HttpResponse:
    tokens.revoke(user=request.user, token_id=pk)
    messages.success(request, _("The token is revoked."))
    return redirect("tokens")


def _page(
    request: HtmxRequest,
    form: TokenForm,
    *,
    status: int = 200,
    made: ApiToken | None = None,
    secret: str = "",
) -> HttpResponse:
    context = {"form": form, "made": made, "secret": secret, "tokens": tokens.of(request.user)}
    return render(request, "tokens/index.html", {**context, "nav": "settings"}, status=status)
