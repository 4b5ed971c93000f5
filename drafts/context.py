"""The red counts on the navigation: asked for only by pages that draw it, once each."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from drafts.models import Draft, State
from leads.counting import Count, Part, answered, part
from leads.models import Notification
from leads.models.notification import kinds_off
from salesdash.models import User
from salesdash.statements import Written

# the mark says 99+ from here on
_ENOUGH: Final = 100
_PARTS: Final = Written[dict[str, Part]]()


class Counts:
    def __init__(self, user: User) -> None:
        self._user = user

    @cached_property
    def _counted(self) -> dict[str, Count]:
        """One statement: drafts to send and to review, notifications to read."""
        off = tuple(kinds_off(self._user.preferences))
        parts = _PARTS.get((self._user.reach, off), self._parts)
        return answered(parts, _ENOUGH, planned=True)

    def _parts(self) -> dict[str, Part]:
        mine = Draft.objects.visible_to(self._user).filter(requested_by=self._user)
        wanted: dict[str, QuerySet[Any]] = {"drafts": mine.filter(state__in=(State.READY, State.APPROVED))}
        wanted["unread"] = Notification.objects.shown_to(self._user).unread()
        if self._user.has_perm("drafts.review_draft") or self._user.has_perm("drafts.decide_escalated"):
            wanted["review"] = Draft.objects.in_review_for(self._user)
        return {name: part(queryset, _ENOUGH) for name, queryset in wanted.items()}

    @property
    def drafts(self) -> int:
        return self._counted["drafts"].n

    @property
    def unread(self) -> int:
        """On the bell."""
        return self._counted["unread"].n

    @property
    def review(self) -> int:
        return self._counted["review"].n if "review" in self._counted else 0


def counts(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {"nav_counts": Counts(user)} if isinstance(user, User) else {}
