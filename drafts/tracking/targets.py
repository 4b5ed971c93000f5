"""Where links lead, kept in Redis for some days, so that a click can be followed while PostgreSQL is away.

Signed together with the mail and the number of the link: whoever can write to Redis makes no open redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import redis
from django.core import signing

from salesdash import redis_client

# nearly all clicks come within days of the mail
KEPT_SECONDS: Final = 14 * 86_400
_SALT: Final = "drafts.tracking.target"


def keep(delivery_id: int, urls: Mapping[int, str]) -> None:
    """Without Redis nothing is kept, and nothing said: PostgreSQL has them."""
    try:
        signed = signing.dumps(
            [delivery_id, {str(n): url for n, url in urls.items()}], salt=_SALT, compress=True
        )
        redis_client.get().set(_key(delivery_id), signed, ex=KEPT_SECONDS)
    except redis.RedisError:
        return


def find(delivery_id: int, n: int) -> str | None:
    """None where it is not known for sure."""
    try:
        signed = redis_client.get().get(_key(delivery_id))
        of, urls = signing.loads(signed.decode(), salt=_SALT) if signed else (None, {})  # type: ignore[union-attr]
    except (redis.RedisError, signing.BadSignature):
        return None
    url = urls.get(str(n)) if of == delivery_id else None
    return str(url) if url else None


def _key(delivery_id: int) -> str:
    return redis_client.key("mail-links", delivery_id)
