"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from salesdash import tour
from salesdash.accounts import DEMO_ACCOUNTS
from salesdash.models import User


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    return {
        "signed_in": person is not None,
        "demo_mode": settings.DEMO,
        "demo_accounts": DEMO_ACCOUNTS if settings.DEMO else (),
        "dev_writer": settings.DEV_WRITER,
        "dev_mail": settings.DEMO and bool(settings.DEV_MAIL),
        "theme": person.theme if person else "auto",
        "tour_steps": tour.pending(person) if person else None,
        "may_review": bool(person and person.is_staff and _decides(person)),
        "density": person.density if person else "normal",
    }


def _decides(person: User) -> bool:
    return person.has_perm("drafts.review_draft") or person.has_perm("drafts.decide_escalated")
