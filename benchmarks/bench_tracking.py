"""Pixel and links of mails under load, in the production layout, with Redis and without; and their judge."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils import timezone

from benchmarks import page_servers, surroundings
from benchmarks.figures import Fact, Figure, p95, seconds
from drafts import tracking
from drafts.models import Delivery, DeliveryLink, DeliveryTally, Draft, Origin, State, TrackingHit
from drafts.texts import Text
from drafts.tracking import hits, judging
from leads import scale_data
from leads.models import Activity, Lead


@dataclass(frozen=True)
class Size:
    mails: int
    seconds: int


SIZES: Final = {"quick": Size(500, 8), "full": Size(5000, 30)}
CLIENTS: Final = 20
URLS: Final = tuple(f"https://example.com/{n}" for n in range(1, 4))
ANSWERS: Final = [200, 302]
NO_REDIS: Final = "redis://127.0.0.1:9/0"


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    scale_data.build(leads=max(2 * chosen.mails, 2000), activities=20_000)
    mails = _mails(chosen.mails)
    pixels = [_path(tracking.pixel(mail.pk)) for mail in mails]
    clicks = [_path(address) for mail in mails for address in tracking.links(mail.pk, URLS).values()]
    for name, redis_url in (("", None), (" without Redis", NO_REDIS)):
        with page_servers.pages_alone({"REDIS_URL": redis_url} if redis_url else {}) as port:
            yield from _under_load(port, f"pixel{name}", pixels, chosen.seconds)
            yield from _under_load(port, f"link{name}", clicks, chosen.seconds)
    yield from _judged()
    yield Fact("load average at the end", surroundings.load())


def _mails(count: int) -> list[Delivery]:
    """One to each of so many leads, sent two hours ago."""
    at = timezone.now() - timedelta(hours=2)
    leads = list(islice(Lead.objects.order_by("pk").only("team", "email"), count))
    text = Text("ご案内", "お世話になっております。")
    drafts = Draft.objects.bulk_create(
        Draft(
            lead=lead,
            team_id=lead.team_id,
            language="ja",
            state=State.SENT,
            origin=Origin.GENERATED,
            state_changed_at=at,
            created_at=at,
            subject=text.subject,
            body=text.body,
            text_hash=text.hash,
        )
        for lead in leads
    )
    return Delivery.objects.bulk_create(
        Delivery(
            draft=draft,
            lead=lead,
            team_id=lead.team_id,
            origin=draft.origin,
            channel=Delivery.Channel.SMTP,
            status=Delivery.Status.SENT,
            recipient=lead.email,
            trackable=True,
            claimed_at=at,
            sent_at=at,
        )
        for draft, lead in zip(drafts, leads, strict=True)
    )


def _path(address: str) -> str:
    return urlsplit(address).path


def _under_load(port: int, name: str, paths: list[str], lasting: int) -> Iterator[Figure]:
    _ask(port, paths, CLIENTS, 2)  # every worker has opened its connection
    one = _ask(port, paths, 1, lasting)
    TrackingHit.objects.all().delete()
    many = _ask(port, paths, CLIENTS, lasting)
    kept, answered = TrackingHit.objects.count(), len(many["answers"])
    yield Figure(f"{name}, server time p95, one client", _p95_ms(one, 0), "ms", 15)
    yield Figure(f"{name}, server time p95, {CLIENTS} clients", _p95_ms(many, 0), "ms", 15)
    yield Figure(f"{name}, time that {CLIENTS} clients wait, p95", _p95_ms(many, 1), "ms")
    yield Figure(f"{name}, {CLIENTS} clients", answered / lasting, "requests/s", 300, at_least=True)
    yield Figure(f"{name}: answers that were no picture and no link", many["failures"], "answers", 0)
    yield Figure(f"{name}: requests that left no row", max(answered - kept, 0), "requests", 0)


def _ask(port: int, paths: list[str], clients: int, lasting: int) -> dict[str, Any]:
    plan = {
        "port": port, "paths": paths, "clients": clients, "seconds": lasting, "fine": ANSWERS,
        "cookie": "", "agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 Safari/537.36",
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.page_clients"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _p95_ms(load: dict[str, Any], which: int) -> float:
    return 1000 * p95(answer[which] for answer in load["answers"])


def _judged() -> Iterator[Figure | Fact]:
    """What came last, as if its bursts were over; then the same again, which must change nothing."""
    TrackingHit.objects.update(at=timezone.now() - timedelta(minutes=1))
    count = TrackingHit.objects.count()
    spent = seconds(judging.judge)
    yield Figure("hits judged", count / spent, "hits/s")
    before = Activity.objects.filter(source="tracking").count(), DeliveryTally.objects.count()
    TrackingHit.objects.update(judged_at=None)
    DeliveryTally.objects.all().delete()
    judging.judge()
    again = Activity.objects.filter(source="tracking").count(), DeliveryTally.objects.count()
    yield Figure(
        "activities that a second judgement of the same hits added", again[0] - before[0], "activities", 0
    )
    yield Fact(
        "rows", f"{count} hits, {DeliveryLink.objects.count()} links, {hits.MOST_HITS} hits of a mail at most"
    )
