"""Idempotency-Key: a request that makes something may be sent again and makes it once.

The key is stored in the transaction of what was made, so that there is never one without the other; a second
request that comes while the first is at work waits for it at the unique index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from salesdash.errors import DomainError
from salesdash.models import IdempotencyKey, User

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 120
KEPT: Final = timedelta(hours=24)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,120}")


def once(request: Request, user: User, make: Callable[[], str]) -> tuple[str, bool]:
    """What `make` says it has made, and whether that was long ago. Errors: `idempotency_key`,
    `idempotency_key_reused`, those of `make`, after which the key is free again.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return make(), False
    if not _KEY.fullmatch(key):
        message = _("An Idempotency-Key has 1 to %(n)s printable ASCII characters, without spaces.")
        raise DomainError("idempotency_key", message % {"n": LONGEST_KEY})
    asked = _fingerprint(request)
    with transaction.atomic():
        row = _taken(user, key, asked)
        if row is None:
            return _known(user, key, asked), True
        row.made = make()
        row.save(update_fields=["made"])
    return row.made, False


def said(again: bool) -> dict[str, str]:
    """A header for an answer that repeats what was made before."""
    return {REPLAYED: "true"} if again else {}


def sweep() -> int:
    """Forget old keys; returns their number."""
    number, _models = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return number


def _taken(user: User, key: str, asked: bytes) -> IdempotencyKey | None:
    """The new row, or None where there is one."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, fingerprint=asked)
    except IntegrityError:
        return None


def _known(user: User, key: str, asked: bytes) -> str:
    row = IdempotencyKey.objects.get(user=user, key=key)
    if bytes(row.fingerprint) != asked:
        message = _("This Idempotency-Key belongs to another request.")
        raise DomainError("idempotency_key_reused", message, status=422)
    return row.made


def _fingerprint(request: Request) -> bytes:
    asked = f"{request.method} {request._request.path}\n".encode() + request._request.body
    return hashlib.sha256(asked).digest()
