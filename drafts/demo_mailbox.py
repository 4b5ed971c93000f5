"""The demo's mails as the local mail server took them, and answers to them as their readers would write."""

from __future__ import annotations

import email
import smtplib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from drafts.models import Delivery
from leads.models import Activity
from salesdash.devmail import answers
from salesdash.devmail.folder import Folder, read_note
from salesdash.devmail.store import SENT
from salesdash.errors import DomainError
from salesdash.models import User

PER_PAGE: Final = 50
MOST_LINKS: Final = 30
_TIMEOUT_SECONDS: Final = 10
_UNREADABLE: Final = (LookupError, ValueError, AttributeError)


def is_on() -> bool:
    """Only a demo has it, and only with its own mail server."""
    return bool(settings.DEMO and settings.DEV_MAIL and settings.DEV_MAIL_FOLDER)


@dataclass(frozen=True)
class Sent:
    """One mail as a list shows it."""

    number: int
    at: datetime | None
    recipient: str
    subject: str
    delivery: Delivery


@dataclass(frozen=True)
class Page:
    mails: list[Sent]
    number: int
    has_next: bool
    query: str


def listed(user: User, *, query: str = "", page: int = 1) -> Page:
    """The newest first, of the teams that this person may see; `query` is part of an address."""
    query = unicodedata.normalize("NFKC", query).strip()[:200]
    notes = [(number, note) for number, note in _notes() if query.lower() in _recipient(note).lower()]
    known = _deliveries(user, [note.get("message_id", "") for _number, note in notes])
    mails = [
        _sent(number, note, known[note["message_id"]])
        for number, note in notes
        if note.get("message_id") in known
    ]
    start = (page - 1) * PER_PAGE
    if page < 1 or start >= len(mails):
        page, start = 1, 0
    return Page(mails[start : start + PER_PAGE], page, len(mails) > start + PER_PAGE, query)


def find(user: User, number: int) -> Mail | None:
    """None for a mail that is not there, or not for this person."""
    note = _folder().note(number)
    delivery = _deliveries(user, [note.get("message_id", "")]).get(note.get("message_id", ""))
    if delivery is None:
        return None
    try:
        return Mail(_sent(number, note, delivery), _folder().content(number))
    except KeyError:
        return None


class Mail:
    """`content` is what went over the wire."""

    def __init__(self, sent: Sent, content: bytes) -> None:
        self.sent, self.content = sent, content

    @cached_property
    def _parsed(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=default)  # type: ignore[return-value]

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, answers.decoded(value)) for name, value in self._parsed.raw_items()]

    @property
    def sender(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "from"), "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def links(self) -> list[str]:
        """Where the HTML part leads, as a reader would click."""
        found = _Links()
        found.feed(self.html)
        return list(dict.fromkeys(found.targets))[:MOST_LINKS]

    @property
    def came(self) -> QuerySet[Activity]:
        """What salesdash knows of this mail, the newest first."""
        of = Activity.objects.standing().filter(
            lead_id=self.sent.delivery.lead_id, delivery_id=self.sent.delivery.pk
        )
        return of.order_by("-occurred_at")[:20]

    def _body(self, kind: str) -> str:
        try:
            part = self._parsed.get_body((kind,))
            return str(part.get_content()) if part else ""
        except _UNREADABLE:
            return ""


def answer(mail: Mail, *, kind: str, text: str) -> None:
    """By SMTP, as the reader's own server would. Raises DomainError if ours does not take it."""
    reader, ours = mail.sent.recipient, answers.answer_to(mail.content)
    match kind:
        case "reply":
            content = answers.reply(mail.content, sender=reader, text=text)
        case "absent":
            content = answers.auto_reply(mail.content, sender=reader, text=text)
        case _:
            content = answers.bounce(mail.content, recipient=reader, sender=ours, hard=kind == "unknown")
    host, _colon, port = settings.DEV_MAIL.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=_TIMEOUT_SECONDS) as server:
            server.sendmail(reader if kind in ("reply", "absent") else "", [ours], content)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        message = _("The local mail server did not take the answer. Please try again.")
        raise DomainError("mail_server_down", message, status=502) from error


def _folder() -> Folder:
    return Folder(Path(settings.DEV_MAIL_FOLDER) / SENT)


def _notes() -> Iterator[tuple[int, dict[str, Any]]]:
    folder = _folder()
    numbers = folder.numbers()
    made = folder.validity if numbers else 0
    for number in reversed(numbers):
        yield number, _note(settings.DEV_MAIL_FOLDER, made, number)


@lru_cache(maxsize=5000)
def _note(root: str, _made: int, number: int) -> dict[str, Any]:
    """A mail never changes; a folder that was begun anew has another identity."""
    return read_note(Path(root) / SENT, number)


def _deliveries(user: User, message_ids: list[str]) -> dict[str, Delivery]:
    named = [message_id for message_id in message_ids if message_id]
    rows = Delivery.objects.filter(message_id__in=named).select_related("lead", "lead__company")
    if not user.has_perm("leads.view_all"):
        rows = rows.filter(team__in=user.team_ids)
    return {row.message_id: row for row in rows}


def _sent(number: int, note: dict[str, Any], delivery: Delivery) -> Sent:
    at = parse_datetime(str(note.get("at", "")))
    return Sent(number, at, _recipient(note), str(note.get("subject", "")), delivery)


def _recipient(note: dict[str, Any]) -> str:
    return ", ".join(str(address) for address in note.get("recipients", []))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "a" and target.startswith(("http://", "https://")):
            self.targets.append(target)
