"""Leads of different warmth, and how a table page is read."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from django.utils import timezone

from leads import ingest
from leads.models import ActivityType, Lead
from leads.tests.factories import LeadFactory


def warm(
    lead: Lead, hours_ago: float = 0.0, kind: ActivityType = ActivityType.PRICING_VIEW, times: int = 1
) -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    ingest.record([ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, at, "test") for _ in range(times)])


def crowd(number: int, **fields) -> list[Lead]:
    """Leads of falling warmth; the last three of each ten are cold."""
    leads = [LeadFactory(**fields) for _ in range(number)]
    now = timezone.now()
    ingest.record(
        [
            ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, now - timedelta(hours=place), "test")
            for place, lead in enumerate(leads)
            if place % 10 < 7
        ]
    )
    return leads


def shown(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<tr id="lead-(\d+)"', page)]


def link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""
