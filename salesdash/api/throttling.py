"""How often a person may call, whichever of their tokens they use. Counted in Redis by all processes alike.

The generic cell rate algorithm (ITU-T I.371): one number per person and scope, the moment at which all that
was used will have come back. It allows a burst of the whole quota and then an even pace, in one round trip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import redis
import structlog
from django.conf import settings
from django.utils.functional import cached_property
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from salesdash import redis_client

if TYPE_CHECKING:  # named in the framework's settings, this module is read while that one is
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# KEYS[1]: the moment; ARGV: seconds per request, seconds of the whole quota. Times are the server's own.
_SCRIPT: Final = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local back = tonumber(redis.call('GET', KEYS[1]) or now)
if back < now then back = now end
local next = back + tonumber(ARGV[1])
local free = now + tonumber(ARGV[2]) - next
if free < -0.000001 then return {0, tostring(-free), tostring(back - now)} end
redis.call('SET', KEYS[1], string.format('%.6f', next), 'PX', math.ceil((next - now) * 1000))
return {1, tostring(free), tostring(next - now)}
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`requests` in `seconds`."""

    requests: int
    seconds: int

    @classmethod
    @cache
    def read(cls, text: str) -> Rate:
        """From `300/min`. Raises ValueError for what is no rate."""
        number, _slash, period = text.partition("/")
        seconds = _SECONDS.get(period.strip()[:1], 0)
        if not seconds or int(number) < 1:
            raise ValueError(f"{text!r} is no rate: write 300/min")
        return cls(int(number), seconds)

    @property
    def pace(self) -> float:
        return self.seconds / self.requests


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person has left after this request; times in seconds."""

    scope: str
    rate: Rate
    allowed: bool
    remaining: int
    reset: float
    retry_after: float = 0.0

    def headers(self) -> dict[str, str]:
        """RateLimit fields as in the IETF draft (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.rate.requests};w={self.rate.seconds}',
            "RateLimit": f'"{self.scope}";r={self.remaining};t={math.ceil(self.reset)}',
        }


def key_of(scope: str, who: int | str) -> str:
    return redis_client.key("api", "rate", scope, who)


def count(*, user_id: int | str, scope: str, rate: Rate) -> Standing | None:
    """Take one request from the quota; None where Redis does not answer: then nobody is kept out."""
    key = key_of(scope, user_id)
    try:
        allowed, seconds, reset = redis_client.get().eval(_SCRIPT, 1, key, str(rate.pace), str(rate.seconds))
    except redis.RedisError as error:
        log.warning("api rate not counted", error=type(error).__name__)
        return None
    if not int(allowed):
        return Standing(scope, rate, False, 0, float(reset), float(seconds))
    return Standing(scope, rate, True, int((float(seconds) + 1e-6) / rate.pace), float(reset))


class ScopedThrottle(BaseThrottle):
    """Scope `read` for what changes nothing, else the view's `throttle_scope`, else `write`."""

    standing: Standing | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope = self.scope_of(request, view)
        self.standing = count(user_id=request.user.pk or 0, scope=scope, rate=self.rates[scope])
        request._request.rate_standing = self.standing  # type: ignore[attr-defined]
        return self.standing is None or self.standing.allowed

    def wait(self) -> float | None:
        return self.standing.retry_after if self.standing else None

    @staticmethod
    def scope_of(request: Request, view: APIView) -> str:
        own: str = getattr(view, "throttle_scope", "")
        return "read" if request.method in SAFE_METHODS else own or "write"

    @cached_property
    def rates(self) -> dict[str, Rate]:
        rates: dict[str, Any] = settings.API_RATES
        return {scope: Rate.read(text) for scope, text in rates.items()}
