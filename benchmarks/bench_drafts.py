"""What salesdash adds to the time of the models: checks, drafts, cached drafts, many at once, the worker."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import psutil
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Max, Min, Sum
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import surroundings
from benchmarks.figures import Fact, Figure, p95
from drafts import generation, requests
from drafts.models import Draft, DraftEvent, State
from drafts.safety import context as contexts
from drafts.safety import pipeline, rulebook
from drafts.tasks import generate_draft
from drafts.texts import Text
from leads import ingest, saving
from leads.ingest import NewActivity
from leads.models import ActivityType, Industry, Lead
from leads.models.lead import ConsentBasis
from salesdash import redis_client, roles
from salesdash.devllm import DevServer, Options
from salesdash.models import Membership, Team, User


@dataclass(frozen=True)
class Size:
    drafts: int
    at_once: int


SIZES: Final = {"quick": Size(60, 64), "full": Size(400, 400)}
CONCURRENT: Final = 8
LLM_SECONDS: Final = 1.0
FAMILIES: Final = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村")
INDUSTRIES: Final = (Industry.MANUFACTURING, Industry.RETAIL, Industry.LOGISTICS, Industry.FINANCE)


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    users, leads = _people(2 * chosen.drafts + 2 * chosen.at_once)
    with DevServer(Options(keep_requests=0)) as quick, _written_by(quick):
        yield from _one_by_one(users, leads[: chosen.drafts])
        yield from _layers()
    batches = iter((leads[chosen.drafts :][: chosen.at_once], leads[chosen.drafts + chosen.at_once :]))
    for pool in ("prefork", "threads"):
        yield from _worker(users, next(batches)[: chosen.at_once], pool)
    yield Fact("load average at the end", surroundings.load())


# --- data ----------------------------------------------------------------------------------------


def _people(number: int) -> tuple[list[User], list[Lead]]:
    """Leads of distinct companies with two visits each; a person asks for at most 60 drafts a minute."""
    roles.sync()
    team = Team.objects.create(
        name="東日本営業部",
        company_name="株式会社セールスダッシュ",
        sender_address="東京都千代田区丸の内1-1-1",
        opt_out_contact="optout@example.com",
    )
    users = []
    for i in range(number // 50 + 1):
        user = User.objects.create(username=f"bench{i}", last_name="佐藤", first_name="健", language="ja")
        user.groups.add(Group.objects.get(name=roles.Role.REP))
        Membership.objects.create(user=user, team=team)
        users.append(user)
    return users, [_lead(team, users[0], i) for i in range(number)]


def _lead(team: Team, user: User, number: int) -> Lead:
    lead = saving.create_lead(
        team=team,
        user=user,
        company_name=f"株式会社試験{_letters(number)}商事",
        industry=INDUSTRIES[number % len(INDUSTRIES)],
        family_name=FAMILIES[number % len(FAMILIES)],
        given_name="花子",
        email=f"bench{number}@shiken.example.jp",
    )
    Lead.objects.filter(pk=lead.pk).update(consent_basis=ConsentBasis.BUSINESS_CARD)
    seen = timezone.now()
    ingest.record(
        [
            NewActivity(lead.pk, kind, seen, "bench")
            for kind in (ActivityType.PAGE_VIEW, ActivityType.EMAIL_OPEN)
        ]
    )
    return lead


def _letters(number: int) -> str:
    return "".join("あいうえおかきくけこ"[int(digit)] for digit in f"{number:04}")


@contextlib.contextmanager
def _written_by(server: DevServer) -> Iterator[None]:
    with override_settings(
        LLM_BASE_URL=server.base_url,
        LLM_MODEL="salesdash-dev-writer",
        LLM_JUDGE_MODEL="salesdash-dev-judge",
    ):
        yield


# --- one after the other -------------------------------------------------------------------------


def _one_by_one(users: list[User], leads: list[Lead]) -> Iterator[Figure]:
    """In this process: `generate` less the time of the calls to models; then the same from the cache."""
    overhead, cached = [], []
    for number, lead in enumerate(leads):
        user = users[number % len(users)]
        seconds, draft = _generated(user, lead)
        overhead.append(1000 * seconds - (draft.llm_calls.aggregate(ms=Sum("duration_ms"))["ms"] or 0))
        Draft.objects.filter(pk=draft.pk).update(state=State.EXPIRED)
        seconds, again = _generated(user, lead)
        if not again.from_cache or again.llm_calls.count() != 1:
            sys.exit("a draft that should have come from the cache did not")
        cached.append(1000 * seconds)
    ready = Draft.objects.filter(state=State.READY).count()
    yield Figure("drafts that became ready", 100 * ready / len(leads), "%", 100, at_least=True)
    # the first one loads the dictionary, compiles rules and opens connections
    yield Figure("a draft without the models' time, p95", p95(overhead[1:]), "ms", 50)
    yield Figure("a draft without the models' time, median", statistics.median(overhead[1:]), "ms")
    yield Figure("a draft from the cache, p95", p95(cached[1:]), "ms", 20)
    yield Figure("a draft from the cache, median", statistics.median(cached[1:]), "ms")


def _generated(user: User, lead: Lead) -> tuple[float, Draft]:
    wish = requests.request_draft(lead_id=lead.pk, user=user)
    redis_client.get().delete(*(redis_client.get().keys(redis_client.key("drafts", "rate", "*")) or [b"-"]))
    started = time.perf_counter()
    generation.generate(draft_id=wish.pk)
    return time.perf_counter() - started, Draft.objects.get(pk=wish.pk)


def _layers() -> Iterator[Figure]:
    """Rules and format over the texts just written."""
    took, rules = [], rulebook.active()
    for draft in Draft.objects.exclude(body="").select_related("lead__company", "team", "requested_by"):
        context = contexts.for_draft(
            draft,
            rules=rules,
            facts=contexts.read_facts(draft.facts),
            claims=contexts.read_claims(draft.claims),
        )
        spoken = pipeline.examine(Text(draft.subject, draft.body), context, ("rules", "format"))
        took.append(sum(one.duration_ms for one in spoken))
    yield Figure("rules and format over a draft, p95", p95(took[1:]), "ms", 10)
    yield Figure("rules and format over a draft, median", statistics.median(took[1:]), "ms")


# --- a worker ------------------------------------------------------------------------------------


def _worker(users: list[User], leads: list[Lead], pool: str) -> Iterator[Figure]:
    """A Celery worker writes eight drafts at once; the model takes a second to write, no time to judge."""
    slow = Options(latency_ms=(1000 * LLM_SECONDS, 1000 * LLM_SECONDS), latency_only="draft", keep_requests=0)
    with DevServer(slow) as server, _written_by(server):
        started = time.perf_counter()
        with _process(server, pool) as process:
            _until(_has_beaten)
            yield Figure(f"worker ({pool}): start to first job", time.perf_counter() - started, "s", 3)
            pks = [
                requests.request_draft(lead_id=lead.pk, user=users[number // 50]).pk
                for number, lead in enumerate(leads)
            ]
            for pk in pks:
                generate_draft.delay(pk)
            _until(lambda: _done(pks) == len(pks))
            yield Figure(f"worker ({pool}): {CONCURRENT} at once", _rate(pks), "drafts/s", 6, at_least=True)
            yield from _memory(process, pool)
        ready = Draft.objects.filter(pk__in=pks, state=State.READY).count()
        yield Figure(f"worker ({pool}): drafts not ready", len(pks) - ready, "drafts", 0)


@contextlib.contextmanager
def _process(server: DevServer, pool: str) -> Iterator[psutil.Process]:
    store = redis_client.get()
    store.delete(redis_client.key("heartbeat", "worker"))
    options = ["-Q", "default,generation", "-c", str(CONCURRENT), "--pool", pool, "--loglevel", "ERROR"]
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "salesdash", "worker", *options]
    environment = os.environ | {
        "LLM_BASE_URL": server.base_url,
        "LLM_MODEL": settings.LLM_MODEL,
        "LLM_JUDGE_MODEL": settings.LLM_JUDGE_MODEL,
        "LLM_CONCURRENCY": str(CONCURRENT),
    }
    process = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], env=environment)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _has_beaten() -> bool:
    return bool(redis_client.get().exists(redis_client.key("heartbeat", "worker")))


def _done(pks: list[int]) -> int:
    waiting = (State.QUEUED, State.GENERATING, State.CHECKING, State.REGENERATING)
    return Draft.objects.filter(pk__in=pks).exclude(state__in=waiting).count()


def _rate(pks: list[int]) -> float:
    """From the first draft that was begun to the last that became ready."""
    events = DraftEvent.objects.filter(draft__in=pks)
    begun = events.filter(to_state=State.GENERATING).aggregate(at=Min("at"))["at"]
    ended = events.exclude(to_state__in=[State.QUEUED, State.GENERATING]).aggregate(at=Max("at"))["at"]
    return len(pks) / float((ended - begun).total_seconds())


def _memory(process: psutil.Process, pool: str) -> Iterator[Figure]:
    """Proportional: pages that processes share after the fork count once in all."""
    sizes = [each.memory_full_info().pss / 2**20 for each in (process, *process.children(recursive=True))]
    yield Figure(f"worker ({pool}): memory of its largest process", max(sizes), "MB", 350)
    yield Figure(f"worker ({pool}): memory of all {len(sizes)} processes", sum(sizes), "MB")


def _until(condition: object, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            sys.exit("the worker does not answer")
        time.sleep(0.02)
