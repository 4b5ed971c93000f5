"""Hits become activities: each is judged once, when whatever belongs to it must have come.

What a mail's hits are recorded as, all by `leads.ingest`:
- a person's open: one EMAIL_OPEN per mail and day, a person's click one EMAIL_CLICK per link and day. To come
  back on another day is interest; to scroll up and down is not.
- machines: one EMAIL_OPEN_MACHINE and one EMAIL_CLICK_MACHINE per mail, whatever they ask for.
Every hit that counts goes into the tally of its mail, too.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from drafts.models import Delivery, DeliveryLink, TrackingHit
from drafts.tracking import rules
from drafts.tracking.addresses import PIXEL
from drafts.tracking.classifying import Hit, Mail, classify
from drafts.tracking.rules import Kind
from leads import ingest, sql
from leads.live import publish
from leads.models import ActivityType

# the burst around a hit is over, and slow commits are in
SETTLED: Final = timedelta(seconds=rules.BURST_SECONDS + 2)
# a mail whose sending is uncertain is decided by a person; until then its hits wait
WAIT_FOR_SENDING: Final = timedelta(days=3)
BATCH: Final = 1000
KEEP_CLIENT: Final = timedelta(hours=24)
KEEP_HITS: Final = timedelta(days=90)
_SOURCE: Final = "tracking"
_LOCK: Final = 1_043_001
_NEVER_SENT: Final = (Delivery.Status.UNDONE, Delivery.Status.FAILED)

_TALLY: Final = """
INSERT INTO drafts_deliverytally AS tally (delivery_id, opens, clicks, machine_opens, machine_clicks)
SELECT * FROM unnest(%(delivery)s::bigint[], %(opens)s::int[], %(clicks)s::int[], %(machine_opens)s::int[],
                     %(machine_clicks)s::int[])
ON CONFLICT (delivery_id) DO UPDATE SET
    opens = tally.opens + EXCLUDED.opens,
    clicks = tally.clicks + EXCLUDED.clicks,
    machine_opens = tally.machine_opens + EXCLUDED.machine_opens,
    machine_clicks = tally.machine_clicks + EXCLUDED.machine_clicks
"""
_JUDGED: Final = """
UPDATE drafts_trackinghit AS hit
SET judged_at = now(), rule = judged.rule,
    client = CASE WHEN judged.rule = ANY(%(branding)s) THEN hit.client ELSE '' END
