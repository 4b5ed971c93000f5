"""Half a year of sent mails and what came of them."""

from __future__ import annotations

import bisect
import itertools
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from drafts import experiments, tracking
from drafts.mail.composing import urls_in
from drafts.models import Arm, Delivery, DeliveryTally, Draft, Experiment, Origin, Purpose, State
from kpis.seeding import clock
from kpis.seeding.world import DAYS, World
from leads.ingest import NewActivity
from leads.models import ActivityType as Kind
from leads.models import Deal, Lead, Stage

# what a mail of either origin leads to: the truth that the KPI pages have to find again
_REPLY: Final = {Origin.GENERATED: 0.105, Origin.MANUAL: 0.088}
_MEETING: Final = {Origin.GENERATED: 0.078, Origin.MANUAL: 0.064}
_OPEN_HUMAN, _OPEN_MACHINE, _BOUNCE = 0.47, 0.38, 0.012
# of mails that hold a link
_CLICK, _CLICK_MACHINE = 0.21, 0.14
_CHANNELS: Final = ((Delivery.Channel.COPY, 46), (Delivery.Channel.MAIL_APP, 8), (Delivery.Channel.SMTP, 46))


@dataclass(slots=True)
class Mail:
    """One mail of the past, before it becomes rows."""

    lead: Lead
    arm: Arm | None
    origin: str
    channel: str
    sent_at: datetime
    draft: Draft
    delivery: Delivery | None = None
    outcomes: list[NewActivity] = field(default_factory=list)


def plan(rng: Random, world: World, experiment: Experiment, *, count: int) -> list[Mail]:
    """Who got a mail when, and by which arm: the same sticky assignment as in daily work."""
    pairs = [
        (lead, vigour)
        for lead, vigour in zip(world.leads, world.vigour, strict=True)
        if lead.owner_id and lead.email and not lead.do_not_contact and lead.language == "ja"
    ]
    pairs.sort(key=lambda pair: pair[0].created_at)
    known_since = [lead.created_at for lead, _ in pairs]
    reach = list(itertools.accumulate(vigour**0.5 for _, vigour in pairs))
    mails = []
    for _number in range(count):
        sent_at = clock.moment(rng, world.now - timedelta(days=DAYS), world.now - timedelta(minutes=30))
        # one of the leads that were known by then
        known = max(1, bisect.bisect_left(known_since, sent_at))
        lead, _vigour = pairs[bisect.bisect_left(reach, rng.random() * reach[known - 1], hi=known - 1)]
        mails.append(_mail(rng, experiment, lead, max(sent_at, lead.created_at + timedelta(minutes=20))))
    mails.sort(key=lambda mail: mail.sent_at)
    return mails


def _mail(rng: Random, experiment: Experiment, lead: Lead, sent_at: datetime) -> Mail:
    arm = experiments.arm_for(experiment=experiment, lead_id=lead.pk)
    origin = Origin.GENERATED if arm.prompt_version_id else Origin.MANUAL
    channel = rng.choices([name for name, _ in _CHANNELS], [weight for _, weight in _CHANNELS])[0]
    draft = Draft(
        lead=lead,
        team=lead.company.team,
        requested_by=lead.owner,
        purpose=Purpose.ICE_BREAKER,
        language="ja",
        origin=origin,
        state=State.SENT,
        state_changed_at=sent_at,
        arm=arm,
        prompt_version_id=arm.prompt_version_id,
        created_at=sent_at - timedelta(seconds=rng.randrange(40, 900)),
    )
    return Mail(lead, arm, origin, channel, sent_at, draft)


def delivery_of(rng: Random, mail: Mail) -> Delivery:
    by_hand = mail.origin == Origin.MANUAL
    smtp = mail.channel == Delivery.Channel.SMTP
    return Delivery(
        draft=mail.draft,
        lead=mail.lead,
        team_id=mail.lead.team_id,
        sender_id=mail.lead.owner_id,
        channel=mail.channel,
        status=Delivery.Status.SENT,
        origin=mail.origin,
        recipient=mail.lead.email,
        trackable=smtp,
        message_id=f"<{uuid.UUID(int=rng.getrandbits(128)).hex}@sampleflow.example>" if smtp else "",
        text_hash=mail.draft.text_hash,
        copies=0 if smtp else 1,
        claimed_at=mail.sent_at,
        sent_at=mail.sent_at,
        writing_seconds=int(rng.lognormvariate(6.3, 0.45) if by_hand else rng.lognormvariate(4.0, 0.5)),
    )


