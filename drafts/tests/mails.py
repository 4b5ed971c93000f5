"""Mails as they come back, and a mailbox server to find them in."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from django.utils import timezone

from drafts.models import Delivery, State
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from salesdash.devmail import answers


def sent_mail(lead, sender, *, channel="smtp", message_id="<one@ours.example>", **fields) -> Delivery:
    """A delivery as sending leaves it; `message_id` is empty for what went by hand."""
    draft = DraftFactory(lead=lead, state=State.SENT, requested_by=sender)
    now = timezone.now()
    columns = {"claimed_at": now - timedelta(hours=1), "sent_at": now - timedelta(hours=1), "status": "sent"}
    return Delivery.objects.create(
        draft=draft, lead=lead, team=lead.team, sender=sender, channel=channel, origin=draft.origin,
        recipient=lead.email, message_id=message_id if channel == "smtp" else "",
        text_hash=draft.text_hash, **columns | fields,
    )  # fmt: skip


def lead_at(company, email: str, **fields):
    return LeadFactory(company=company, email=email, **fields)


def original(delivery: Delivery, subject: str = "ご案内") -> bytes:
    """The mail as it left."""
    message = EmailMessage()
    message["From"] = "佐藤 健 <rep@ours.example>"
    message["To"] = delivery.recipient
    message["Subject"] = subject
    if delivery.message_id:
        message["Message-ID"] = delivery.message_id
    message.set_content("本文です。")
    return message.as_bytes()


def answer(delivery: Delivery, text: str = "お返事です。", *, sender: str = "") -> bytes:
    return answers.reply(original(delivery), sender=sender or delivery.recipient, text=text)


def absent(delivery: Delivery) -> bytes:
    return answers.auto_reply(original(delivery), sender=delivery.recipient, text="不在です。")


def returned(delivery: Delivery, *, hard: bool = True) -> bytes:
    return answers.bounce(
        original(delivery), recipient=delivery.recipient, sender="rep@ours.example", hard=hard
    )
