"""Amazon SES by way of Amazon SNS: bounces and complaints.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from drafts.inbound import bodies, events, keys, sns, throttling
from drafts.inbound.events import Kind, Tally, Told

log = structlog.get_logger(__name__)
SOURCE: Final = "ses"
_MOST_RECIPIENTS: Final = 1000


def receive(request: HttpRequest) -> Tally:
    """SNS signs inside of its message, so the envelope is read first and nothing in it believed.

    Errors: those of reading, of `sns.verified` and `sns.confirm`.
    """
    topics = keys.read(settings.SES_TOPIC_ARNS)
    body = bodies.read(request, content_types=("text/plain", "application/json"))
    envelope = bodies.parsed(body)
    # strangers' topics come from the same network: it is turned away only where something had to be fetched
    topic = sns.verified(envelope, topics, before_fetching=lambda: throttling.admit(request, SOURCE))
    throttling.right(request, SOURCE, topic.team_id)
    if envelope["Type"] == "SubscriptionConfirmation":
        sns.confirm(envelope)
        return Tally()
    if envelope["Type"] != "Notification":
        log.warning("sns subscription ended")
        return Tally()
    return events.take(_items(envelope["Message"]), read, source=SOURCE, team_id=topic.team_id)


def _items(message: Any) -> Iterator[dict[str, Any]]:
    """One item per recipient; a message about something else is one item without any."""
    try:
        said = json.loads(message)
    except (TypeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        # the greeting of a new topic, for example
        yield {"kind": None}
        return
    kind = events.text(said.get("notificationType") or said.get("eventType"))
    mail = said.get("mail")
    ids = _message_ids(mail) if isinstance(mail, dict) else ()
    name, recipients = {
        "Bounce": ("bounce", "bouncedRecipients"),
        "Complaint": ("complaint", "complainedRecipients"),
    }.get(kind, ("", ""))
    about = said.get(name)
    if not isinstance(about, dict):
        yield {"kind": None}
        return
    listed = about.get(recipients)
    for recipient in listed[:_MOST_RECIPIENTS] if isinstance(listed, list) else [None]:
        # of several readers nobody knows which one the Message-ID stands for: each has a mail of their own
        yield {"kind": kind, "about": about, "recipient": recipient, "message_ids": ids}


def _message_ids(mail: dict[str, Any]) -> tuple[str, ...]:
    """Ours: SES replaces it on the way and calls its own `messageId`."""
    headers = mail.get("headers")
    named = [
        events.text(header.get("value"))
        for header in (headers if isinstance(headers, list) else [])
        if isinstance(header, dict) and str(header.get("name")).casefold() == "message-id"
    ]
    common = mail.get("commonHeaders")
    if isinstance(common, dict):
        named.append(events.text(common.get("messageId")))
    return tuple(one for one in named if one)


def read(item: dict[str, Any]) -> Told:
    """Raises ValueError with a code."""
    if item["kind"] is None:
        return Told("", None, timezone.now())
    about, recipient = item["about"], item["recipient"]
    if not isinstance(recipient, dict):
        raise ValueError("recipient_missing")
    feedback = events.text(about.get("feedbackId"))
    if not feedback:
        raise ValueError("id_missing")
    email = events.address(recipient.get("emailAddress"))
    return Told(
        # one feedback may name several readers
        event_id=f"{feedback}-{hashlib.sha256(email.lower().encode()).hexdigest()[:12]}",
        kind=_kind(item["kind"], about),
        at=events.moment(about.get("timestamp")),
        email=email,
        message_ids=item["message_ids"],
        code=events.code(recipient.get("status")),
    )


def _kind(name: str, about: dict[str, Any]) -> Kind | None:
    if name == "Bounce":
        return Kind.BOUNCE if about.get("bounceType") == "Permanent" else Kind.SOFT_BOUNCE
    # the reader took it out of the spam folder
    return None if about.get("complaintFeedbackType") == "not-spam" else Kind.COMPLAINT
