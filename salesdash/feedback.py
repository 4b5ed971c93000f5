"""Feedback is stored as it was shown to the person; who forwards it reads it from the table."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from salesdash import audit, roles
from salesdash.errors import DomainError
from salesdash.models import Feedback, User

LONGEST_CHARS: Final = 2000
PER_DAY: Final = 20


@transaction.atomic
def give(*, user: User, request_id: UUID, kind: str, message: str, page: str) -> Feedback:
    """Stored once per `request_id`; DomainError `too_much_feedback` (429) after `PER_DAY` in 24 hours."""
    # two clicks at once wait for each other here, so the second one sees what the first one stored
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    given = Feedback.objects.filter(user=user)
    if stored := given.filter(request_id=request_id).first():
        return stored
    if given.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= PER_DAY:
        raise DomainError(
            "too_much_feedback",
            _("That was %(n)s messages within a day. Your text is still here: please send it tomorrow.")
            % {"n": PER_DAY},
            status=429,
        )
    made = Feedback.objects.create(
        request_id=request_id,
        user=user,
        role=roles.of(user),
        language=get_language() or settings.LANGUAGE_CODE,
        kind=kind,
        message=message,
        page=page,
        app_version=app_version(),
    )
    audit.record(
        actor=user, action="feedback.give", target=made, details={"kind": kind, "characters": len(message)}
    )
    return made


@cache
def app_version() -> str:
    """As pyproject.toml says; empty where the program runs without it."""
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError):
        return ""
