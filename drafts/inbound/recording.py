"""What came of a mail, whoever tells it: a provider's webhook, a mailbox, the reader's own click.

Each function takes one event and is safe to call again: by team, source and event id it is kept once, and one
too old for that to be known (retention.py) is taken for known. Draft, lead, delivery and score row are locked
in this order, the lead as `sending.claim` locks it: a mail that is being handed out either sees the stop or
was first. `names_mail`: by its Message-ID or a link in it, not found by the address alone.
No text of a mail is stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from drafts import workflow
from drafts.inbound import retention
from drafts.mail import settling
from drafts.models import Delivery, Draft, MailEvent, Suppression
from leads import ingest
from leads.models import ActivityType, Lead
from salesdash import audit
from salesdash.models import Team

log = structlog.get_logger(__name__)
# a full mailbox may be empty tomorrow; refused three times in a month it is nobody's
SOFT_LIMIT: Final = 3
SOFT_DAYS: Final = 30
_LONGEST_ID: Final = 120
_LONGEST_CODE: Final = 60
_Kind = MailEvent.Kind
_ACTIVITY: Final = {
    _Kind.REPLY: ActivityType.EMAIL_REPLY,
    _Kind.BOUNCE: ActivityType.EMAIL_BOUNCE,
    _Kind.SOFT_BOUNCE: ActivityType.EMAIL_BOUNCE,
    # whoever calls our mail spam says it more clearly than by any link
    _Kind.COMPLAINT: ActivityType.OPT_OUT,
    _Kind.OPT_OUT: ActivityType.OPT_OUT,
}
# what such an event adds to the list of addresses, and its entry in the audit log
_STOPPED_BY: Final = {
    _Kind.BOUNCE: (Suppression.Reason.BOUNCE, "lead.bounced"),
    _Kind.SOFT_BOUNCE: (Suppression.Reason.BOUNCE, "lead.bounced"),
    _Kind.COMPLAINT: (Suppression.Reason.COMPLAINT, "lead.complained"),
    _Kind.OPT_OUT: (Suppression.Reason.OPT_OUT, "lead.unsubscribed"),
}


class Address(NamedTuple):
    """Where no mail of ours is known: all leads with this address, of one team or (None) of all."""

    email: str
    team_id: int | None


About = Delivery | Lead | Address


@dataclass(frozen=True, slots=True)
class _Event:
    kind: MailEvent.Kind
    at: datetime
    received_at: datetime
    source: str
    key: str
    code: str
    delivery: Delivery | None
    team_id: int | None
    email: str
    names_mail: bool
    asks_to_stop: bool


def replied(
    about: About,
    *,
    at: datetime,
    event_id: str,
    source: str,
    names_mail: bool = True,
    asks_to_stop: bool = False,
) -> bool:
    """A person answered, no machine. False: that was known.

    `asks_to_stop`: it may, by its words. Nothing is stopped: whoever reads the lead is asked.
    """
    kind = _Kind.REPLY
    return _take(about, kind, at, event_id, source, names_mail=names_mail, asks_to_stop=asks_to_stop)


def bounced(
    about: About,
    *,
    hard: bool,
    at: datetime,
    event_id: str,
    source: str,
    code: str = "",
    names_mail: bool = True,
) -> bool:
    """Not delivered: for good, or for now. `code` is the status (RFC 3463), such as 5.1.1, never a text.

    A hard bounce stops all mail of the team to the address, a soft one the third time within 30 days.
    False: that was known.
    """
    kind = _Kind.BOUNCE if hard else _Kind.SOFT_BOUNCE
    return _take(about, kind, at, event_id, source, code, names_mail=names_mail)


def complained(about: About, *, at: datetime, event_id: str, source: str, names_mail: bool = True) -> bool:
    """The reader called it spam: nothing goes to address or person any more. False: that was known."""
    return _take(about, _Kind.COMPLAINT, at, event_id, source, names_mail=names_mail)


def opted_out(about: About, *, at: datetime, event_id: str, source: str, names_mail: bool = True) -> bool:
    """The reader wants no more of it, by whatever button. False: that was known."""
    return _take(about, _Kind.OPT_OUT, at, event_id, source, names_mail=names_mail)


def _take(
    about: About,
    kind: MailEvent.Kind,
    at: datetime,
    event_id: str,
    source: str,
    code: str = "",
    *,
    names_mail: bool,
    asks_to_stop: bool = False,
) -> bool:
    now = timezone.now()
    delivery = about if isinstance(about, Delivery) else None
    email = about.recipient if isinstance(about, Delivery) else about.email
    event = _Event(
        kind=kind,
        at=max(min(at, now), ingest.EARLIEST),
        received_at=now,
        source=source,
        key=_key(event_id),
        code=code[:_LONGEST_CODE],
        delivery=delivery,
        team_id=about.team_id,
        email=email.strip(),
        # the last mail to an address may not be the one that is meant
        names_mail=names_mail and delivery is not None,
        asks_to_stop=asks_to_stop and delivery is not None,
    )
    if retention.is_past(kind, event.at):
        log.info("mail event too old", kind=str(kind), source=source)
        return False
    with transaction.atomic():
        draft = _held_draft(delivery)
        leads = _held(about, event)
        if not _is_new(event):
            return False
        if delivery is not None and draft is not None:
            settling.settle(draft, delivery.pk)
        if event.asks_to_stop and draft is not None:
            workflow.announce(draft, origin=draft.state, at=now)
        stops = _stops(event)
        if stops:
            _stop(event, leads, draft)
        if not _told_before(event):
            _record(event, leads)
    log.info("mail event", kind=str(kind), source=source, leads=len(leads), stops=stops)
    return True


def _key(event_id: str) -> str:
    """As given where it fits; a provider's longer one by its digest."""
    fits = 0 < len(event_id) <= _LONGEST_ID and event_id.isascii() and event_id.isprintable()
    return event_id if fits else hashlib.sha256(event_id.encode("utf-8", "replace")).hexdigest()