def keep_links(mail: Mail, delivery: Delivery) -> bool:
    """Whether the mail holds links, kept as the sending of a mail keeps them."""
    return delivery.trackable and bool(tracking.links(delivery.pk, urls_in(mail.draft.body)))


def outcomes(
    rng: Random, mail: Mail, delivery: Delivery, now: datetime, *, linked: bool
) -> list[NewActivity]:
    """The mail itself, then opens, clicks, replies, meetings; only what has happened by `now`.

    `linked`: there is a link to follow.
    """
    happened = [(Kind.EMAIL_SENT, timedelta())]

    def perhaps(chance: float, kind: Kind, hours: float) -> bool:
        if rng.random() >= chance:
            return False
        happened.append((kind, timedelta(hours=rng.expovariate(1 / hours))))
        return True

    if delivery.trackable:
        if rng.random() < _OPEN_MACHINE:
            happened.append((Kind.EMAIL_OPEN_MACHINE, timedelta(seconds=rng.randrange(2, 40))))
        if linked:
            perhaps(_CLICK_MACHINE, Kind.EMAIL_CLICK_MACHINE, 0.02)
        if perhaps(_OPEN_HUMAN, Kind.EMAIL_OPEN, 9) and linked:
            perhaps(_CLICK / _OPEN_HUMAN, Kind.EMAIL_CLICK, 10)
        perhaps(_BOUNCE, Kind.EMAIL_BOUNCE, 0.05)
    replied = perhaps(_REPLY[Origin(mail.origin)], Kind.EMAIL_REPLY, 26)
    meeting = _MEETING[Origin(mail.origin)]
    # most who meet us have answered first
    perhaps(
        meeting * 0.8 / _REPLY[Origin(mail.origin)] if replied else meeting * 0.22, Kind.MEETING_BOOKED, 60
    )
    return [
        NewActivity(
            lead_id=mail.lead.pk,
            type=kind,
            occurred_at=mail.sent_at + after,
            source="mail" if kind != Kind.MEETING_BOOKED else "calendar",
            external_id=f"d{delivery.pk}-{kind.key}",
            properties={"channel": mail.channel} if kind == Kind.EMAIL_SENT else {},
            delivery_id=delivery.pk,
            actor_id=delivery.sender_id if kind == Kind.EMAIL_SENT else None,
        )
        for kind, after in happened
        if mail.sent_at + after <= now
    ]


def tally_of(mail: Mail) -> DeliveryTally | None:
    """What the judged hits of this mail would have come to."""
    kinds = Counter(activity.type for activity in mail.outcomes)
    if mail.delivery is None or not mail.delivery.trackable:
        return None
    return DeliveryTally(
        delivery=mail.delivery,
        opens=kinds[Kind.EMAIL_OPEN],
        clicks=kinds[Kind.EMAIL_CLICK],
        machine_opens=kinds[Kind.EMAIL_OPEN_MACHINE],
        machine_clicks=kinds[Kind.EMAIL_CLICK_MACHINE],
    )


def deals(rng: Random, mails: list[Mail], now: datetime) -> list[Deal]:
    """Some meetings become deals; leads move to the stage that their deal has reached."""
    made: dict[int, Deal] = {}
    for mail in mails:
        booked = [activity for activity in mail.outcomes if activity.type == Kind.MEETING_BOOKED]
        if not booked or mail.lead.pk in made or rng.random() > 0.62:
            continue
        opened = booked[0].occurred_at + timedelta(days=rng.uniform(1, 8))
        closed = opened + timedelta(days=rng.uniform(5, 45))
        if opened > now:
            continue
        status = Deal.Status.OPEN if closed > now else rng.choice([Deal.Status.WON, Deal.Status.LOST])
        amount = round(rng.lognormvariate(14.2, 0.7), -4)
        made[mail.lead.pk] = Deal(
            lead=mail.lead,
            team_id=mail.lead.team_id,
            name="フロウワーク 年間契約",
            status=status,
            amount_jpy=amount,
            gross_margin_jpy=round(amount * rng.uniform(0.58, 0.74)),
            opened_at=opened,
            closed_at=closed if status != Deal.Status.OPEN else None,
            external_id=f"D{mail.lead.pk}",
        )
        mail.lead.stage = {"open": Stage.PROPOSAL, "won": Stage.WON, "lost": Stage.LOST}[status]
        mail.lead.stage_changed_at = opened if status == Deal.Status.OPEN else closed
    for mail in mails:
        met = [activity.occurred_at for activity in mail.outcomes if activity.type == Kind.MEETING_BOOKED]
        if met and mail.lead.pk not in made:
            mail.lead.stage, mail.lead.stage_changed_at = Stage.MEETING, met[0]
    return Deal.objects.bulk_create(made.values())
