"""The one door to DNS: TXT records, within a bounded time."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable
from typing import Any, Final

import dns.exception
import dns.message
import dns.nameserver
import dns.rdtypes.ANY.TXT
import dns.resolver
from django.conf import settings
from django.core import checks

from salesdash.errors import TemporaryError

# a try, a question with its second try, and all questions of one check together
TRY_SECONDS: Final = 1.0
QUESTION_SECONDS: Final = 2.0
TOTAL_SECONDS: Final = 4.0
PORT: Final = 53
# as large as answers get through any network in one piece (DNS Flag Day 2020); larger ones come by TCP
_PAYLOAD_BYTES: Final = 1232


class DnsSilentError(TemporaryError):
    """Nobody answered, or not in order: time-outs, SERVFAIL, refusals. It says nothing about the record."""


class Dns:
    """Questions for one check; all of them together take `seconds` at most, whichever thread asks."""

    def __init__(self, seconds: float = TOTAL_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def txt(self, name: str) -> list[str]:
        """The TXT records at `name`, CNAMEs followed, split strings joined; empty if there is none."""
        left = min(self._until - time.monotonic(), QUESTION_SECONDS)
        if left <= 0:
            raise DnsSilentError("out of time")
        try:
            answer = _resolver().resolve(f"{name.rstrip('.')}.", "TXT", lifetime=left)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            raise DnsSilentError(type(error).__name__) from error
        rows = (row for row in answer if isinstance(row, dns.rdtypes.ANY.TXT.TXT))
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]


def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*at) for at in servers(settings.DNS_SERVERS)]
    resolver.timeout = TRY_SECONDS
    resolver.cache = None  # a record that was just published is to be seen
    resolver.use_edns(0, 0, _PAYLOAD_BYTES)
    return resolver


def servers(given: Iterable[str]) -> list[tuple[str, int]]:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353` → (address, port). ValueError."""
    return [_server(one.strip()) for one in given]


def _server(text: str) -> tuple[str, int]:
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    else:
        address, port = text, ""
    number = int(port) if port else PORT
    if not 0 < number < 65_536:
        raise ValueError(f"{number} is no port")
    return str(ipaddress.ip_address(address)), number


def check_servers(**_kwargs: Any) -> list[checks.CheckMessage]:
    """A mistyped address stops the start instead of every check."""
    try:
        servers(settings.DNS_SERVERS)
    except ValueError as error:
        hint = "Write addresses, set apart by commas: DNS_SERVERS=192.0.2.53,[2001:db8::53]:5353"
        return [checks.Error(f"DNS_SERVERS: {error}", hint=hint, id="salesdash.E001")]
    return []
