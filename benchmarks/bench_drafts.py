"""What salesdash adds to the time of the models: checks, drafts, cached drafts, many at once, the worker."""

from __future__ import annotations

import contextlib
import os
import socket
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
from django.db.models import Max, Min
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import surroundings
from benchmarks.figures import Fact, Figure, p95
from drafts import generation, requests, signals
from drafts.llm import providers
from drafts.models import Budget, Draft, DraftEvent, ModelPrice, State
from drafts.safety import context as contexts
from drafts.safety import pipeline, rulebook
from drafts.safety.rules import said
from drafts.tasks import generate_draft
from drafts.texts import Text
from leads import ingest, saving
from leads.ingest import NewActivity
from leads.models import ActivityType, Industry, Lead
from leads.models.lead import ConsentBasis
from salesdash import redis_client, roles
from salesdash.devllm.options import JUDGE_MODEL, WRITER_MODEL
from salesdash.models import Membership, Team, User
from salesdash.supervisor import workers


@dataclass(frozen=True)
class Size:
    drafts: int
    at_once: int


SIZES: Final = {"quick": Size(60, 64), "full": Size(400, 400)}
LLM_SECONDS: Final = 1.0
FAMILIES: Final = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村")
INDUSTRIES: Final = (Industry.MANUFACTURING, Industry.RETAIL, Industry.LOGISTICS, Industry.FINANCE)


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    # no task waits for the worker but those that it is given below
    signals.work_waiting.disconnect(dispatch_uid="draft_enqueue")
    users, leads = _people(chosen.drafts + chosen.at_once)
    _priced(users[0])
    with _model() as address, _written_by(address):
        yield from _one_by_one(users, leads[: chosen.drafts])
        yield from _layers()
    with _model(LLM_SECONDS) as address, _written_by(address):
        yield from _worker(users, leads[chosen.drafts :], address)
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


def _priced(user: User) -> None:
    """As with a model that costs money: each call is held against the team's budget."""
    day = timezone.localdate().replace(day=1)
    usd = dict.fromkeys(("usd_per_million_in", "usd_per_million_cached", "usd_per_million_out"), 1)
    for model in (WRITER_MODEL, JUDGE_MODEL):
        ModelPrice.objects.create(model=model, valid_from=day, **usd)
    Budget.objects.create(team_id=user.team_ids[0], month=day, limit_jpy=1_000_000)


