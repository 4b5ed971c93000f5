"""Mails by the real workers through a real SMTP conversation: how many a second, and none of them twice."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib.auth.models import Group
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import surroundings
from benchmarks.figures import Fact, Figure, p95
from drafts import signals
from drafts.mail import queueing
from drafts.models import Delivery, Draft, SafetyRules, State
from drafts.tasks import send_mail
from drafts.texts import Text
from leads import folding, locking, scoring
from leads.models import Activity, ActivityType, Company, Industry, Lead
from leads.models.lead import ConsentBasis
from salesdash import roles
from salesdash.devmail.options import Options
from salesdash.devmail.server import DevMail
from salesdash.devmail.store import Envelope
from salesdash.models import Membership, Team, User
from salesdash.supervisor import workers


@dataclass(frozen=True)
class Size:
    mails: int
    seconds: float


# 10,000 in five minutes
SIZES: Final = {"quick": Size(200, 6), "full": Size(10_000, 300)}
REPS: Final = 20
DOMAIN: Final = "bench.example"
BODY: Final = "株式会社試験商事\n山田 花子 様\n\n突然のご連絡にて失礼いたします。佐藤 健と申します。\n\n" + (
    "このたびはご覧いただき、誠にありがとうございます。資料は https://bench.example/a にございます。\n" * 4
)
_ID: Final = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


class Sink(DevMail):
    """The demo's mail server; what it took is counted by Message-ID, and kept as it always is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Options(folder=folder))
        self.taken: Counter[bytes] = Counter()

    def submitted(self, envelope: Envelope, content: bytes) -> None:
        super().submitted(envelope, content)
        found = _ID.search(content)
        self.taken[found.group(1) if found else b""] += 1


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    yield Fact("workers", " ".join(workers.command("mailer")[-8:]))
    signals.mail_waiting.disconnect(dispatch_uid="mail_enqueue")
    drafts = _drafts(chosen.mails)
    with tempfile.TemporaryDirectory() as folder, Sink(Path(folder)) as sink:
        with override_settings(MAIL_URL=sink.mail_url):
            yield from _queued(drafts)
        yield from _sent(sink, chosen)
    yield Fact("load average at the end", surroundings.load())


def _queued(drafts: list[tuple[Draft, User]]) -> Iterator[Figure]:
    """By the door that the button uses: locks, law, rules, cap, events."""
    took = []
    for draft, user in drafts:
        started = time.perf_counter()
        queueing.queue(draft_id=draft.pk, user=user)
        took.append(1000 * (time.perf_counter() - started))
    yield Figure("“Send” to waiting, p95", p95(took[1:]), "ms", 50)


def _sent(sink: Sink, chosen: Size) -> Iterator[Figure]:
    with _worker(sink.mail_url):
        # until its processes look for the first time
        time.sleep(5)
        Delivery.objects.update(not_before=timezone.now())
        started = time.perf_counter()
        for _process in range(2):
            send_mail.delay()
        _until(lambda: not Delivery.objects.filter(status__in=["queued", "sending"]).exists())
        seconds = time.perf_counter() - started
    sent = Delivery.objects.filter(status="sent")
    yield Figure(f"{chosen.mails:,} mails sent", seconds, "s", chosen.seconds)
    yield Figure("mails a second", chosen.mails / seconds, "mails/s")
    yield Figure("mails that arrived twice", sum(n - 1 for n in sink.taken.values()), "mails", 0)
    known = {one.encode() for one in sent.values_list("message_id", flat=True)}
    yield Figure("mails sent that did not arrive", len(known - set(sink.taken)), "mails", 0)
    yield Figure("mails not sent", chosen.mails - sent.count(), "mails", 0)
    told = Activity.objects.filter(type=ActivityType.EMAIL_SENT).count()
    yield Figure("mails without an entry in the history", chosen.mails - told, "mails", 0)


@contextlib.contextmanager
def _worker(address: str) -> Iterator[None]:
    environment = os.environ | {"MAIL_URL": address}
    process = subprocess.Popen(workers.command("mailer"), env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _until(condition: object, seconds: float = 1200) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            sys.exit("the workers do not send")
        time.sleep(0.2)


# --- data ----------------------------------------------------------------------------------------


def _drafts(number: int) -> list[tuple[Draft, User]]:
    """Ready drafts of distinct leads, spread over reps; the team may send at any hour."""
    roles.sync()
    clock = timezone.localtime().time().replace(microsecond=0)
    team = Team.objects.create(
        name="東日本営業部", company_name="株式会社試験", sender_address="東京都千代田区丸の内1-1-1",
        opt_out_contact=f"stop@{DOMAIN}", sending_domain=DOMAIN, sending_domain_verified_at=timezone.now(),
        daily_send_cap=1_000_000, quiet_from=clock, quiet_until=clock, quiet_days_off=False,
    )  # fmt: skip
    users = [_rep(team, number) for number in range(REPS)]
    company = Company.objects.create(
        team=team, name="株式会社試験商事", name_key=folding.company_key("株式会社試験商事"),
        industry=Industry.MANUFACTURING, region="東京都",
    )  # fmt: skip
    leads = Lead.objects.bulk_create(_lead(company, users[n % REPS], n) for n in range(number))
    with transaction.atomic():
        locking.hold_companies([company.pk])
        scoring.ensure([lead.pk for lead in leads])
    rules = SafetyRules.objects.get(status="active").version
    drafts = Draft.objects.bulk_create(_draft(lead, rules) for lead in leads)
    return [(draft, users[n % REPS]) for n, draft in enumerate(drafts)]


def _rep(team: Team, number: int) -> User:
    user = User.objects.create(
        username=f"bench{number}", last_name="佐藤", first_name="健", email=f"bench{number}@{DOMAIN}"
    )
    user.groups.add(Group.objects.get(name=roles.Role.REP))
    Membership.objects.create(user=user, team=team)
    return user


def _lead(company: Company, owner: User, number: int) -> Lead:
    return Lead(
        team=company.team, company=company, owner=owner, family_name="山田", given_name="花子",
        email=f"bench{number}@shiken.example.jp", language="ja", consent_basis=ConsentBasis.BUSINESS_CARD,
    )  # fmt: skip


def _draft(lead: Lead, rules: int) -> Draft:
    now = timezone.now()
    text = Text("サービス資料のご案内", BODY)
    return Draft(
        lead=lead, team=lead.team, requested_by=lead.owner, language="ja", state=State.READY,
        state_changed_at=now, created_at=now, subject=text.subject, body=text.body, text_hash=text.hash,
        rules_version=rules,
    )  # fmt: skip
