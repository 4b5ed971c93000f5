"""The text of a reply, out of the first bytes of its mail: looked at and let go. Pure; raises nothing."""

from __future__ import annotations

import email
from email.message import Message
from email.policy import compat32
from html.parser import HTMLParser
from typing import Final

MOST_PARTS: Final = 50
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
_BREAKS: Final = ("br", "p", "div", "li", "tr", "h1", "h2", "h3")
_HIDDEN: Final = ("style", "script", "head", "blockquote")


def of(content: bytes) -> str:
    """Its first part of plain text, else of HTML without what that quotes; empty where there is none.

    `content` may end anywhere: what is cut off is missing, no more.
    """
    try:
        parts = list(email.message_from_bytes(content, policy=compat32).walk())[:MOST_PARTS]
        plain = next((part for part in parts if _shows(part, "text/plain")), None)
        if plain is not None:
            return _decoded(plain)
        html = next((part for part in parts if _shows(part, "text/html")), None)
        return _Plain.of(_decoded(html)) if html is not None else ""
    except _UNREADABLE:
        return ""


def _shows(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


class _Plain(HTMLParser):
    """What a reader sees of it, quotations left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text: list[str] = []
        self._hidden: list[str] = []

    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        reader.close()
        return "".join(reader._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag == self._hidden[0]:
                self._hidden.append(tag)
        elif tag in _HIDDEN or (tag == "div" and "quote" in (dict(attrs).get("class") or "")):
            self._hidden = [tag]
        elif tag in _BREAKS:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[0]:
            self._hidden.pop()
        if not self._hidden and tag in (*_BREAKS, *_HIDDEN):
            self._text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(" ".join(data.split()) if data.strip() else " ")
