"""How often a webhook may be knocked at. The signature is the lock; this only bounds what refusing costs.

Requests that are signed rightly have a quota per source and team, far above what a provider sends. Wrong ones
have a small one per network that asks. The wrong ones of somebody take nothing from the right ones of others,
whether or not they come from the same network: who signs rightly is never counted there.

Everything stands in Redis. Without it nothing is counted and everybody is let in up to the signature: a
provider that gives up within a minute (Amazon SNS does) would otherwise lose what it has to tell.
"""

from __future__ import annotations

import ipaddress
import math
from typing import Final

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from salesdash import redis_client
from salesdash.api import throttling
from salesdash.api.throttling import Rate
from salesdash.errors import DomainError

log = structlog.get_logger(__name__)
# a network that signed rightly within a day is always heard out
_TRUST_SECONDS: Final = 86_400
# what a stranger can be refused with; the rest is said to whoever holds the key
WRONG: Final = frozenset(
    {"signature", "stale", "topic", "bad_json", "truncated", "length_missing", "too_large", "content_type"}
)
_PREFIXES: Final = {4: 32, 6: 64}


def admit(request: HttpRequest, provider: str) -> None:
    """Before much is done for a network that was wrong too often. Errors: `throttled` (429)."""
    network = _network(request)
    try:
        store = redis_client.get()
        spent, trusted = store.mget(
            throttling.key_of(_wrong(provider), network), redis_client.key("hooks", "right", network)
        )
        seconds = _wait(store, spent) if spent and not trusted else 0.0
    except redis.RedisError as error:
        log.warning("webhook rate not looked at", error=type(error).__name__)
        return
    if seconds > 0:
        raise _throttled(seconds)


def right(request: HttpRequest, source: str, team_id: int | None) -> None:
    """The signature holds, nothing is stored yet. Errors: `throttled` (429), to be sent again."""
    try:
        trust = redis_client.key("hooks", "right", _network(request))
        redis_client.get().set(trust, b"1", ex=_TRUST_SECONDS)
    except redis.RedisError as error:
        log.warning("webhook network not kept", error=type(error).__name__)
        return
    rate = Rate.read(settings.MAIL_HOOK_RATE)
    standing = throttling.count(user_id=team_id or 0, scope=f"hook-{source}", rate=rate)
    if standing and not standing.allowed:
        log.warning("mail webhook throttled", source=source, team=team_id)
        raise _throttled(standing.retry_after)


def wrong(request: HttpRequest, provider: str, refused: DomainError) -> DomainError:
    """The refusal to answer with: the same, or that it is too many of them."""
    rate = Rate.read(settings.MAIL_HOOK_WRONG_RATE)
    standing = throttling.count(user_id=_network(request), scope=_wrong(provider), rate=rate)
    return _throttled(standing.retry_after) if standing and not standing.allowed else refused


def _wrong(provider: str) -> str:
    return f"hook-{provider}-wrong"


def _wait(store: redis.Redis, spent: bytes | str) -> float:
    """Seconds until this network has one attempt again."""
    rate = Rate.read(settings.MAIL_HOOK_WRONG_RATE)
    seconds, microseconds = store.time()  # type: ignore[misc]  # the stubs leave room for a coroutine
    return float(spent) + rate.pace - rate.seconds - (seconds + microseconds / 1_000_000)


def _network(request: HttpRequest) -> str:
    """A mark of who asks, no address; '' where that cannot be told."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.PRODUCTION else ""
    written = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    network = ipaddress.ip_network((address, _PREFIXES[address.version]), strict=False)
    return salted_hmac("drafts.inbound.network", str(network)).hexdigest()[:16]


def _throttled(seconds: float) -> DomainError:
    wait = max(1, math.ceil(seconds))
    message = _("Too many requests. Please send this again in %(n)s seconds.") % {"n": wait}
    return DomainError("throttled", message, {"retry_after": wait}, status=429)
