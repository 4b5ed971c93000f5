"""A DNS server of TXT records and aliases over UDP: what the owner of a domain publishes.

    {"_salesdash.ours.example": {"txt": ["salesdash-domain=…"]},
     "ours.example": {"txt": [["v=spf1 include:mail.example ", "~all"]]},    a text in two strings
     "old.ours.example": {"cname": "ours.example"},
     "broken.example": {"fault": "servfail"},                                 or "silent": no answer at all
    }

It answers for every name, from these alone: no question leaves the machine.
"""

from __future__ import annotations

import json
import logging
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

log = logging.getLogger(__name__)

Zone: TypeAlias = Mapping[str, Mapping[str, Any]]
ZONE_FILE: Final = "zone.json"  # in the folder of the mails
TTL_SECONDS: Final = 60
MOST_ALIASES: Final = 8
LONGEST_STRING: Final = 255


class ZoneFile:
    """The file as it is now: read again when it changes. Nothing while there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._zone: Zone = {}

    def __call__(self) -> Zone:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                self._zone = json.loads(self._path.read_text(encoding="utf-8"))
                self._stamp = stamp
        except (OSError, ValueError) as error:
            log.debug("no zone: %s", error)
        return self._zone


class DnsPort(socketserver.ThreadingUDPServer):
    daemon_threads = True
    block_on_close = False
    max_packet_size = 4096

    def __init__(self, address: tuple[str, int], zone: Callable[[], Zone]) -> None:
        self._zone = zone
        super().__init__(address, socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        packet, socket = request
        if reply := answer(packet, self._zone()):
            socket.sendto(reply, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.error("dns question failed", exc_info=sys.exception())


class DevDns:
    """On a thread of its own, for tests: `with DevDns(zone) as server: server.address`."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._port = DnsPort(("127.0.0.1", 0), lambda: self.zone)
        self._thread = threading.Thread(target=self._port.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return "{}:{}".format(*self._port.server_address)

    def __enter__(self) -> DevDns:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._port.shutdown()
        self._thread.join()
        self._port.server_close()


def answer(packet: bytes, zone: Zone) -> bytes | None:
    """The reply on the wire; None for silence."""
    try:
        question = dns.message.from_wire(packet)
    except dns.exception.DNSException:
        return None
    reply = dns.message.make_response(question, recursion_available=True)
    if len(question.question) != 1:
        reply.set_rcode(dns.rcode.FORMERR)
        return reply.to_wire()
    asked = question.question[0]
    fault = _fill(reply, asked.name, asked.rdtype, zone)
    return None if fault == "silent" else reply.to_wire(max_size=question.payload or 512)


def _fill(reply: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType, zone: Zone) -> str:
    """The answer, aliases first; the fault that befalls the name, or nothing."""
    for _step in range(MOST_ALIASES):
        held = zone.get(_plain(name))
        if held is None:
            below = f".{_plain(name)}"
            reply.set_rcode(
                dns.rcode.NOERROR if any(key.endswith(below) for key in zone) else dns.rcode.NXDOMAIN
            )
            return ""
        if fault := held.get("fault"):
            reply.set_rcode(dns.rcode.SERVFAIL)
            return str(fault)
        if alias := held.get("cname"):
            target = dns.name.from_text(alias)
            _add(reply, name, dns.rdatatype.CNAME, [_cname(target)])
            name = target
            continue
        if kind == dns.rdatatype.TXT and held.get("txt"):
            _add(reply, name, kind, [_txt(text) for text in held["txt"]])
        return ""
    reply.set_rcode(dns.rcode.SERVFAIL)
    return ""


def _add(
    reply: dns.message.Message,
    name: dns.name.Name,
    kind: dns.rdatatype.RdataType,
    rows: list[dns.rdata.Rdata],
) -> None:
    reply.flags |= dns.flags.AA
    reply.answer.append(dns.rrset.from_rdata_list(name, TTL_SECONDS, rows))


def _cname(target: dns.name.Name) -> dns.rdata.Rdata:
    return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.CNAME, target.to_text())


def _txt(text: str | list[str]) -> dns.rdata.Rdata:
    """One string is cut where DNS wants it cut."""
    raw = text.encode() if isinstance(text, str) else b""
    strings = [raw[at : at + LONGEST_STRING] for at in range(0, len(raw), LONGEST_STRING)] or [b""]
    if not isinstance(text, str):
        strings = [part.encode() for part in text]
    return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
