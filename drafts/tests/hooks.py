"""What the mail providers of the tests sign with, and how they knock."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client
from django.utils import timezone

from drafts.inbound import generic

SECRET = "a-secret-of-the-installation"
ARN = "arn:aws:sns:ap-northeast-1:123456789012:mail"


def knock(client: Client, provider: str, body: bytes, headers: dict[str, str], **options: Any) -> Any:
    kind = options.pop("content_type", "application/json")
    return client.post(
        f"/hooks/mail/{provider}/", body, content_type=kind, headers={"Accept-Language": "en", **headers}
    )


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    return {generic.STAMP: stamp, generic.SIGNATURE: generic.sign(secret, stamp, body)}


def tell(client: Client, events: Any, *, secret: str = SECRET) -> Any:
    body = json.dumps(events).encode()
    return knock(client, "generic", body, signed(body, secret=secret))


class SendGrid:
    """Signs as SendGrid does; `public_key` is what its settings page shows."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        der = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public_key = base64.b64encode(der).decode()

    def headers(self, body: bytes, stamp: str = "1764000000") -> dict[str, str]:
        signature = self._key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        }


def certificate(
    name: str, *, days: int = 1, signer: tuple[x509.Name, rsa.RSAPrivateKey] | None = None, ca: bool = False
) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """Of `name`, by `signer` or by itself; with negative days it has run out."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, by = signer or (subject, key)
    now = timezone.now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    return builder.sign(by, hashes.SHA256()), key


def pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def pem_of_key(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class Topic:
    """An SNS topic: wraps a message and signs it with the key of `sns.amazonaws.com`."""

    def __init__(self, address: str, *, name: str = "sns.amazonaws.com", days: int = 1) -> None:
        self.address = address
        self.certificate, self._key = certificate(name, days=days)

    def envelope(self, message: Any, *, kind: str = "Notification", version: str = "2", **fields: Any) -> Any:
        envelope = {
            "Type": kind,
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": ARN,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": "2026-11-29T00:00:00.000Z",
            "SignatureVersion": version,
            "SigningCertURL": f"{self.address}/SimpleNotificationService-1.pem",
            **fields,
        }
        names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
        names += ["Subject"] if kind == "Notification" else ["SubscribeURL", "Token"]
        lines = [f"{name}\n{envelope[name]}\n" for name in sorted(names) if name in envelope]
        hashing = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303  # theirs, version 1
        signature = self._key.sign("".join(lines).encode(), padding.PKCS1v15(), hashing)
        return {**envelope, "Signature": base64.b64encode(signature).decode()}
