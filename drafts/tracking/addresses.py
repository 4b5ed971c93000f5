"""The addresses that stand in a mail: signed numbers, nothing about a person, and no address to go to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from drafts.tracking import targets

# the number of a link, or of the pixel
PIXEL: Final = 0
MOST_LINKS: Final = 100
LONGEST_URL: Final = 2000
_HTTP: Final = re.compile(r"https?://[^/\s]\S*", re.IGNORECASE)
_opens: Final = Signer(salt="drafts.tracking.open")
_clicks: Final = Signer(salt="drafts.tracking.click")

# what stands there already stays: a mail composed again after a crash keeps the links of the first time
_STORE: Final = """
INSERT INTO drafts_deliverylink AS link (delivery_id, n, url)
SELECT %(delivery)s, n, url FROM unnest(%(urls)s::text[]) WITH ORDINALITY AS wanted (url, n)
ON CONFLICT (delivery_id, n) DO UPDATE SET url = link.url
RETURNING n, url
"""


def pixel(delivery_id: int) -> str:
    """The whole address of the picture that tells of an open."""
    return f"{settings.SITE_URL}{reverse('open', args=[_opens.sign(str(delivery_id))])}"


def links(delivery_id: int, urls: Iterable[str]) -> dict[str, str]:
    """Keep where these links of a mail lead, in one statement; for each the address that stands for it.

    Left out, to stand in the mail as they are: what is not http(s), our own addresses, very long ones, and
    all above a hundred.
    """
    wanted = [url for url in dict.fromkeys(urls) if _is_foreign(url)][:MOST_LINKS]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {"delivery": delivery_id, "urls": wanted})
        stored = cursor.fetchall()
    targets.keep(delivery_id, dict(stored))
    return {url: _address(delivery_id, n) for n, url in stored if url in wanted}


def read_pixel(token: str) -> int | None:
    """The delivery; None for a token that is forged or cut off."""
    try:
        return int(_opens.unsign(token))
    except (BadSignature, ValueError):
        return None


def read_click(token: str) -> tuple[int, int] | None:
    """Delivery and number of the link; None for a token that is forged or cut off."""
    try:
        delivery_id, n = map(int, _clicks.unsign(token).split("."))
    except (BadSignature, ValueError):
        return None
    return delivery_id, n


def _address(delivery_id: int, n: int) -> str:
    return f"{settings.SITE_URL}{reverse('click', args=[_clicks.sign(f'{delivery_id}.{n}')])}"


def _is_foreign(url: str) -> bool:
    own = settings.SITE_URL.rstrip("/")
    if url == own or url.startswith(f"{own}/") or not _HTTP.fullmatch(url):
        return False
    try:
        urlsplit(url)
    except ValueError:
        return False
    # as the browser will be told it: a Japanese letter takes nine characters
    return "\0" not in url and len(iri_to_uri(url)) <= LONGEST_URL
