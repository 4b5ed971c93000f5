"""The one way to write deals: made, changed, won or lost, and undone for some minutes.

A deal does not move the temperature. What it earned is credited to the last mail before it was opened, within
the team's attribution window (kpis/rollup.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from leads import signals
from leads.models import Deal, DealStep, Lead
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.formatting import numbers
from salesdash.models import User

MOST_JPY: Final = 1_000_000_000_000
LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 200
LONGEST_STAGE: Final = 40
UNDO_FOR: Final = timedelta(minutes=10)
# names of deals may name people: not kept longer than of use
KEPT_FOR: Final = timedelta(days=1)
SOURCE: Final = "salesdash"
FIELDS: Final = (
    "name", "status", "stage", "amount_jpy", "gross_margin_jpy", "opened_at", "closed_at", "lost_reason",
)  # fmt: skip
_MOMENTS: Final = ("opened_at", "closed_at")


def create(
    *,
    lead_id: int,
    user: User,
    values: Mapping[str, Any],
    source: str = SOURCE,
    external_id: str = "",
    request_id: UUID | None = None,
) -> DealStep:
    """A deal of this lead; `values` by the names in FIELDS. A second click (`request_id`) makes no second.

    Errors: `not_found`, `deal_exists` (409), and those of `_refuse`, each about one field.
    """
    lead = Lead.objects.visible_to(user).filter(pk=lead_id).first()
    if lead is None:
        raise DomainError("not_found", _("This lead does not exist."), status=404)
    now = timezone.now()
    deal = Deal(lead=lead, team_id=lead.team_id, opened_at=now, source=source, external_id=external_id)
    _put(deal, values, now)
    try:
        with transaction.atomic():
            deal.save()
            step = DealStep.objects.create(
                deal=deal, author=user, at=now, version=deal.version, request_id=request_id
            )
            _told(deal, user, "deal.create", values)
    except IntegrityError as error:
        mine = DealStep.objects.filter(request_id=request_id, deal__lead=lead, author=user)
        if request_id and (earlier := mine.select_related("deal").first()):
            return earlier
        if "deal_once" not in str(error):
            raise
        message = _("There is a deal with this external id already.")
        raise ConflictError("deal_exists", message) from None
    return step


def change(
    *, deal_id: int, user: User, version: int, values: Mapping[str, Any], lead_id: int | None = None
) -> DealStep | None:
    """Won and lost end a deal (now, if no time is named), open takes that back. None: nothing to change.

    Errors: `not_found`, `stale` (409), and those of `_refuse`.
    """
    now = timezone.now()
    with transaction.atomic():
        deal = _locked(deal_id, user, lead_id)
        if deal.version != version:
            raise stale(deal)
        before = {name: getattr(deal, name) for name in FIELDS}
        _put(deal, values, now)
        changed = [name for name in FIELDS if getattr(deal, name) != before[name]]
        if not changed:
            return None
        _save(deal, changed)
        action = f"deal.{deal.status}" if "status" in changed else "deal.update"
        _told(deal, user, action, changed)
        return DealStep.objects.create(
            deal=deal,
            author=user,
            at=now,
            before={name: _kept(before[name]) for name in changed},
            version=deal.version,
        )


def undo(*, step_id: int, user: User, lead_id: int | None = None) -> None:
    """By whoever did it, for ten minutes, unless it was changed again since. A new deal is gone then.

    Errors: `not_found`, `too_late`, `changed_since` (409).
    """
    step = DealStep.objects.filter(pk=step_id, author=user).first()
    if step is None:
        raise _unknown()
    with transaction.atomic():
        deal = _locked(step.deal_id, user, lead_id)
        if step.at < timezone.now() - UNDO_FOR:
            raise DomainError("too_late", _("It is too late to undo this."))
        if deal.version != step.version:
            message = _("This was changed again meanwhile, so it stays as it is now.")
            raise ConflictError("changed_since", message)
        _told(deal, user, "deal.undo", step.before)
        if not step.before:
            deal.delete()
            return
        for name, value in step.before.items():
            setattr(deal, name, parse_datetime(value) if name in _MOMENTS and value else value)
        _save(deal, list(step.before))


def stale(deal: Deal) -> ConflictError:
    message = _("Somebody else changed this deal meanwhile. Please look at it again.")
    return ConflictError("stale", message, {"version": deal.version})


def forget() -> int:
    """How many steps were old enough to be deleted."""
    number, _models = DealStep.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return number


def _kept(value: Any) -> Any:
    """As JSON, to the microsecond."""
    return value.isoformat() if isinstance(value, datetime) else value


def _locked(deal_id: int, user: User, lead_id: int | None) -> Deal:
    visible = Lead.objects.visible_to(user)
    deals = Deal.objects.select_for_update(of=("self",)).select_related("lead").filter(lead__in=visible)
    deal = deals.filter(pk=deal_id).first()
    if deal is None or lead_id not in (None, deal.lead_id):
        raise _unknown()
    return deal


def _unknown() -> DomainError:
    return DomainError("not_found", _("This deal does not exist."), status=404)


def _put(deal: Deal, values: Mapping[str, Any], now: datetime) -> None:
    for name in FIELDS:
        if name in values:
            setattr(deal, name, values[name])
    if deal.status == Deal.Status.OPEN:
        if values.get("closed_at"):
            raise DomainError("deal_closed", _("An open deal has no end. Please say won or lost."))
        deal.closed_at, deal.lost_reason = None, ""
    else:
        deal.closed_at = deal.closed_at or now
    if deal.status == Deal.Status.WON:
        deal.lost_reason = ""
    _refuse(deal, now)


def _refuse(deal: Deal, now: datetime) -> None:
    """Errors: `deal_name`, `deal_status`, `deal_amount`, `deal_margin`, `deal_opened`, `deal_closed`."""
    if not deal.name or len(deal.name) > LONGEST_NAME:
        raise DomainError("deal_name", _("Please name the deal."))
    if deal.status not in Deal.Status.values:
        raise DomainError("deal_status", _("Please say whether the deal is open, won or lost."))
    if not 0 <= deal.amount_jpy <= MOST_JPY:
        most = {"most": numbers.yen_short(MOST_JPY)}
        raise DomainError("deal_amount", _("Please enter an amount from 0 to %(most)s.") % most)
    if not -MOST_JPY <= deal.gross_margin_jpy <= deal.amount_jpy:
        raise DomainError("deal_margin", _("The gross margin cannot be more than the amount."))
    if deal.opened_at > now:
        raise DomainError("deal_opened", _("The deal cannot have begun in the future."))
    if deal.closed_at and not deal.opened_at <= deal.closed_at <= now:
        raise DomainError("deal_closed", _("The end lies between the beginning and now."))


def _save(deal: Deal, changed: list[str]) -> None:
    deal.version += 1
    deal.save(update_fields=[*changed, "version"])


def _told(deal: Deal, user: User, action: str, fields: Any) -> None:
    audit.record(
        actor=user, action=action, target=deal, details={"lead": deal.lead_id, "fields": sorted(fields)}
    )
    # the table has a column of open deals
    signals.announce_rows({deal.team_id: [deal.lead_id]}, user.pk)
