"""What a request says of itself, as a code of the table of rules; so that its words need not be kept."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_APPLE: Final = "Mozilla/5.0"
_GMAIL_AHEAD: Final = "Edge/12.246 Mozilla/5.0"
_SCANNERS: Final = re.compile(
    r"barracuda|mimecast|proofpoint|ironport|ciscosecure|trend ?micro|\btmes\b|fireeye|trellix|symantec"
    r"|messagelabs|zscaler|fortinet|fortimail|fortiguard|sophos|bitdefender|f-secure|withsecure|cloudmark"
    r"|mailmarshal|check ?point|safelinks|defender|urldefense|vadesecure|hornetsecurity|kaspersky|\beset\b"
    r"|avanan|ironscales|phish|malware|virus|urlscan",
    re.IGNORECASE,
)
_PREVIEWS: Final = re.compile(
    r"slackbot|slack-img|skypeuripreview|teamsbot|facebookexternal|facebot|twitterbot|linkedinbot|whatsapp"
    r"|telegrambot|discordbot|linespider|line-poker|chatwork|url ?preview|embedly|iframely|snap url",
    re.IGNORECASE,
)
_PROGRAMS: Final = re.compile(
    # Cubot makes telephones; Office looks whether a link exists before it opens the browser
    r"(?<!cu)bots?\b|crawl|spider|scan|monitor|headless|phantomjs|puppeteer|playwright|selenium|python|aiohttp"
    r"|httpx|curl/|wget|libwww|perl|ruby|\bjava\b|jakarta|apache-http|go-http|node-fetch|axios|undici|guzzle"
    r"|php/|okhttp|postman|insomnia|httpclient|http-client|lua-resty|jetty|feedfetcher|existence discovery",
    re.IGNORECASE,
)
_AHEAD: Final = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
# IPv4 and IPv6: a company's or a provider's network, no longer one connection
_PREFIXES: Final = {4: 24, 6: 48}


def sign(request: HttpRequest) -> str:
    """'' for an ordinary mail program or browser. No database, no Redis."""
    meta = request.META
    agent = meta.get("HTTP_USER_AGENT", "").strip()
    if settings.DEMO:
        # whoever reads the demo's mailbox plays the customer: signed in, or a browser that a script drives
        agent = agent.replace("HeadlessChrome", "Chrome")
    elif settings.SESSION_COOKIE_NAME in request.COOKIES:
        return "ours"
    if request.method == "HEAD":
        return "head"
    purposes = " ".join(meta.get(name, "") for name in _AHEAD).lower()
    if "prefetch" in purposes or "preview" in purposes:
        return "prefetch"
    return _of_agent(agent)


def _of_agent(agent: str) -> str:
    if agent == _APPLE:
        return "apple_mpp"
    if agent.endswith(_GMAIL_AHEAD):
        return "gmail_prefetch"
    if _SCANNERS.search(agent):
        return "scanner"
    if _PREVIEWS.search(agent):
        return "preview"
    return "program" if not agent or _PROGRAMS.search(agent) else ""


def client(request: HttpRequest, day: date) -> str:
    """A mark of the network that asks, another one each day; '' where that cannot be told.

    An address is a person's data: it is cut to its network and hashed before anything is stored.
    """
    try:
        address = ipaddress.ip_address(_address(request))
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    # behind a proxy that does not say for whom it asks, all would look the same
    if not address.is_global:
        return ""
    network = ipaddress.ip_network((address, _PREFIXES[address.version]), strict=False)
    return salted_hmac(f"drafts.tracking.client.{day}", str(network)).hexdigest()[:16]


def _address(request: HttpRequest) -> str:
    """What the nearest proxy says, where one is trusted (as SECURE_PROXY_SSL_HEADER is)."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.PRODUCTION else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