@contextlib.contextmanager
def _model(seconds: float = 0.0) -> Iterator[str]:
    """A server in a process of its own, that only drafts wait for; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.model_server", str(port), str(seconds)])
    _until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def _written_by(address: str) -> Iterator[None]:
    with override_settings(
        LLM_BASE_URL=address,
        LLM_MODEL=WRITER_MODEL,
        LLM_JUDGE_MODEL=JUDGE_MODEL,
    ):
        yield


# --- one after the other -------------------------------------------------------------------------


def _one_by_one(users: list[User], leads: list[Lead]) -> Iterator[Figure]:
    """In this process: `generate` less the time until the server answers; then the same from the cache.

    What the client does before it has sent a request and after an answer has come counts as ours.
    """
    overhead, cached, busy, cached_busy = [], [], [], []
    waits = _waits()
    for number, lead in enumerate(leads):
        user = users[number % len(users)]
        waits.clear()
        seconds, processor, draft = _generated(user, lead)
        overhead.append(1000 * (seconds - _waited(waits)))
        busy.append(1000 * processor)
        Draft.objects.filter(pk=draft.pk).update(state=State.EXPIRED)
        seconds, processor, again = _generated(user, lead)
        if not again.from_cache or again.llm_calls.count() != 1:
            sys.exit("a draft that should have come from the cache did not")
        cached.append(1000 * seconds)
        cached_busy.append(1000 * processor)
    ready = Draft.objects.filter(state=State.READY).count()
    yield Figure("drafts that became ready", 100 * ready / len(leads), "%", 100, at_least=True)
    # the first one loads the dictionary, compiles rules and opens connections
    yield Figure("a draft without the models' time, p95", p95(overhead[1:]), "ms", 50)
    yield Figure("a draft without the models' time, median", statistics.median(overhead[1:]), "ms")
    yield Figure("a draft, time on the processor, median", statistics.median(busy[1:]), "ms")
    yield Figure("a draft from the cache, p95", p95(cached[1:]), "ms", 20)
    yield Figure("a draft from the cache, median", statistics.median(cached[1:]), "ms")
    yield Figure("a draft from the cache, on the processor", statistics.median(cached_busy[1:]), "ms")


def _waits() -> list[tuple[float, float]]:
    """When each request was sent and when the head of its answer was there, as they come."""
    waits: list[tuple[float, float]] = []
    sent: dict[int, float] = {}
    client = providers.configured()[0].client()._client
    hooks = client.event_hooks
    hooks["request"] = [lambda request: sent.update({id(request): time.perf_counter()})]
    hooks["response"] = [lambda answer: waits.append((sent.pop(id(answer.request)), time.perf_counter()))]
    client.event_hooks = hooks
    return waits


def _waited(waits: list[tuple[float, float]]) -> float:
    """Seconds in which at least one answer was waited for."""
    total, until = 0.0, 0.0
    for begin, end in sorted(waits):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def _generated(user: User, lead: Lead) -> tuple[float, float, Draft]:
    """Seconds by the clock, seconds on the processor, and the draft."""
    wish = requests.request_draft(lead_id=lead.pk, user=user)
    redis_client.get().delete(*(redis_client.get().keys(redis_client.key("drafts", "rate", "*")) or [b"-"]))
    started, processor = time.perf_counter(), time.process_time()
    generation.generate(draft_id=wish.pk)
    took = time.perf_counter() - started, time.process_time() - processor
    return *took, Draft.objects.get(pk=wish.pk)


def _layers() -> Iterator[Figure]:
    """Rules and format over the texts just written, as if none had been seen before."""
    took, rules = [], rulebook.active()
    for draft in Draft.objects.exclude(body="").select_related("lead__company", "team", "requested_by"):
        context = contexts.for_draft(
            draft,
            rules=rules,
            facts=contexts.read_facts(draft.facts),
            claims=contexts.read_claims(draft.claims),
        )
        said.cache_clear()
        spoken = pipeline.examine(Text(draft.subject, draft.body), context, ("rules", "format"))
        took.append(sum(one.duration_ms for one in spoken))
    yield Figure("rules and format over a draft, p95", p95(took[1:]), "ms", 10)
    yield Figure("rules and format over a draft, median", statistics.median(took[1:]), "ms")


# --- a worker ------------------------------------------------------------------------------------


def _worker(users: list[User], leads: list[Lead], address: str) -> Iterator[Figure]:
    """The writer of the layout, eight drafts at once; the model takes a second to write, none to judge."""
    pks = [
        requests.request_draft(lead_id=lead.pk, user=users[number // 50]).pk
        for number, lead in enumerate(leads)
    ]
    started = time.perf_counter()
    with _process(address) as process:
        generate_draft.delay(pks[0])
        _until(lambda: DraftEvent.objects.filter(draft=pks[0], to_state=State.GENERATING).exists())
        yield Figure("worker: start to its first draft begun", time.perf_counter() - started, "s", 3)
        _until(lambda: _done(pks[:1]) == 1)
        for pk in pks[1:]:
            generate_draft.delay(pk)
        _until(lambda: _done(pks) == len(pks))
        yield Figure(f"worker: {workers.WRITERS} at once", _rate(pks[1:]), "drafts/s", 6, at_least=True)
        yield from _memory(process)
    ready = Draft.objects.filter(pk__in=pks, state=State.READY).count()
    yield Figure("worker: drafts not ready", len(pks) - ready, "drafts", 0)


@contextlib.contextmanager
def _process(address: str) -> Iterator[psutil.Process]:
    environment = os.environ | {
        "LLM_BASE_URL": address,
        "LLM_MODEL": settings.LLM_MODEL,
        "LLM_JUDGE_MODEL": settings.LLM_JUDGE_MODEL,
        "LLM_CONCURRENCY": str(workers.WRITERS),
    }
    process = subprocess.Popen(workers.command("writer"), env=environment)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _done(pks: list[int]) -> int:
    waiting = (State.QUEUED, State.GENERATING, State.CHECKING, State.REGENERATING)
    return Draft.objects.filter(pk__in=pks).exclude(state__in=waiting).count()


def _rate(pks: list[int]) -> float:
    """From the first draft that was begun to the last that became ready."""
    events = DraftEvent.objects.filter(draft__in=pks)
    begun = events.filter(to_state=State.GENERATING).aggregate(at=Min("at"))["at"]
    ended = events.exclude(to_state__in=[State.QUEUED, State.GENERATING]).aggregate(at=Max("at"))["at"]
    return len(pks) / float((ended - begun).total_seconds())


def _memory(process: psutil.Process) -> Iterator[Figure]:
    """Proportional: pages that processes share after a fork count once in all."""
    sizes = [each.memory_full_info().pss / 2**20 for each in (process, *process.children(recursive=True))]
    yield Figure("worker: memory", sum(sizes), "MB", 350)


def _until(condition: object, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            sys.exit("the worker does not answer")
        # rarely enough to take nothing from what is measured
        time.sleep(0.1)
