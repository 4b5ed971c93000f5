"""The demo's mailbox: what was "sent", read as its readers would, and answers in their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Final

from csp.constants import SELF
from django import forms
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from drafts import demo_mailbox, tasks
from drafts.demo_mailbox import Mail
from salesdash.errors import DomainError
from salesdash.htmx import HtmxRequest, wants_partial

View = Callable[..., HttpResponse]
# nothing is loaded and nothing runs; pictures only where somebody asks for them, as in any mail program
_FRAME_POLICY: Final = (
    "default-src 'none'; %sbase-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)
_IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_PICTURES: Final = "img-src http: https:; "
PARTS: Final = {
    "text": gettext_lazy("Text"),
    "html": pgettext_lazy("part of a mail", "HTML"),
    "headers": gettext_lazy("Headers"),
}


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What comes back"),
        choices=[
            ("reply", gettext_lazy("A reply")),
            ("absent", gettext_lazy("An out-of-office note")),
            ("unknown", gettext_lazy("No such address")),
            ("full", gettext_lazy("Mailbox full")),
        ],
        initial="reply",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("For a reply or a note; a mail server writes the others by itself."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == "reply" and not given.get("text", "").strip():
            self.add_error("text", _("Write what the reader answers."))
        return given


def _in_the_demo(view: View) -> View:
    """404 elsewhere, also for whoever is not signed in: there is no such page."""
    inner = login_required(permission_required("drafts.view_draft", raise_exception=True)(view))

    @wraps(view)
    def shown(request: HtmxRequest, **places: int) -> HttpResponse:
        if not demo_mailbox.is_on():
            raise Http404
        return inner(request, **places)

    return shown


@require_GET
@_in_the_demo
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def index(request: HtmxRequest) -> HttpResponse:
    return _page(request, None)


@require_GET
@_in_the_demo
@vary_on_headers("HX-Request", "HX-Request-Type")
@never_cache
def show(request: HtmxRequest, number: int) -> HttpResponse:
    return _page(request, _found(request, number), form=AnswerForm())


@require_GET
@_in_the_demo
@xframe_options_sameorigin
@never_cache
def html(request: HtmxRequest, number: int) -> HttpResponse:
    """Inside a frame that may do nothing. `?pictures` is the reader who lets them be shown."""
    content, pictures = _found(request, number).html, "pictures" in request.GET
    # the policy holds them back; without their tags the browser has nothing to complain about either
    response = HttpResponse(content if pictures else _IMAGE.sub("", content))
    response["Content-Security-Policy"] = _FRAME_POLICY % (_PICTURES if pictures else "")
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@_in_the_demo
@never_cache
def raw(request: HtmxRequest, number: int) -> HttpResponse:
    response = HttpResponse(_found(request, number).content, content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="mail-{number}.eml"'
    return response


@require_GET
@_in_the_demo
@never_cache
def came(request: HtmxRequest, number: int) -> HttpResponse:
    """The part that changes by itself."""
    return render(request, "drafts/mailbox/_came.html", {"mail": _found(request, number), "answered": True})


@require_POST
@_in_the_demo
def answer(request: HtmxRequest, number: int) -> HttpResponse:
    mail, form = _found(request, number), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, mail, form=form, status=422)
    try:
        demo_mailbox.answer(mail, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, mail, form=form, status=error.status)
    # it would be found within half a minute; whoever tries it should not have to wait
    with suppress(OperationalError, RedisError):
        tasks.poll_mailboxes.apply_async(retry=False)
    return redirect(f"{reverse('mailbox_mail', args=[number])}?answered#came")


def _found(request: HtmxRequest, number: int) -> Mail:
    mail = demo_mailbox.find(request.user, number)
    if mail is None:
        raise Http404
    return mail


def _page(
    request: HtmxRequest, mail: Mail | None, *, form: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    asked = request.GET.get("page", "")
    found = demo_mailbox.listed(
        request.user,
        query=request.GET.get("q", ""),
        page=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1,
    )
    part = request.GET.get("part", "")
    part = part if part in PARTS else "text"
    state = _state(found.query, found.number)
    context = {
        "nav": "mailbox",
        "list": found,
        "state": state,
        "parts": [(name, label, _part(state, name), name == part) for name, label in PARTS.items()],
        "mail": mail,
        "form": form,
        "part": part,
        "pictures_url": _part(state, "html", "pictures"),
        "pictures": "pictures" in request.GET,
        "answered": "answered" in request.GET,
        "previous_url": _url(found.query, found.number - 1) if found.number > 1 else "",
        "next_url": _url(found.query, found.number + 1) if found.has_next else "",
    }
    template = "drafts/mailbox/_mailbox.html" if wants_partial(request) else "drafts/mailbox/index.html"
    response = render(request, template, context, status=status)
    # as django-csp's decorator leaves it: this page alone has a frame, and may get it later by htmx
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


def _part(state: str, name: str, *more: str) -> str:
    return "&".join([state or "?", f"part={name}", *more]).replace("?&", "?")


def _state(query: str, page: int) -> str:
    """What the list keeps while mails are opened: "?q=…&page=…", or nothing."""
    given = ([("q", query)] if query else []) + ([("page", str(page))] if page > 1 else [])
    return f"?{urlencode(given)}" if given else ""


def _url(query: str, page: int) -> str:
    return reverse("mailbox") + _state(query, page)
