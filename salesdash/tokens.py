"""API tokens: made for oneself, shown once, revoked by deleting."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import ApiToken, User

# a fixed beginning lets scanners of repositories find a token that was left lying about
MARK: Final = "sdt_"
SHOWN_CHARS: Final = 10
MOST_TOKENS: Final = 20
_USE_NOTED: Final = timedelta(minutes=1)


def create(*, user: User, name: str, scope: str, days: int | None = None) -> tuple[ApiToken, str]:
    """The row, and the token itself, which cannot be had again. Errors: `too_many_tokens`."""
    secret = f"{MARK}{secrets.token_urlsafe(32)}"
    expires_at = timezone.now() + timedelta(days=days) if days else None
    with transaction.atomic():
        # one at a time per person, or two clicks pass the limit together
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if of(user).count() >= MOST_TOKENS:
            message = _("You have %(n)s tokens already. Please revoke one that you no longer use.")
            raise DomainError("too_many_tokens", message % {"n": MOST_TOKENS})
        token = ApiToken.objects.create(
            user=user,
            name=name,
            scope=scope,
            start=secret[:SHOWN_CHARS],
            digest=digest(secret),
            expires_at=expires_at,
        )
        audit.record(actor=user, action="token.create", target=token, details={"scope": scope, "days": days})
    return token, secret


def revoke(*, user: User, token_id: int) -> None:
    """From this moment on it opens nothing. Errors: `not_found`."""
    with transaction.atomic():
        token = of(user).select_for_update().filter(pk=token_id).first()
        if token is None:
            raise DomainError("not_found", _("There is no such token."), status=404)
        audit.record(actor=user, action="token.revoke", target=token)
        token.delete()


def of(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=user)


def find(secret: str) -> ApiToken | None:
    """The token with its user, if both are in force. One statement."""
    if not secret.isascii() or len(secret) > 200:
        return None
    now = timezone.now()
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    token = (
        ApiToken.objects.select_related("user")
        .filter(alive, digest=digest(secret), user__is_active=True)
        .first()
    )
    if token is not None:
        _note_use(token, now)
    return token


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _note_use(token: ApiToken, now: datetime) -> None:
    if token.last_used_at is None or token.last_used_at < now - _USE_NOTED:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
