"""A draft leaves the house: copied, marked as sent, either taken back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from drafts import sending
from drafts.inbound import stop_wishes
from drafts.mail import ending, queueing
from drafts.models import Delivery, Draft, MailEvent
from drafts.sending import Handout
from drafts.views import answers
from salesdash.errors import DomainError
from salesdash.formatting import times
from salesdash.htmx import HtmxRequest

# what Windows passes on to a mail program at most
MAILTO_MAX_CHARS = 2000


@require_POST
@login_required
@never_cache
def copy(request: HtmxRequest, pk: int) -> HttpResponse:
    """Claim first; only then is the text given out: as JSON for scripts, on a page without them."""
    draft = answers.visible_draft(request.user, pk)
    channel = request.POST.get("channel", Delivery.Channel.COPY)
    handout = sending.claim(draft_id=pk, user=request.user, channel=channel)
    warnings = [_WARNINGS[code]() for code in handout.warnings]
    if request.get_preferred_type(["text/html", "application/json"]) == "text/html":
        context = {"nav": "leads", "handout": handout, "draft": draft, "warnings": warnings}
        return render(request, "drafts/handout.html", context | {"mailto": mailto(handout)[0]})
    address, whole = mailto(handout)
    answer = {"subject": handout.subject, "body": handout.body, "text": handout.text, "warnings": warnings}
    return JsonResponse(answer | {"mailto": address, "mailto_has_body": whole})


def mailto(handout: Handout) -> tuple[str, bool]:
    """An address that opens the mail program, and whether it carries the body too."""
    start = f"mailto:{quote(handout.recipient, safe='@')}?subject={quote(handout.subject)}"
    whole = f"{start}&body={quote(handout.body.replace(chr(10), chr(13) + chr(10)))}"
    return (whole, True) if len(whole) <= MAILTO_MAX_CHARS else (start, False)


@require_POST
@login_required
@never_cache
def send(request: HtmxRequest, pk: int) -> HttpResponse:
    """salesdash sends it: in some seconds, or when the team's quiet hours end."""
    draft = answers.visible_draft(request.user, pk)
    try:
        queued = queueing.queue(draft_id=pk, user=request.user)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        said = answers.Said(error.message, tone="danger")
    else:
        words = [_going_out(queued), *(_WARNINGS[code]() for code in queued.warnings)]
        seconds = 0 if queued.held else queueing.UNDO_SECONDS
        said = answers.Said(" ".join(words), undo=reverse("drafts:undo", args=[pk]), seconds=seconds)
    return answers.after(request, draft.lead_id, said, purpose=draft.purpose)


def _going_out(queued: queueing.Queued) -> str:
    if queued.held:
        return _("The mail waits for the end of the quiet hours: %(when)s.") % {
            "when": times.day_time(queued.not_before)
        }
    return _("The mail goes out in %(seconds)s seconds.") % {"seconds": queueing.UNDO_SECONDS}


@require_POST
@login_required
@never_cache
def decide(request: HtmxRequest, pk: int) -> HttpResponse:
    """`sent`: "yes" or "no", after a look into the mail server's log or the sent folder."""
    draft = answers.visible_draft(request.user, pk)
    answer = request.POST.get("sent", "")
    if answer not in ("yes", "no"):
        return HttpResponse(status=400)
    sent = answer == "yes"
    done = _("Noted as sent.") if sent else _("Noted as not sent. The draft is ready again.")
    response = answers.act(
        request,
        draft.lead_id,
        lambda: ending.decide(draft_id=pk, user=request.user, sent=sent),
        purpose=draft.purpose,
        done=done,
    )
    return trigger_client_event(response, "sd:lead", {"id": draft.lead_id})


@require_POST
@login_required
@permission_required("drafts.send_draft", raise_exception=True)
@never_cache
def stop_wish(request: HtmxRequest, pk: int) -> HttpResponse:
    """`stop`: "yes" or "no", about a reply that may ask to stop."""
    answer = request.POST.get("stop", "")
    if answer not in ("yes", "no"):
        return HttpResponse(status=400)
    replies = MailEvent.objects.filter(delivery__draft__in=Draft.objects.visible_to(request.user))
    event = get_object_or_404(replies.select_related("delivery__draft", "delivery__lead"), pk=pk)
    stop, lead_id = answer == "yes", event.delivery.lead_id  # type: ignore[union-attr]
    done = _("No more mail goes to this address.") if stop else _("Noted. Mail to this address goes on.")
    response = answers.act(
        request,
        lead_id,
        lambda: stop_wishes.decide(event, user=request.user, stop=stop),
        purpose="",
        done=done,
    )
    return trigger_client_event(response, "sd:lead", {"id": lead_id})


@require_POST
@login_required
@never_cache
def mark_sent(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    response = answers.act(
        request,
        draft.lead_id,
        lambda: sending.mark_sent(draft_id=pk, user=request.user),
        purpose=draft.purpose,
        done=_("Marked as sent. It is in the lead's history now."),
        undo=reverse("drafts:undo_sent", args=[pk]),
    )
    # the history of the lead beside the panel has one more entry
    return trigger_client_event(response, "sd:lead", {"id": draft.lead_id})


@require_POST
@login_required
@never_cache
def undo_sent(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    done = _("Not sent: it is out of the history. The draft is copied, as before.")
    response = _take_back(request, draft, sending.undo_sent, done)
    return trigger_client_event(response, "sd:lead", {"id": draft.lead_id})


@require_POST
@login_required
@never_cache
def undo(request: HtmxRequest, pk: int) -> HttpResponse:
    draft = answers.visible_draft(request.user, pk)
    return _take_back(request, draft, sending.undo, _("Taken back. The draft is ready again."))


def _take_back(request: HtmxRequest, draft: Draft, step: Callable[..., Draft], done: str) -> HttpResponse:
    """Asked for by a toast, whose answer is not swapped in: the panel is told to ask by itself."""
    response = answers.act(
        request,
        draft.lead_id,
        lambda: step(draft_id=draft.pk, user=request.user),
        purpose=draft.purpose,
        done=done,
    )
    return trigger_client_event(response, "sd:draft", {"lead": draft.lead_id, "id": draft.pk})


_WARNINGS = {
    "recent_mail": lambda: _("This address has got another mail from us in the last days."),
}
