"""SendGrid's event webhook, signed: ECDSA over time stamp and raw body.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from drafts.inbound import bodies, events, keys, throttling
from drafts.inbound.events import Kind, Tally, Told
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)
SOURCE: Final = "sendgrid"
STAMP: Final = "X-Twilio-Email-Event-Webhook-Timestamp"
SIGNATURE: Final = "X-Twilio-Email-Event-Webhook-Signature"
_KINDS: Final = {
    "spamreport": Kind.COMPLAINT,
    "unsubscribe": Kind.OPT_OUT,
    "group_unsubscribe": Kind.OPT_OUT,
}
# why SendGrid did not even try: what it knows of the address is news to us
_DROPPED: Final = {
    "bounced address": Kind.BOUNCE,
    "invalid": Kind.BOUNCE,
    "spam reporting address": Kind.COMPLAINT,
    "unsubscribed address": Kind.OPT_OUT,
}


def receive(request: HttpRequest) -> Tally:
    """Errors: those of reading, `signature`, `bad_json`. No window: what comes again is known by its id."""
    known = keys.read(settings.SENDGRID_WEBHOOK_KEYS)
    # strangers' webhooks come from the same network, so none is turned away by its address
    body = bodies.read(request, content_types=("application/json",), signed_in=SIGNATURE)
    key = _signed_by(known, request.headers, body)
    throttling.right(request, SOURCE, key.team_id)
    items = bodies.parsed(body)
    if not isinstance(items, list):
        raise DomainError("bad_json", _("The body must be a list of events."))
    return events.take(items, read, source=SOURCE, team_id=key.team_id)


def _signed_by(known: list[keys.Key], headers: Mapping[str, str], body: bytes) -> keys.Key:
    try:
        signature = base64.b64decode(headers.get(SIGNATURE, ""), validate=True)
    except (binascii.Error, ValueError):
        raise keys.wrong_signature() from None
    signed = headers.get(STAMP, "").encode("utf-8", "replace") + body
    for key in known:
        if _holds(key.value, signature, signed):
            return key
    raise keys.wrong_signature()


def _holds(public_key: str, signature: bytes, signed: bytes) -> bool:
    try:
        key = load_der_public_key(base64.b64decode(public_key))
    except ValueError:
        log.error("sendgrid key unreadable")
        return False
    if not isinstance(key, ec.EllipticCurvePublicKey):
        log.error("sendgrid key is of another kind")
        return False
    try:
        key.verify(signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def read(item: Any) -> Told:
    """Raises ValueError with a code."""
    if not isinstance(item, dict):
        raise ValueError("not_an_object")
    event_id = events.text(item.get("sg_event_id"))
    if not event_id:
        raise ValueError("id_missing")
    message_id = events.text(item.get("smtp-id"))
    return Told(
        event_id=event_id,
        kind=_kind(item),
        at=events.moment(item.get("timestamp")),
        email=events.address(item.get("email")),
        message_ids=(message_id,) if message_id else (),
        code=events.code(item.get("status")),
    )


def _kind(item: dict[str, Any]) -> Kind | None:
    event = events.text(item.get("event"))
    if event == "bounce":
        # `blocked`: refused by the policy of the moment
        return Kind.SOFT_BOUNCE if item.get("type") == "blocked" else Kind.BOUNCE
    if event == "dropped":
        return _DROPPED.get(events.text(item.get("reason")).casefold())
    return _KINDS.get(event)