def _held_draft(delivery: Delivery | None) -> Draft | None:
    """Before its lead, as senders take them."""
    return Draft.objects.select_for_update().get(pk=delivery.draft_id) if delivery else None


def _held(about: About, event: _Event) -> list[Lead]:
    """Before the score rows, and in the order in which all take them."""
    leads = Lead.objects.select_for_update().order_by("pk")
    if isinstance(about, Delivery):
        return list(leads.filter(pk=about.lead_id))
    if isinstance(about, Lead):
        return list(leads.filter(pk=about.pk))
    if not event.email:
        # of the many leads without an address it is none
        return []
    # team by team, as the unique index is laid out
    teams = [event.team_id] if event.team_id is not None else list(Team.objects.values_list("pk", flat=True))
    return list(leads.alias(address=Lower("email")).filter(team__in=teams, address=Lower(Value(event.email))))


def _is_new(event: _Event) -> bool:
    try:
        with transaction.atomic():
            MailEvent.objects.create(
                team_id=event.team_id,
                source=event.source,
                event_id=event.key,
                kind=event.kind,
                delivery=event.delivery,
                names_mail=event.names_mail,
                asks_to_stop=event.asks_to_stop,
                code=event.code,
                address=event.email.lower(),
                occurred_at=event.at,
                received_at=event.received_at,
            )
    except IntegrityError:
        return False
    return True


def _told_before(event: _Event) -> bool:
    """A mail bounces for good once, whoever else tells it: the provider, and the mailbox."""
    if event.delivery is None or event.kind not in (_Kind.BOUNCE, _Kind.COMPLAINT):
        return False
    told = MailEvent.objects.filter(delivery=event.delivery, kind=event.kind, team=event.team_id)
    return told.exclude(source=event.source, event_id=event.key).exists()


def _stops(event: _Event) -> bool:
    """News may come late and out of order: any three soft bounces within the days count."""
    if event.kind != _Kind.SOFT_BOUNCE:
        return event.kind in _STOPPED_BY
    span = timedelta(days=SOFT_DAYS)
    soft = MailEvent.objects.filter(address=event.email.lower(), kind=_Kind.SOFT_BOUNCE, team=event.team_id)
    around = soft.filter(occurred_at__range=(event.at - span, event.at + span))
    times = sorted(around.values_list("occurred_at", flat=True))
    return any(last - first <= span for first, last in zip(times, times[SOFT_LIMIT - 1 :], strict=False))


def _stop(event: _Event, leads: list[Lead], draft: Draft | None) -> None:
    """What holds the address back already stays as it is."""
    reason, action = _STOPPED_BY[event.kind]
    if event.email:
        held = Suppression(
            team_id=event.team_id, email=event.email, reason=reason, created_by_name=event.source
        )
        Suppression.objects.bulk_create([held], ignore_conflicts=True)
    if reason == Suppression.Reason.BOUNCE and event.delivery and draft:
        settling.mark_bounced(draft, event.delivery.pk, event.code)
    details = {"source": event.source, "delivery": event.delivery.pk if event.delivery else None}
    if not leads:
        audit.record(actor=None, action=action, team_id=event.team_id, details=details)
    for lead in leads:
        audit.record(actor=None, action=action, target=lead, details=details)


def _record(event: _Event, leads: list[Lead]) -> None:
    properties = {"kind": str(event.kind)} | ({"code": event.code} if event.code else {})
    result = ingest.record(
        [
            ingest.NewActivity(
                lead_id=lead.pk,
                type=_ACTIVITY[event.kind],
                occurred_at=event.at,
                source=event.source,
                external_id=event.key,
                properties=properties,
                delivery_id=event.delivery.pk if event.delivery else None,
            )
            for lead in leads
        ],
        received_at=event.received_at,
    )
    for _index, fault in result.rejected:
        log.warning("mail event not in the history", fault=fault, source=event.source)
