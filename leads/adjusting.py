"""A rep's ± points: heat that enters like an activity, cools like one, and is taken back by its exact amount.

The heat stands in the `TemperatureAdjustment` and, as a MANUAL activity, in the lead's history. Undo and
expiry add a second activity with the opposite heat at the same `occurred_at`: round(−x) = −round(x), so the
accumulator is what it would be without either, by whatever landmark or half-life it is computed.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from leads import ingest, locking, temperature
from leads.models.activity import ActivityType, TemperatureAdjustment
from leads.models.lead import Lead
from leads.models.score import LeadScore
from leads.rules import Rules
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User

# two bands and a half: who wants more has found a rule that is wrong
MOST_POINTS: Final = 50
HOW_MANY_POINTS: Final = lazy(
    lambda: _("Please choose between 1 and %(most)s points up or down.") % {"most": MOST_POINTS}, str
)()
LONGEST_REASON: Final = 200
LONGEST_DAYS: Final = 366
HEADROOM_POINTS: Final = 0.005
# one transaction, one round of locks
EXPIRE_BATCH: Final = 200
# what still fits beside 2^21 others of its kind in an accumulator of 63 bits
MOST_UNITS: Final = 2.0**61


def adjust(
    *,
    lead_id: int,
    user: User,
    points: int,
    reason: str,
    expires_at: datetime | None = None,
    request_id: UUID | None = None,
) -> TemperatureAdjustment:
    """Move the temperature by `points` now, kept within 1..99; until `expires_at`, if given.

    A second call with the same `request_id` (a double click) returns the first one's adjustment.
    Errors: `not_found`, `adjustment_points`, `adjustment_reason`, `adjustment_expiry`, `adjustment_excluded`,
    `adjustment_idle`, `temperature_landmark`.
    """
    reason = _checked(points, reason, expires_at)
    with transaction.atomic():
        lead = _take(lead_id, user)
        known, rules = locking.lock_scores([lead_id])
        earlier = (
            request_id and TemperatureAdjustment.objects.filter(lead=lead, request_id=request_id).first()
        )
        if earlier:
            return earlier
        if lead_id not in known:
            raise _not_found()
        now = timezone.now()
        adjustment = TemperatureAdjustment.objects.create(
            lead=lead,
            author=user,
            author_name=str(user),
            points=points,
            heat=_heat(lead_id, points, rules, now),
            reason=reason,
            at=now,
            expires_at=expires_at,
            request_id=request_id,
        )
        _record([adjustment], now, actor_id=user.pk)
        details = {"adjustment": adjustment.pk, "points": points}
        audit.record(actor=user, action="lead.adjust", target=lead, details=details)
    return adjustment


def undo(*, adjustment_id: int, user: User, lead_id: int | None = None) -> TemperatureAdjustment:
    """Take it back before its time; everybody who may see the lead may. A second undo changes nothing.

    Errors: `not_found`, and `adjustment_expired` for one that has ended by itself.
    """
    visible = Lead.objects.visible_to(user)
    with transaction.atomic():
        adjustment = TemperatureAdjustment.objects.filter(pk=adjustment_id, lead__in=visible).first()
        if adjustment is None or lead_id not in (None, adjustment.lead_id):
            raise _not_found()
        locking.lock_scores([adjustment.lead_id])
        now = timezone.now()
        if _claim([adjustment_id], now, undone_by_name=str(user)):
            _record([adjustment], now, actor_id=user.pk, ended="undone")
            details = {"adjustment": adjustment.pk}
            audit.record(actor=user, action="lead.adjust_undo", target=adjustment.lead, details=details)
        adjustment.refresh_from_db()
    if not adjustment.undone_by_name:
        raise DomainError("adjustment_expired", _("This adjustment has ended already."), status=409)
    return adjustment


def expire_due() -> int:
    """End what is due, in batches; returns how many. Safe to run twice and beside any undo."""
    ended = 0
    due = TemperatureAdjustment.objects.filter(
        ended_at=None, expires_at__lte=timezone.now(), lead__score__isnull=False
    )
    while batch := dict(due.order_by("lead_id", "pk").values_list("pk", "lead_id")[:EXPIRE_BATCH]):
        ended += _expire(batch)
    return ended


def _expire(batch: dict[int, int]) -> int:
    """`batch`: adjustment id → lead id."""
    with transaction.atomic():
        locking.lock_scores(batch.values())
        now = timezone.now()
        claimed = _claim(batch, now)
        adjustments = list(TemperatureAdjustment.objects.filter(pk__in=claimed).select_related("lead"))
        _record(adjustments, now, ended="expired")
        for one in adjustments:
            details = {"adjustment": one.pk}
            audit.record(actor=None, action="lead.adjust_expire", target=one.lead, details=details)
    return len(claimed)


def _claim(ids: Collection[int], now: datetime, *, undone_by_name: str = "") -> list[int]:
    """End those that nobody has ended yet: only their heat may be subtracted. The score rows are locked."""
    open_ones = TemperatureAdjustment.objects.filter(pk__in=ids, ended_at=None)
    claimed = list(open_ones.select_for_update().values_list("pk", flat=True))
    open_ones.filter(pk__in=claimed).update(ended_at=now, undone_by_name=undone_by_name)
    return claimed


def _record(
    adjustments: list[TemperatureAdjustment], now: datetime, *, actor_id: int | None = None, ended: str = ""
) -> None:
    """The heat, or its opposite for those that `ended`, in one call: one round of locks."""
    sign, told = (-1, {"ended": ended}) if ended else (1, {})
    activities = [
        ingest.NewActivity(
            one.lead_id,
            ActivityType.MANUAL,
            one.at,
            ingest.MANUAL_SOURCE,
            external_id=f"{one.external_id}-end" if ended else one.external_id,
            properties={"heat": sign * one.heat, "points": sign * one.points, **told},
            actor_id=actor_id,
        )
        for one in adjustments
    ]
    result = ingest.record(activities, received_at=now)
    if result.created != len(activities):
        raise DomainError("adjustment_points", _("The temperature cannot be adjusted that far."))


def _heat(lead_id: int, points: int, rules: Rules, now: datetime) -> float:
    score = LeadScore.objects.only("acc", "fit_factor").get(pk=lead_id)
    if score.fit_factor == 0:
        raise DomainError(
            "adjustment_excluded",
            _("This lead is left out of the ranking by a rule; points would change nothing."),
            status=409,
        )
    units = sum(weight * acc for weight, acc in zip(rules.weights, score.acc, strict=True))
    heat_now = rules.scale.heat(score.fit_factor * units, now)
    shown = temperature.heat_to_temperature(heat_now, rules.scale.scale_heat)
    heat = temperature.adjustment_heat(
        temperature=shown,
        points=points + _headroom(shown + points),
        fit_factor=score.fit_factor,
        scale_heat=rules.scale.scale_heat,
        heat=heat_now,
    )
    if heat * points <= 0:
        message = _("This lead is as hot as can be.") if points > 0 else _("This lead is as cold as can be.")
        raise DomainError("adjustment_idle", message, status=409)
    if abs(heat) * 2 ** (temperature.UNIT_BITS + rules.scale.half_lives(now)) > MOST_UNITS:
        raise DomainError(
            "temperature_landmark",
            _("The temperatures must be rebuilt before new activities fit in."),
            status=503,
        )
    return heat


def _headroom(target: float) -> float:
    """Keeps a whole number whole for some minutes: 0 + 20 shall show 20, and not 19 a second later."""
    return max(0.0, math.floor(target + 1e-6) + HEADROOM_POINTS - target)


def _take(lead_id: int, user: User) -> Lead:
    """The lead, locked before its score row as in leads/saving.py: the new row's key would lock it after."""
    visible = Lead.objects.visible_to(user).select_for_update(of=("self",), no_key=True)
    lead = visible.filter(pk=lead_id).first()
    if lead is None:
        raise _not_found()
    return lead


def _not_found() -> DomainError:
    return DomainError("not_found", _("This lead does not exist."), status=404)


def _checked(points: int, reason: str, expires_at: datetime | None) -> str:
    """The reason without blanks around it."""
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= abs(points) <= MOST_POINTS:
        raise DomainError("adjustment_points", str(HOW_MANY_POINTS))
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = _("Please give a reason of at most %(most)s characters.") % {"most": LONGEST_REASON}
        raise DomainError("adjustment_reason", message)
    now = timezone.now()
    if expires_at is not None and not now < expires_at <= now + timedelta(days=LONGEST_DAYS):
        raise DomainError("adjustment_expiry", _("Please choose an end within the next year."))
    return reason
