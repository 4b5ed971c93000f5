"""How sending stands, for whoever runs the product."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from drafts.models import Delivery

# what is due is normally gone in seconds
LATE_AFTER: Final = timedelta(minutes=2)


def summary() -> str:
    """ "ok", "not configured", or "late": a mail is due and nobody sends it."""
    if not settings.MAIL_URL:
        return "not configured"
    late = Delivery.objects.filter(status=Delivery.Status.QUEUED, not_before__lt=timezone.now() - LATE_AFTER)
    return "late" if late.exists() else "ok"
