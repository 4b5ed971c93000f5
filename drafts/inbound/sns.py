"""Messages of Amazon SNS: whose they are is proved by a certificate that Amazon alone serves.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts.inbound import keys
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS: Final = 5.0
_MOST_BYTES: Final = 65_536
_MOST_CERTIFICATES: Final = 16
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED: Final = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
_HASHES: Final = {"1": SHA1, "2": SHA256}
_NAME: Final = re.compile(r"sns(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
_certificates: dict[str, x509.Certificate] = {}
_keeping: Final = threading.Lock()


def verified(message: Any, topics: list[keys.Key], *, before_fetching: Callable[[], None]) -> keys.Key:
    """Whose topic it is. `before_fetching` may refuse to fetch a certificate that is not known yet.

    Errors: `signature` (401), `topic` (403), `certificate` (503: to be sent again).
    """
    fields = message if isinstance(message, dict) else {}
    signed = _SIGNED.get(str(fields.get("Type")))
    hashing = _HASHES.get(str(fields.get("SignatureVersion")))
    if signed is None or hashing is None:
        raise keys.wrong_signature()
    # before anything is fetched for a stranger
    topic = next((key for key in topics if key.value == fields.get("TopicArn")), None)
    if topic is None:
        raise DomainError("topic", _("This topic is not one of ours."), status=403)
    public_key = _certificate(_allowed(fields.get("SigningCertURL"), ".pem"), before_fetching).public_key()
    if not isinstance(public_key, RSAPublicKey):
        raise keys.wrong_signature()
    try:
        signature = base64.b64decode(str(fields.get("Signature")), validate=True)
        public_key.verify(signature, _canonical(fields, signed), PKCS1v15(), hashing())
    except (binascii.Error, ValueError, InvalidSignature):
        raise keys.wrong_signature() from None
    return topic


def confirm(message: dict[str, Any]) -> None:
    """Say yes to the subscription that a verified message asks about. Errors: `not_confirmed` (503)."""
    address = _allowed(message.get("SubscribeURL"), "")
    try:
        with _client() as client:
            answer = client.get(address)
        confirmed = answer.status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        confirmed = False
    if not confirmed:
        raise DomainError("not_confirmed", _("The subscription could not be confirmed."), status=503)
    log.info("sns subscription confirmed")


def _canonical(fields: dict[str, Any], signed: tuple[str, ...]) -> bytes:
    """Name and value of each signed field, a line each; a field that is not there is left out."""
    lines = [f"{name}\n{fields[name]}\n" for name in signed if fields.get(name) is not None]
    return "".join(lines).encode("utf-8", "replace")


def _allowed(address: Any, ending: str) -> str:
    """An address of Amazon SNS itself, else it would be the forger's own certificate."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        raise keys.wrong_signature() from None
    ours = parts.scheme == "https" and re.fullmatch(settings.SNS_HOST, parts.netloc, re.ASCII)
    if not ours or not parts.path.endswith(ending):
        log.warning("sns address refused")
        raise keys.wrong_signature()
    return parts.geturl()


def _certificate(address: str, before_fetching: Callable[[], None]) -> x509.Certificate:
    """Kept per process while it is valid: Amazon changes the address with the certificate."""
    with _keeping:
        found = _certificates.get(address)
    if found is None:
        before_fetching()
        found = _fetched(address)
    now = timezone.now()
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not names or not _NAME.fullmatch(str(names[0].value)):
        raise keys.wrong_signature()
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise keys.wrong_signature()
    with _keeping:
        if len(_certificates) >= _MOST_CERTIFICATES:
            _certificates.clear()
        _certificates[address] = found
    return found


def _fetched(address: str) -> x509.Certificate:
    body = bytearray()
    try:
        with _client() as client, client.stream("GET", address) as answer:
            for piece in answer.raise_for_status().iter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise keys.wrong_signature()
    except httpx2.HTTPError as error:
        log.warning("sns certificate not fetched", error=type(error).__name__)
        raise DomainError("certificate", _("The certificate cannot be read now."), status=503) from None
    try:
        return x509.load_pem_x509_certificate(bytes(body))
    except ValueError:
        raise keys.wrong_signature() from None


def _client() -> httpx2.Client:
    # no redirects: they could lead anywhere
    return httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)
