"""A mail as it goes over the wire: RFC 5322, text and HTML side by side, with the ways out of it."""

from __future__ import annotations

import re
import uuid
import zoneinfo
from collections.abc import Mapping
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any, Final

from django.utils import timezone
from django.utils.html import escape

from drafts import sending, tracking, unsubscribing
from drafts.mail.identity import Identity
from drafts.models import Delivery, Draft
from salesdash.formatting import names

# ends at white space and at what closes a sentence or a bracket, of either script
_URL: Final = re.compile(
    r"https?://[^\s<>\"'「」『』（）【】、。，．]+[^\s<>\"'「」『』（）【】、。，．.,;:!?)\]}]"
)


class _Addresses(UnstructuredHeader, BaseHeader):
    """RFC 2369. The usual folding would encode an address that is longer than a line, and so break it."""

    def fold(self, *, policy: Policy[Any]) -> str:
        places = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {places}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """The usual folding of Python 3.11 leaves a blank between encoded words, where readers drop it."""

    def fold(self, *, policy: Policy[Any]) -> str:
        text = str(self)
        if text.isascii():
            return super().fold(policy=policy)
        written = Header(text, "utf-8", maxlinelen=75, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {written}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _Addresses)
    registry.map_to_type("subject", _Subject)
    # RFC 2047: no line with an encoded word is longer
    return SMTP.clone(header_factory=registry, max_line_length=76)


_POLICY: Final = _policy()
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def new_message_id(domain: str) -> str:
    """Known before the mail leaves: whoever asks what became of it can look for it."""
    return f"<{uuid.uuid4()}@{domain.encode('idna').decode()}>"


def compose(*, draft: Draft, delivery: Delivery, identity: Identity) -> bytes:
    """The whole message with CRLF line ends, in 7-bit characters. `delivery.sender` is set.

    Where `delivery.trackable`, its HTML part tells of opens and clicks; where its links lead is stored here.
    """
    if delivery.sender is None:
        raise ValueError("a mail needs a sender")
    stop = unsubscribing.address(delivery.pk)
    footer = sending.footer(draft, delivery.sender, stop)
    # the text part keeps plain addresses, and what stops mail is never led through anything
    wrapped = tracking.links(delivery.pk, urls_in(draft.body)) if delivery.trackable else {}
    pixel = tracking.pixel(delivery.pk) if delivery.trackable else ""
    message = _headed(draft, delivery, identity, stop)
    # base64 passes every server unharmed, whatever the script
    message.set_content(f"{draft.body}\n\n{footer}\n", cte="base64")
    html = as_html(draft, footer, wrapped=wrapped, pixel=pixel)
    message.add_alternative(html, subtype="html", cte="base64")
    # the two lines above take away what begins like this
    message["Content-Language"] = draft.language
    return message.as_bytes()


def _headed(draft: Draft, delivery: Delivery, identity: Identity, stop: str) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["Date"] = timezone.now().astimezone(zoneinfo.ZoneInfo(draft.team.time_zone))
    message["From"] = message["Reply-To"] = _address(identity.name, identity.address)
    lead = delivery.lead
    message["To"] = _address(names.full_name(lead.family_name, lead.given_name), delivery.recipient)
    message["Subject"] = one_line(draft.subject)
    message["Message-ID"] = delivery.message_id
    contact = f", <mailto:{draft.team.opt_out_contact}?subject=unsubscribe>"
    message["List-Unsubscribe"] = f"<{stop}>{contact if draft.team.opt_out_contact else ''}"
    # RFC 8058
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=wire_address(address))


def one_line(text: str) -> str:
    """No header can be ended from within: a break becomes a blank, and nothing is taken for encoded words
    (RFC 2047), which may hold a break and would reach the reader as another text than was checked."""
    return " ".join(_CONTROL.sub(" ", text).replace("=?", "= ?").split())


def wire_address(address: str) -> str:
    """With the domain as DNS knows it (日本語.jp → xn--…); raises UnicodeError for what no server takes."""
    local, _at, domain = address.strip().rpartition("@")
    local.encode("ascii")
    return f"{local}@{domain.encode('idna').decode()}"


def urls_in(text: str) -> list[str]:
    """The addresses in a text, each once, in their order."""
    return list(dict.fromkeys(_URL.findall(text)))


def as_html(draft: Draft, footer: str, *, wrapped: Mapping[str, str], pixel: str) -> str:
    """The text as it is, escaped; nothing is loaded from anywhere but `pixel`."""
    picture = f'<img src="{escape(pixel)}" width="1" height="1" alt="">' if pixel else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{draft.language}">\n<head><meta charset="utf-8">'
        f"<title>{escape(one_line(draft.subject))}</title></head>\n<body>\n"
        f"{_paragraphs(draft.body, wrapped)}\n{_paragraphs(footer, {})}\n{picture}</body>\n</html>\n"
    )


def _paragraphs(text: str, wrapped: Mapping[str, str]) -> str:
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    return "\n".join(f"<p>{_linked(block, wrapped)}</p>" for block in blocks)


def _linked(text: str, wrapped: Mapping[str, str]) -> str:
    """Escaped, lines kept, addresses clickable; where one is wrapped, its words stay the plain address."""
    pieces: list[str] = []
    end = 0
    for found in _URL.finditer(text):
        url = found.group()
        pieces.append(escape(text[end : found.start()]))
        pieces.append(f'<a href="{escape(wrapped.get(url, url))}">{escape(url)}</a>')
        end = found.end()
    pieces.append(escape(text[end:]))
    return "".join(pieces).replace("\n", "<br>\n")
