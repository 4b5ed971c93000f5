"""What comes back to a mail: a reply, an automatic one, a report of non-delivery (RFC 5322, 3834, 3464)."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP, compat32
from email.utils import format_datetime, getaddresses, make_msgid
from typing import Final

from salesdash.devmail.imap_message import split

LONGEST_REFERENCES: Final = 20
_CRLF: Final = compat32.clone(linesep="\r\n")
HARD: Final = ("5.1.1", "550 5.1.1 User unknown")
SOFT: Final = ("4.2.2", "452 4.2.2 Mailbox full, given up after 5 days")


def reply(original: bytes, *, sender: str, text: str) -> bytes:
    """As a person's mail program writes it, the mail answered quoted below."""
    return _answer(original, sender=sender, text=f"{text}\r\n\r\n{_quoted(original)}").as_bytes()


def auto_reply(original: bytes, *, sender: str, text: str) -> bytes:
    message = _answer(original, sender=sender, text=text)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    return message.as_bytes()


def bounce(original: bytes, *, recipient: str, sender: str, hard: bool = True) -> bytes:
    """`sender` of the original gets it; its own envelope has none, or two servers would bounce for ever."""
    status, diagnosis = HARD if hard else SOFT
    domain = recipient.rpartition("@")[2] or "localhost"
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{domain}>"
    report["To"] = sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(datetime.now(UTC))
    report["Message-ID"] = make_msgid(domain=domain)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"Your message to <{recipient}> could not be delivered:\r\n\r\n{diagnosis}\r\n"))
    fields = {"Final-Recipient": f"rfc822; {recipient}", "Action": "failed", "Status": status}
    fields["Diagnostic-Code"] = f"smtp; {diagnosis}"
    delivery_status = MIMEBase("message", "delivery-status")
    delivery_status.set_payload([_group({"Reporting-MTA": f"dns; {domain}"}), _group(fields)])
    report.attach(delivery_status)
    returned = MIMEBase("text", "rfc822-headers")
    returned.set_payload(split(original)[0].decode("ascii", "surrogateescape"))
    report.attach(returned)
    return report.as_bytes(policy=_CRLF)


def answer_to(original: bytes) -> str:
    """The address that an answer goes to; empty if the mail names none."""
    parsed = _header(original)
    values = parsed.get_all("Reply-To") or parsed.get_all("From") or []
    return next((address for _, address in getaddresses([str(value) for value in values]) if address), "")


def named(content: bytes) -> dict[str, str]:
    """What a list of mails shows of one."""
    parsed = _header(content)
    message_id = " ".join(str(parsed.get("Message-ID", "")).split())
    return {"message_id": message_id[:500], "subject": decoded(parsed.get("Subject", ""))[:500]}


def _answer(original: bytes, *, sender: str, text: str) -> EmailMessage:
    parsed, message = _header(original), EmailMessage(policy=SMTP)
    message_id = " ".join(str(parsed.get("Message-ID", "")).split())
    earlier = str(parsed.get("References", "")).split()[-LONGEST_REFERENCES:]
    subject = decoded(parsed.get("Subject", ""))
    message["From"] = sender
    message["To"] = answer_to(original)
    message["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or "localhost")
    if message_id:
        message["In-Reply-To"] = message_id
        message["References"] = " ".join([*earlier, message_id])
    message.set_content(text)
    return message


def _header(content: bytes) -> Message:
    return email.message_from_bytes(split(content)[0], policy=compat32)


def decoded(value: object) -> str:
    """A header's value as people read it, on one line; as it stands where it cannot be decoded."""
    plain = " ".join(str(value).split())
    try:
        return " ".join(str(make_header(decode_header(plain))).split())
    except (LookupError, ValueError):
        return plain


def _quoted(original: bytes) -> str:
    parsed = email.message_from_bytes(original, policy=SMTP)
    part = parsed.get_body(("plain",)) if isinstance(parsed, EmailMessage) else None
    try:
        text = part.get_content() if part else ""
    except (LookupError, ValueError):
        return ""
    return "\r\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _group(fields: dict[str, str]) -> Message:
    group = Message()
    for name, value in fields.items():
        group[name] = value
    return group
