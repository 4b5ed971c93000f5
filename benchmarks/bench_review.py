"""The review queue with ten thousand open items: the list as reviewers ask for it, one item, the leases."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import page_servers, surroundings
from benchmarks.figures import Fact, Figure, p95
from drafts import queue
from drafts.models import Check, Draft, Purpose, SafetyRules, State
from drafts.safety.names import LAYERS
from drafts.texts import Text
from leads import scale_data
from leads.models import Lead
from leads.scale_data import Shape
from salesdash import roles, tour
from salesdash.models import Membership, User


@dataclass(frozen=True)
class Size:
    items: int
    seconds: int


SIZES: Final = {"quick": Size(10_000, 8), "full": Size(10_000, 30)}
REVIEWERS: Final = 4
WARMING: Final = 20
QUERIES_MOST: Final = 12
LIST: Final = "/admin/drafts/reviewitem/"
# what people ask of the list, in equal parts
QUERIES: Final = (
    "",
    "?p=2",
    "?p=150",
    "?waiting=over",
    "?layer=rules",
    "?holder=free",
    "?language=ja",
    "?o=-6",
)
SUBJECT: Final = "業務効率化のご提案（{})"
BODY: Final = (
    "株式会社試験商事\n営業部 部長\n佐藤 花子 様\n\n突然のご連絡にて失礼いたします。"
    "先日は弊社のサイトをご覧いただき、誠にありがとうございます。\n\n{}\n\n月額一万円からお使いいただけます。"
    "よろしければ、十五分ほどお時間を頂戴できますと幸いです。\n\n何卒よろしくお願い申し上げます。"
)
FILLING: Final = (
    "現場の方々が日々の記録に費やす時間を減らし、お客様と向き合う時間を増やすお手伝いをしております。"
)


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    leads = chosen.items // len(Purpose)
    shape = scale_data.build(leads=leads, activities=leads * 5)
    roles.sync()
    items = _fill(chosen.items)
    client = _reviewer(shape)
    yield Fact("items in review", f"{Draft.objects.filter(state=State.IN_REVIEW).count():,}")
    yield from _counted(client, items)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    lists = [f"{LIST}{query}" for query in QUERIES]
    pages = [f"{LIST}{pk}/change/" for pk in items]
    asked = "&".join(f"id={pk}" for pk in items[:50])
    with page_servers.production() as ports:
        one = _load(ports.pages, cookie, lists, clients=1, lasting=chosen.seconds)
        many = _load(ports.pages, cookie, lists, clients=REVIEWERS, lasting=chosen.seconds)
        item = _load(ports.pages, cookie, pages, clients=1, lasting=chosen.seconds)
        held = _load(ports.pages, cookie, [f"{LIST}held/?{asked}"], clients=1, lasting=chosen.seconds)
    yield Figure("queue page, server time p95, one reviewer", _p95_ms(one), "ms", 150)
    yield Figure(f"queue page, server time p95, {REVIEWERS} reviewers without pause", _p95_ms(many), "ms")
    yield Figure("page of one item, server time p95", _p95_ms(item), "ms", 150)
    yield Figure("who holds what of fifty rows, server time p95", _p95_ms(held), "ms")
    failures = sum(load["failures"] for load in (one, many, item, held))
    yield Figure("answers that were not 200", failures, "answers", 0)
    yield Fact("load average at the end", surroundings.load())


# --- data ----------------------------------------------------------------------------------------


def _fill(number: int) -> list[int]:
    """Items of every age and risk, five per lead: one of each purpose. Some of them, to open."""
    dice = random.Random(8)
    now, rules = timezone.now(), SafetyRules.objects.get(status="active").version
    leads = list(Lead.objects.order_by("pk").only("pk", "team_id")[: number // len(Purpose)])
    made = []
    for count in range(number):
        lead, purpose = leads[count // len(Purpose)], list(Purpose)[count % len(Purpose)]
        entered = now - timedelta(minutes=dice.randrange(30 * 24 * 60))
        made.append(_item(lead, purpose, entered, rules, dice))
    stored = Draft.objects.bulk_create(made, batch_size=1000)
    checks = [check for draft in stored for check in _checks(draft)]
    Check.objects.bulk_create(checks, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE drafts_draft, drafts_check")
    return [draft.pk for draft in dice.sample(stored, 200)]


def _item(lead: Lead, purpose: Purpose, entered: Any, rules: int, dice: random.Random) -> Draft:
    text = Text(SUBJECT.format(dice.randrange(1000)), BODY.format(FILLING * dice.randrange(1, 8)))
    return Draft(
        lead=lead, team_id=lead.team_id, purpose=purpose, language="ja", state=State.IN_REVIEW,
        state_changed_at=entered, created_at=entered, entered_review_at=entered,
        expires_at=entered + timedelta(days=30), subject=text.subject, body=text.body,
        ai_subject=text.subject, ai_body=text.body, text_hash=text.hash, rules_version=rules, attempts=1,
        judge_score=dice.randrange(60, 100), review_risk=queue.RISK[dice.choice(LAYERS)],
        facts=[{"id": "F1", "kind": "page_view", "text": "弊社のサイトをご覧", "value": "3"}],
        claims=[{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F1"}],
    )  # fmt: skip


def _checks(draft: Draft) -> Iterator[Check]:
    start = draft.body.index("月額")
    found = {"code": "price", "message": "", "span": [start, start + 4], "part": "body"}
    for layer in LAYERS:
        flagged = queue.RISK.get(layer) == draft.review_risk
        yield Check(
            draft=draft, layer=layer, layer_version="1", verdict="flag" if flagged else "pass",
            reasons=[found] if flagged else [], text_hash=draft.text_hash, at=draft.created_at,
        )  # fmt: skip


def _reviewer(shape: Shape) -> Client:
    """Of all teams, with a second factor, as production asks for it."""
    user = User.objects.create(username="review", last_name="計測", first_name="恵", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.Role.REVIEWER))
    Membership.objects.bulk_create(Membership(user=user, team_id=team) for team in shape.teams)
    tour.mark_seen(user=user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="salesdash.permissions.PermissionsAtOnce")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()
    return client


# --- measuring -----------------------------------------------------------------------------------


def _counted(client: Client, items: list[int]) -> Iterator[Figure]:
    for name, paths in (
        ("queue page", [f"{LIST}{query}" for query in QUERIES]),
        ("page of one item", [f"{LIST}{items[0]}/change/"]),
    ):
        most = 0
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            most = max(most, len(captured))
        reach = QUERIES_MOST if name == "queue page" else None
        yield Figure(f"queries per {name}, most", most, "queries", reach)


def _load(port: int, cookie: str, paths: list[str], *, clients: int, lasting: int) -> dict[str, Any]:
    plan = {"port": port, "cookie": cookie, "paths": paths, "clients": clients, "seconds": lasting}
    # by many, so that every worker has loaded its templates and opened its connection
    _ask(plan | {"seconds": 4, "clients": WARMING})
    return _ask(plan)


def _ask(plan: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.page_clients"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _p95_ms(load: dict[str, Any]) -> float:
    return 1000 * p95(answer[0] for answer in load["answers"])
