"""Pages of the project itself: health, settings, tour, feedback, the demo's doors, error pages."""

from __future__ import annotations

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from salesdash import feedback, health, tour
from salesdash.accounts import DEMO_ACCOUNTS
from salesdash.errors import DomainError
from salesdash.forms import FeedbackForm, SettingsForm, page_path
from salesdash.htmx import HtmxRequest, wants_partial
from salesdash.middleware import UserLanguage
from salesdash.models import User
from salesdash.problems import problem_response

# the dialog stands on pages that have forms of their own
_FEEDBACK_IDS = "feedback-%s"
API = "/api/"
SIGN_IN = ("account_login", "demo_login")


@require_GET
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Everything that a request may need answers."""
    parts = health.readiness()
    ready = all(state == "ok" for state in parts.values())
    word = {"status": "ok" if ready else "not ready"}
    response = JsonResponse({**word, **parts, **health.watched()}, status=200 if ready else 503)
    # a probe asks again and again while the product starts: its answer is not an error of ours
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@require_http_methods(["GET", "POST"])
@login_required
def user_settings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = SettingsForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        request.session[UserLanguage.SESSION_KEY] = user.language
        with translation.override(user.language or translation.get_language_from_request(request)):
            messages.success(request, _("Your settings are saved."))
        return redirect("settings")
    return render(request, "settings.html", {"form": form, "nav": "settings"})


@require_POST
@login_required
def tour_seen(request: HtmxRequest) -> HttpResponse:
    """Finished or skipped. The script wants no page for it; a form without script does."""
    tour.mark_seen(user=request.user)
    quiet = request.headers.get("Accept") == "application/json"
    return HttpResponse(status=204) if quiet else redirect("home")


@require_POST
@login_required
def tour_restart(request: HtmxRequest) -> HttpResponse:
    tour.restart(user=request.user)
    return redirect("home")


@require_http_methods(["GET", "POST"])
@login_required
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def give_feedback(request: HtmxRequest) -> HttpResponse:
    """A page of its own, or the inside of the dialog for htmx."""
    if request.method == "GET":
        about = page_path(request.GET.get("page", ""))
        initial = {"page": about, "request_id": uuid.uuid4()}
        return _feedback_form(request, FeedbackForm(initial=initial, auto_id=_FEEDBACK_IDS))
    form = FeedbackForm(request.POST, auto_id=_FEEDBACK_IDS)
    if not form.is_valid():
        return _feedback_form(request, form, status=422)
    try:
        feedback.give(user=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.message)
        # htmx swaps one answer only: the form that says what is wrong
        return _feedback_form(request, form, status=422 if wants_partial(request) else error.status)
    said = _("Thank you. Your message has arrived.")
    if wants_partial(request):
        # nothing left to show closes the dialog
        return trigger_client_event(HttpResponse(), "sd:toast", {"text": said})
    messages.success(request, said)
    return redirect(form.cleaned_data["page"] or "home")


def _feedback_form(request: HtmxRequest, form: FeedbackForm, status: int = 200) -> HttpResponse:
    template = "feedback/_form.html" if wants_partial(request) else "feedback/index.html"
    context = {"form": form, "nav": "feedback", "app_version": feedback.app_version()}
    return render(request, template, context, status=status)


@require_POST
def demo_login(request: HttpRequest, role: str) -> HttpResponse:
    """One click into a demo account; does not exist outside the demo."""
    if not settings.DEMO or role not in DEMO_ACCOUNTS:
        raise Http404
    user = get_object_or_404(get_user_model(), username=role)
    login(request, user, backend="salesdash.permissions.PermissionsAtOnce")
    return redirect("/")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose a language before signing in; a signed-in user's choice is stored with the account."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    request.session[UserLanguage.SESSION_KEY] = language
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    response = redirect(request.headers.get("Referer") or "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(DomainError("bad_request", _("This request cannot be understood.")))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The stack is in the log, under the trace that a problem names."""
    if request.path.startswith(API):
        message = _("Something broke on our side. It has been written to the log.")
        return problem_response(DomainError("internal_error", message, status=500))
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Whoever signs in in one tab makes the forms of all others stale, that for signing in included."""
    if request.resolver_match and request.resolver_match.url_name in SIGN_IN and request.COOKIES:
        return _sign_in_anew(request)
    if "HX-Request" in request.headers or request.headers.get("Accept") == "application/json":
        words = _("This page is too old, and nothing was changed. Reload it and try again.")
        return problem_response(DomainError("stale_page", words, status=403))
    return render(request, "403.html", {"stale_form": True}, status=403)


def _sign_in_anew(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        words = _("You are signed in already, as %(name)s. To be somebody else, sign out first.")
        messages.info(request, words % {"name": str(request.user)})
    else:
        messages.info(request, _("The form was too old. Please sign in once more."))
    # of those who are signed in the page leads on at once
    return redirect_to_login(request.POST.get("next", "/"))
