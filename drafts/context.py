"""The red counts on the navigation: asked for only by pages that draw it, once each."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import cached_property

from drafts.models import Draft, State
from salesdash.models import User

# the mark says 99+ from here on
_ENOUGH: Final = 100


class Counts:
    def __init__(self, user: User) -> None:
        self._user = user

    @cached_property
    def drafts(self) -> int:
        """Drafts of this person that are ready to be sent."""
        mine = Draft.objects.visible_to(self._user).filter(requested_by=self._user)
        return mine.filter(state__in=(State.READY, State.APPROVED))[:_ENOUGH].count()

    @cached_property
    def review(self) -> int:
        """Drafts that wait in this person's review queue."""
        if not self._user.has_perm("drafts.review_draft"):
            return 0
        return Draft.objects.in_review_for(self._user)[:_ENOUGH].count()


def counts(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {"nav_counts": Counts(user)} if isinstance(user, User) else {}
