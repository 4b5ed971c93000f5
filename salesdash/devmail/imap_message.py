"""A stored mail as IMAP shows it: its sections, envelope and structure (RFC 3501, 7.4.2)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from functools import cached_property
from typing import Final

from salesdash.devmail.imap_syntax import Section

_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(rb"^([^:\s]+)[ \t]*:.*(?:\r?\n[ \t].*)*(?:\r?\n)?", re.MULTILINE)
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")


class StoredMail:
    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def parsed(self) -> Message:
        return email.message_from_bytes(self.content, policy=compat32)

    @cached_property
    def header(self) -> bytes:
        return split(self.content)[0]

    def section(self, wanted: Section) -> bytes:
        """Empty for a part that is not there."""
        found = self._whole_section(wanted)
        if wanted.start is None:
            return found
        return found[wanted.start : wanted.start + wanted.length]

    def _whole_section(self, wanted: Section) -> bytes:
        if not wanted.part:
            return _text(self.content, wanted)
        part = _find_part(self.parsed, wanted.part)
        if part is None:
            return b""
        content = part.as_bytes() if part is not self.parsed else self.content
        header, body = split(content)
        if wanted.text == "MIME":
            return header
        if not wanted.text:
            return body
        # HEADER and TEXT of a part are those of the message within
        return _text(body, wanted) if part.get_content_type() == "message/rfc822" else b""

    def envelope(self) -> bytes:
        m = self.parsed
        sender = m.get_all("From", [])
        addresses = [sender, m.get_all("Sender", sender), m.get_all("Reply-To", sender)]
        addresses += [m.get_all(name, []) for name in ("To", "Cc", "Bcc")]
        words = [string(m["Date"]), string(m["Subject"]), *map(_addresses, addresses)]
        return b"(%s)" % b" ".join([*words, string(m["In-Reply-To"]), string(m["Message-ID"])])

    def structure(self, *, extended: bool) -> bytes:
        return _structure(self.parsed, extended=extended)


def split(content: bytes) -> tuple[bytes, bytes]:
    """Header with the empty line that ends it, and body."""
    if content.startswith(b"\r\n"):
        return content[:2], content[2:]
    found = _HEADER_END.search(content)
    return (content[: found.end()], content[found.end() :]) if found else (content, b"")


def string(value: object) -> bytes:
    """NIL, a quoted string, or a literal for whatever a quoted string cannot hold."""
    if value is None:
        return b"NIL"
    text = re.sub(r"\r?\n[ \t]*", " ", str(value))
    if _PLAIN.fullmatch(text):
        return b'"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').encode()
    return literal(text.encode("utf-8", "surrogateescape"))


def literal(content: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(content), content)


def _text(content: bytes, wanted: Section) -> bytes:
    header, body = split(content)
    match wanted.text:
        case "":
            return content
        case "HEADER":
            return header
        case "TEXT":
            return body
    negate = wanted.text.endswith("NOT")
    fields = (found for found in _FIELD.finditer(header))
    chosen = [f[0] for f in fields if (f[1].decode("ascii", "replace").lower() in wanted.fields) != negate]
    return b"".join(chosen) + b"\r\n"


def _find_part(message: Message, path: Iterable[int]) -> Message | None:
    for number in path:
        if message.get_content_type() == "message/rfc822" and message.is_multipart():
            message = _children(message)[0]
        if message.is_multipart():
            children = _children(message)
            if not 1 <= number <= len(children):
                return None
            message = children[number - 1]
        elif number != 1:
            return None  # what is not in parts has one part, itself
    return message


def _children(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _addresses(values: Iterable[object]) -> bytes:
    pairs = [pair for pair in getaddresses([str(value) for value in values]) if pair[1]]
    if not pairs:
        return b"NIL"
    found = []
    for name, address in pairs:
        local, _, domain = address.rpartition("@")
        found.append(b"(%s NIL %s %s)" % (string(name or None), string(local or address), string(domain)))
    return b"(%s)" % b"".join(found)


def _structure(message: Message, *, extended: bool) -> bytes:
    kind = message.get_content_maintype(), message.get_content_subtype()
    if message.is_multipart() and kind[0] == "multipart":
        parts = b"".join(_structure(part, extended=extended) for part in _children(message))
        more = b" %s NIL NIL" % _parameters(message) if extended else b""
        return b"(%s %s%s)" % (parts, string(kind[1]), more)
    body = split(message.as_bytes())[1]
    encoding = message.get("Content-Transfer-Encoding", "7bit")
    words = [string(kind[0]), string(kind[1]), _parameters(message), string(message["Content-ID"])]
    words += [string(message["Content-Description"]), string(encoding), b"%d" % len(body)]
    lines = b"%d" % body.count(b"\n")
    if kind == ("message", "rfc822") and _children(message):
        inner = StoredMail(body)
        words += [inner.envelope(), inner.structure(extended=extended), lines]
    elif kind[0] == "text":
        words.append(lines)
    if extended:
        words += [b"NIL", b"NIL", b"NIL"]
    return b"(%s)" % b" ".join(words)


def _parameters(message: Message) -> bytes:
    pairs = message.get_params(failobj=[])[1:]
    if not pairs:
        return b"NIL"
    return b"(%s)" % b" ".join(string(word) for pair in pairs for word in pair)
