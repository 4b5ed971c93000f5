"""Mails that salesdash has sent, and requests for what stands in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone

from drafts import tracking
from drafts.models import Delivery, State, TrackingHit
from drafts.tests.factories import DraftFactory
from leads.models import Lead

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
URLS = ("https://example.com/price?plan=1&lang=ja", "https://example.com/資料", "https://example.org/")


def sent_mail(lead: Lead, *, ago: timedelta = timedelta(hours=2), **fields: Any) -> Delivery:
    at = timezone.now() - ago
    draft = DraftFactory(
        lead=lead,
        state=State.SENT,
        requested_by=lead.owner,
        state_changed_at=at,
        purpose=fields.pop("purpose", "ice_breaker"),
    )
    columns = {
        "trackable": True,
        "channel": Delivery.Channel.SMTP,
        "status": Delivery.Status.SENT,
        "claimed_at": at,
        "sent_at": at,
        **fields,
    }
    return Delivery.objects.create(
        draft=draft, lead=lead, team=lead.team, sender=lead.owner, origin=draft.origin, recipient=lead.email,
        text_hash=draft.text_hash, **columns,
    )  # fmt: skip


def path(address: str) -> str:
    return urlsplit(address).path


def addresses(delivery: Delivery, *urls: str) -> list[str]:
    """Paths of the mail's links in their order."""
    stored = tracking.links(delivery.pk, urls or URLS)
    return [path(stored[url]) for url in (urls or URLS)]


def ask(
    address: str, *, method: str = "get", agent: str = CHROME, at: str = "8.8.8.8", **headers: str
) -> Any:
    """As somebody at that network address does."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=at)
    return getattr(client, method)(address, headers=headers)


def settle(*, ago: timedelta = timedelta(seconds=30)) -> None:
    """What was asked for just now was asked for some time ago: its burst is over."""
    for hit in TrackingHit.objects.filter(judged_at__isnull=True):
        TrackingHit.objects.filter(pk=hit.pk).update(at=hit.at - ago)
