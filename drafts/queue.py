"""The order of the review queue: what may do most harm and has waited longest comes first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from drafts import business_hours
from drafts.models import Draft, ReviewItem
from salesdash.models import User

# harm if it went out unseen, by the layer that objects
RISK: Final = {"law": 5, "moderation": 5, "input_filter": 4, "rules": 3, "judge": 2, "format": 1}
LEAST_RISK: Final = 1
ORDER: Final = ("-urgency", "pk")
AMBER_SHARE: Final = 0.75


def risk(codes: Iterable[str]) -> int:
    """The worst of the objections, `layer:code` each: kept with the draft, for sorting a long queue."""
    return max((RISK.get(code.split(":")[0], LEAST_RISK) for code in codes), default=LEAST_RISK)


def ordered(user: User) -> QuerySet[Any]:
    """The queue of this person's teams by `urgency` = risk × age; nothing without the permission."""
    age = ExpressionWrapper(Now() - F("entered_review_at"), output_field=DurationField())
    items: QuerySet[Any] = ReviewItem.objects.in_review_for(user)
    risky = items.annotate(risk=Coalesce(F("review_risk"), LEAST_RISK), age=age)
    urgency = ExpressionWrapper(F("risk") * F("age"), output_field=DurationField())
    found: QuerySet[Any] = risky.annotate(urgency=urgency).order_by(*ORDER)
    return found


def free_for(reviewer: User) -> Q:
    """What nobody else looks at and nobody else is to decide."""
    mine = Q(claimed_by=None) | Q(claimed_until__lt=timezone.now()) | Q(claimed_by=reviewer)
    meant = Q(escalated_to=reviewer) | Q(escalated_to=None) & (Q(assigned_to=None) | Q(assigned_to=reviewer))
    return mine & meant


def waiting_seconds(draft: Draft, now: datetime) -> float:
    """Business time in the queue, in the team's zone. Needs `draft.team`."""
    if draft.entered_review_at is None:
        return 0.0
    return business_hours.seconds_between(draft.entered_review_at, now, draft.team.time_zone)


def standing(draft: Draft, now: datetime) -> str:
    """ "", "near" from 75 % of the team's target on, "over" from 100 %."""
    share = waiting_seconds(draft, now) / (draft.team.review_sla_hours * 3600 or 1)
    if share >= 1:
        return "over"
    return "near" if share >= AMBER_SHARE else ""
