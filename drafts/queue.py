"""The order of the review queue: what may do most harm and has waited longest comes first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now

from drafts import business_hours
from drafts.models import Check, Draft, ReviewItem
from salesdash.models import User

# harm if it went out unseen, by the layer that objects
RISK: Final = {"law": 5, "moderation": 5, "input_filter": 4, "rules": 3, "judge": 2, "format": 1}
ORDER: Final = ("-urgency", "pk")
AMBER_SHARE: Final = 0.75


def ordered(user: User) -> QuerySet[Any]:
    """The queue of this person's teams by `urgency` = risk × age; nothing without the permission."""
    if not user.has_perm("drafts.review_draft"):
        return ReviewItem.objects.none()
    weights = [When(layer=layer, then=Value(risk)) for layer, risk in RISK.items()]
    worst = (
        Check.objects.filter(draft=OuterRef("pk"), text_hash=OuterRef("text_hash"))
        .exclude(verdict=Check.Verdict.PASS)
        .annotate(risk=Case(*weights, default=Value(1), output_field=IntegerField()))
        .order_by("-risk")
        .values("risk")
    )
    age = ExpressionWrapper(Now() - F("entered_review_at"), output_field=DurationField())
    items: QuerySet[Any] = ReviewItem.objects.in_review_for(user)
    risky = items.annotate(risk=Coalesce(Subquery(worst[:1]), 1), age=age)
    urgency = ExpressionWrapper(F("risk") * F("age"), output_field=DurationField())
    found: QuerySet[Any] = risky.annotate(urgency=urgency).order_by(*ORDER)
    return found


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