FROM unnest(%(ids)s::bigint[], %(rules)s::text[]) AS judged (id, rule)
WHERE hit.id = judged.id
"""
_COLUMNS: Final = {
    (Kind.HUMAN, True): "opens",
    (Kind.HUMAN, False): "clicks",
    (Kind.MACHINE, True): "machine_opens",
    (Kind.MACHINE, False): "machine_clicks",
}


class _Sent(NamedTuple):
    """What is known of the mail behind a hit."""

    delivery: Delivery
    zone: ZoneInfo


@dataclass(frozen=True)
class _Verdict:
    hit: Hit
    sent: _Sent
    rule: str

    @property
    def kind(self) -> Kind:
        return rules.kind(self.rule)

    @property
    def column(self) -> str:
        return _COLUMNS.get((self.kind, self.hit.n == PIXEL), "")


def judge() -> int:
    """All hits that have settled, a batch per transaction; how many. Meanwhile a second run does nothing."""
    total = 0
    while True:
        with transaction.atomic():
            judged = _judge_batch() if _alone() else 0
        total += judged
        if judged < BATCH:
            return total


def forget() -> int:
    """Networks of yesterday, and hits that nobody asks about any more. The tallies stay."""
    now = timezone.now()
    TrackingHit.objects.exclude(client="").filter(at__lt=now - KEEP_CLIENT).update(client="")
    old, _by_model = TrackingHit.objects.filter(judged_at__lt=now - KEEP_HITS).delete()
    return old


def _alone() -> bool:
    ((alone,),) = sql.rows("SELECT pg_try_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    return bool(alone)


def _judge_batch() -> int:
    due = _due(timezone.now())
    if not due:
        return 0
    deliveries = _deliveries(delivery_id for delivery_id, _at in due.values())
    mails = {pk: _Sent(delivery, ZoneInfo(delivery.team.time_zone)) for pk, delivery in deliveries.items()}
    hits = _around(min(at for _delivery_id, at in due.values()), mails)
    found = classify(_facts(mails), hits, _gateways(due))
    verdicts = [
        _Verdict(hit, mails[hit.delivery_id], found[hit.id])
        for hit in itertools.chain.from_iterable(hits.values())
        if hit.id in due
    ]
    verdicts.sort(key=lambda verdict: (verdict.hit.at, verdict.hit.id))
    links = _urls(verdicts)
    if activities := [made for verdict in verdicts if (made := _activity(verdict, links))]:
        ingest.record(activities)
    _count(verdicts)
    _close(verdicts)
    _tell(verdicts)
    return len(due)


def _due(now: datetime) -> dict[int, tuple[int, datetime]]:
    """Hit → its delivery and time. Those of a mail that is still on its way wait."""
    decided = (
        Q(delivery__sent_at__isnull=False)
        | Q(delivery__status__in=_NEVER_SENT)
        | Q(at__lt=now - WAIT_FOR_SENDING)
    )
    ready = TrackingHit.objects.filter(decided, judged_at__isnull=True, at__lt=now - SETTLED)
    rows = ready.order_by("at", "pk").values_list("pk", "delivery_id", "at")[:BATCH]
    return {pk: (delivery_id, at) for pk, delivery_id, at in rows}


def _deliveries(delivery_ids: Iterable[int]) -> dict[int, Delivery]:
    rows = Delivery.objects.select_related("team", "draft").only(
        "lead", "team", "draft", "sent_at", "status", "team__time_zone", "draft__state"
    )
    return rows.in_bulk(set(delivery_ids))


def _facts(mails: Mapping[int, _Sent]) -> dict[int, Mail]:
    links = Counter(DeliveryLink.objects.filter(delivery__in=mails).values_list("delivery_id", flat=True))
    return {
        delivery_id: Mail(sent.delivery.sent_at, links[delivery_id]) for delivery_id, sent in mails.items()
    }


def _around(oldest: datetime, mails: Mapping[int, _Sent]) -> dict[int, list[Hit]]:
    """All hits of these mails from shortly before the oldest that is due, in the order of time."""
    since = oldest - timedelta(seconds=2 * rules.BURST_SECONDS)
    hits: dict[int, list[Hit]] = {delivery_id: [] for delivery_id in mails}
    for row in TrackingHit.objects.filter(delivery__in=mails, at__gte=since).order_by("at", "pk"):
        rule = row.rule if row.judged_at else None
        hits[row.delivery_id].append(Hit(row.pk, row.delivery_id, row.n, row.at, row.sign, row.client, rule))
    return hits


def _gateways(due: Iterable[int]) -> set[str]:
    """Which of the networks that ask now have branded themselves in the last hours."""
    asking = TrackingHit.objects.filter(pk__in=list(due)).exclude(client="").values("client")
    known = TrackingHit.objects.filter(client__in=asking, rule__in=rules.BRANDING)
    return set(known.values_list("client", flat=True))


def _urls(verdicts: Iterable[_Verdict]) -> dict[tuple[int, int], str]:
    clicked = {v.hit.delivery_id for v in verdicts if v.kind is Kind.HUMAN and v.hit.n != PIXEL}
    if not clicked:
        return {}
    rows = DeliveryLink.objects.filter(delivery__in=clicked).values_list("delivery_id", "n", "url")
    return {(delivery_id, n): url for delivery_id, n, url in rows}


def _activity(verdict: _Verdict, urls: Mapping[tuple[int, int], str]) -> ingest.NewActivity | None:
    """Its key names what may exist once: a repetition is a duplicate, and changes nothing."""
    if not verdict.column:
        return None
    hit, delivery = verdict.hit, verdict.sent.delivery
    # the sender notes the time after the answer of the server; a machine may have been faster
    at = max(hit.at, delivery.sent_at or hit.at)
    properties: dict[str, Any] = {"mail_sent_at": (delivery.sent_at or at).isoformat(timespec="seconds")}
    if verdict.kind is Kind.MACHINE:
        types = ActivityType.EMAIL_OPEN_MACHINE, ActivityType.EMAIL_CLICK_MACHINE
        key = f"{'open' if hit.n == PIXEL else 'click'}-machine-{delivery.pk}"
        properties["rule"] = verdict.rule
    else:
        types = ActivityType.EMAIL_OPEN, ActivityType.EMAIL_CLICK
        what = "open" if hit.n == PIXEL else f"click-{hit.n}"
        key = f"{what}-{delivery.pk}-{at.astimezone(verdict.sent.zone):%Y%m%d}"
        if url := urls.get((delivery.pk, hit.n)):
            properties["url"] = url
    return ingest.NewActivity(
        lead_id=delivery.lead_id,
        type=types[0] if hit.n == PIXEL else types[1],
        occurred_at=at,
        source=_SOURCE,
        external_id=key,
        properties=properties,
        delivery_id=delivery.pk,
    )


def _count(verdicts: Iterable[_Verdict]) -> None:
    counted = Counter((v.hit.delivery_id, v.column) for v in verdicts if v.column)
    if not counted:
        return
    delivery_ids = sorted({delivery_id for delivery_id, _column in counted})
    columns = {
        column: [counted[delivery_id, column] for delivery_id in delivery_ids] for column in _COLUMNS.values()
    }
    sql.run(_TALLY, {"delivery": delivery_ids, **columns})


def _close(verdicts: Iterable[_Verdict]) -> None:
    ids, found = zip(*((v.hit.id, v.rule) for v in verdicts), strict=True)
    sql.run(_JUDGED, {"ids": list(ids), "rules": list(found), "branding": list(rules.BRANDING)})


def _tell(verdicts: Iterable[_Verdict]) -> None:
    """Panels and lists that show one of these mails ask for it again; temperatures are told by ingest."""
    drafts = {v.sent.delivery.pk: v.sent.delivery for v in verdicts if v.kind is Kind.HUMAN}
    for delivery in drafts.values():
        publish.event(
            delivery.team_id,
            "draft",
            {"id": delivery.draft_id, "lead": delivery.lead_id, "state": delivery.draft.state},
        )
