"""DKIM (RFC 6376, 8463): a public key at the selector that the mail server signs with."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from salesdash.sending_domains.lookup import Dns
from salesdash.sending_domains.verdicts import State, Verdict

GOOD_BITS: Final = 2048
LEAST_BITS: Final = 1024  # RFC 8301: shorter ones count as no signature
_ED25519_BYTES: Final = 32


def name(domain: str, selector: str) -> str:
    return f"{selector}._domainkey.{domain}"


def look(dns: Dns, domain: str, selector: str) -> Verdict:
    if not selector:
        return Verdict(state=State.UNSET, code="dkim_unset")
    at = name(domain, selector)
    records = [text for text in dns.txt(at) if "p" in tags(text)]
    if not records:
        return Verdict(state=State.MISSING, code="dkim_missing", values={"name": at})
    state, code, kind = _judge(tags(records[0]))
    return Verdict(state=state, code=code, found=records[0], values={"name": at, "kind": kind})


def tags(record: str) -> dict[str, str]:
    """`v=DKIM1; p=…` → names in lower case, values without white space (RFC 6376, 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {key.strip().lower(): "".join(value.split()) for key, equals, value in pairs if equals}


def _judge(record: dict[str, str]) -> tuple[State, str, str]:
    """State, code of the reason, kind of the key."""
    if not record["p"]:
        return State.WRONG, "dkim_revoked", ""
    bits = _bits(record)
    if bits is None or 0 < bits < LEAST_BITS:
        return State.WRONG, "dkim_unreadable", ""
    kind = f"RSA {bits}" if bits else "Ed25519"
    if "y" in record.get("t", "").split(":"):
        return State.WEAK, "dkim_testing", kind
    if 0 < bits < GOOD_BITS:
        return State.WEAK, "dkim_short", kind
    return State.OK, "dkim_ok", kind


def _bits(record: dict[str, str]) -> int | None:
    """Of an RSA key; 0 for Ed25519; None for what is no key."""
    try:
        raw = base64.b64decode(record["p"], validate=True)
        if record.get("k", "rsa").lower() == "ed25519":
            return 0 if len(raw) == _ED25519_BYTES else None
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
