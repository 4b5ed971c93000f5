"""The webhook for any mail system: JSON, signed by HMAC-SHA256 over time stamp and raw body."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts.inbound import bodies, events, keys, throttling
from drafts.inbound.events import Kind, Tally, Told
from salesdash.errors import DomainError

SOURCE: Final = "webhook"
STAMP: Final = "X-Salesdash-Timestamp"
SIGNATURE: Final = "X-Salesdash-Signature"
# a signed request is taken for so long, by whichever clock
WINDOW_SECONDS: Final = 300
MOST_EVENTS: Final = 1000
_MOST_SIGNATURES: Final = 5
_KINDS: Final = {
    "reply": Kind.REPLY,
    "bounce": Kind.BOUNCE,
    "soft_bounce": Kind.SOFT_BOUNCE,
    "complaint": Kind.COMPLAINT,
    "unsubscribe": Kind.OPT_OUT,
}


def receive(request: HttpRequest) -> Tally:
    """Errors: those of reading, `signature`, `stale` (401), `bad_json`, `too_many`."""
    known = keys.read(settings.MAIL_WEBHOOK_SECRETS)
    # its senders share their network with nobody else: whoever is wrong too often is not even read
    throttling.admit(request, "generic")
    body = bodies.read(request, content_types=("application/json",), signed_in=SIGNATURE)
    key = _signed_by(known, request.headers, body)
    throttling.right(request, SOURCE, key.team_id)
    items = _items(bodies.parsed(body))
    return events.take(items, read, source=SOURCE, team_id=key.team_id)


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The value of the header: `v1=` and 64 hexadecimal digits."""
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def _signed_by(known: list[keys.Key], headers: Mapping[str, str], body: bytes) -> keys.Key:
    stamp = headers.get(STAMP, "")
    # several while a secret is being replaced
    given = [part.strip() for part in headers.get(SIGNATURE, "").split(",")][:_MOST_SIGNATURES]
    found = None
    for key in known:
        right = sign(key.value, stamp, body).encode()
        if any(hmac.compare_digest(right, one.encode()) for one in given):
            found = found or key
    if found is None:
        raise keys.wrong_signature()
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or _age(int(stamp)) > WINDOW_SECONDS:
        raise DomainError("stale", _("The time stamp is too old or lies ahead."), status=401)
    return found


def _age(stamp: int) -> float:
    return abs(timezone.now().timestamp() - stamp)


def _items(body: Any) -> list[Any]:
    """One event, a list, or an object that holds the list."""
    if isinstance(body, dict):
        body = body.get("events", [body])
    if not isinstance(body, list):
        raise DomainError("bad_json", _("The body must be an event, a list of them, or {“events”: […]}."))
    if len(body) > MOST_EVENTS:
        raise DomainError("too_many", _("At most %(n)s events at a time.") % {"n": MOST_EVENTS})
    return body


def read(item: Any) -> Told:
    """Raises ValueError with a code."""
    if not isinstance(item, dict):
        raise ValueError("not_an_object")
    event_id = events.text(item.get("id"))
    if not event_id:
        raise ValueError("id_missing")
    kind = item.get("type")
    message_id = events.text(item.get("message_id"))
    # a mail that is named needs no address
    email = "" if message_id and not item.get("email") else events.address(item.get("email"))
    occurred_at = item.get("occurred_at")
    return Told(
        event_id=event_id,
        kind=_KINDS.get(kind) if isinstance(kind, str) else None,
        at=timezone.now() if occurred_at is None else events.moment(occurred_at),
        email=email,
        message_ids=(message_id,) if message_id else (),
        code=events.code(item.get("code")),
    )
