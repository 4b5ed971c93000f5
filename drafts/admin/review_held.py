"""Who holds which items at this moment: for the list and for one item's page, which ask again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from drafts.models import Draft, State
from salesdash.formatting import times
from salesdash.models import User
from salesdash.numbers import whole

# as many as the list shows on a page, and some more
MOST_ASKED: Final = 100


@require_GET
@never_cache
def held(request: HttpRequest) -> JsonResponse:
    """?id=1&id=2 → {"items": {"1": {…}}}: `lines` as the list prints them, `gone` what became of it.

    What this person may not know of is not in the answer, as if it did not exist.
    """
    user = cast(User, request.user)
    if not (user.has_perm("drafts.review_draft") or user.has_perm("drafts.decide_escalated")):
        raise PermissionDenied
    asked = [pk for text in request.GET.getlist("id")[:MOST_ASKED] if (pk := whole(text)) is not None]
    known = Draft.objects.reviewed_by(user).filter(pk__in=asked)
    people = ("claimed_by", "escalated_to", "assigned_to")
    columns = ("pk", "state", "claimed_until", *(f"{name}__{part}" for name in people for part in _NAME))
    found = known.select_related(*people).only(*columns)
    now = timezone.now()
    return JsonResponse({"items": {str(draft.pk): _told(draft, user, now) for draft in found}})


_NAME: Final = ("first_name", "last_name", "username")


def lines(draft: Draft, now: datetime) -> list[str]:
    """Who holds it and until when; whom it is meant for. Empty: nobody, for anybody."""
    found: list[str] = []
    if is_held(draft, now):
        found += [str(draft.claimed_by), _("until %(time)s") % {"time": times.clock(_until(draft))}]
    if draft.escalated_to:
        found.append(_("%(name)s decides") % {"name": draft.escalated_to})
    elif draft.assigned_to:
        found.append(_("for %(name)s") % {"name": draft.assigned_to})
    return found


def is_held(draft: Draft, now: datetime) -> bool:
    return draft.claimed_by_id is not None and draft.claimed_until is not None and draft.claimed_until > now


def _until(draft: Draft) -> datetime:
    return cast(datetime, draft.claimed_until)


def _told(draft: Draft, user: User, now: datetime) -> dict[str, Any]:
    if draft.state != State.IN_REVIEW:
        return {"gone": draft.get_state_display()}
    return {
        "held": is_held(draft, now),
        "mine": draft.claimed_by_id == user.pk,
        "lines": lines(draft, now),
        "escalated": draft.escalated_to_id not in (None, user.pk),
    }
