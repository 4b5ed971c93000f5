"""A reply that may ask to stop: the rep is asked, and says so or not. Never decided by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from drafts.inbound import recording
from drafts.models import Draft, MailEvent
from drafts.safety import law
from salesdash import audit
from salesdash.errors import ConflictError
from salesdash.models import User

_SOURCE = "salesdash"


@dataclass(frozen=True)
class Question:
    """Whether mail to `address` is to stop, because of the reply of `at`."""

    pk: str
    address: str
    at: datetime | None
    lead_id: int | None = None


def of_lead() -> Subquery:
    """For an annotation of leads: the oldest question that nobody has answered, to be read by `read`."""
    asked = MailEvent.objects.filter(delivery__lead=OuterRef("pk"), asks_to_stop=True)
    columns = JSONObject(pk="pk", address="address", at="occurred_at")
    return Subquery(asked.order_by("occurred_at", "pk").values(row=columns)[:1])


def waiting(user: User, *, team: bool, most: int) -> list[Question]:
    """The oldest question of each lead of the teams of `user`, or of the leads and mails of `user` alone.

    None about an address whose mail is stopped already.
    """
    held = law.suppressions(
        team=OuterRef("delivery__lead__team"), address=law.Folded(OuterRef("delivery__lead__email"))
    )
    open_ones = MailEvent.objects.filter(
        ~Exists(held),
        asks_to_stop=True,
        delivery__draft__in=Draft.objects.visible_to(user),
        delivery__lead__opted_out_at=None,
    )
    if not team:
        open_ones = open_ones.filter(Q(delivery__lead__owner=user) | Q(delivery__sender=user))
    oldest = open_ones.order_by("delivery__lead", "occurred_at", "pk").distinct("delivery__lead")
    rows = MailEvent.objects.filter(pk__in=oldest.values("pk")).order_by("occurred_at", "pk")
    columns = ("pk", "address", "occurred_at", "delivery__lead_id")
    return [
        Question(str(pk), address, at, lead) for pk, address, at, lead in rows.values_list(*columns)[:most]
    ]


def read(row: dict[str, Any] | None) -> Question | None:
    return Question(str(row["pk"]), row["address"], parse_datetime(row["at"])) if row else None


def decide(event: MailEvent, *, user: User, stop: bool) -> None:
    """Stopped is stopped, as by the link in the mail: nobody takes that back by a click (docs/adr/0151).

    Errors: `decided` where somebody was faster.
    """
    with transaction.atomic():
        if not MailEvent.objects.filter(pk=event.pk, asks_to_stop=True).update(asks_to_stop=False):
            raise ConflictError("decided", _("Somebody has decided about this reply already."))
        delivery = event.delivery
        if delivery is None:
            return
        if stop:
            # what else this person answered asks for nothing any more
            MailEvent.objects.filter(delivery__lead=delivery.lead_id, asks_to_stop=True).update(
                asks_to_stop=False
            )
            recording.opted_out(
                delivery,
                at=event.occurred_at,
                event_id=f"reply-{event.pk}",
                source=_SOURCE,
                names_mail=event.names_mail,
            )
        details = {"delivery": delivery.pk, "stop": stop}
        audit.record(actor=user, action="lead.decide_stop_wish", target=delivery.lead, details=details)
