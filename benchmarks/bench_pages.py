"""The pages under load and in a browser: gunicorn beside daphne as in production, and one daphne alone."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import page_servers, processor, surroundings
from benchmarks.figures import Fact, Figure, p95, seconds
from leads import scale_data
from leads.scale_data import Shape
from salesdash import roles, tour
from salesdash.models import Membership, User


@dataclass(frozen=True)
class Size:
    leads: int
    activities: int
    seconds: int
    minute: int


SIZES: Final = {
    "quick": Size(50_000, 500_000, 10, 20),
    "full": Size(1_000_000, 5_000_000, 30, 60),
}
CLIENTS: Final = 20
QUERIES_MOST: Final = 8
REPEATS: Final = 20
# imported attributes that have no index, see leads/sql/scale_leads.sql
UNPROMOTED: Final = {
    "filtered": {"c": "attr.seats:ge:500"},
    "filtered to a thousandth": {"c": "attr.seats:between:7,7"},
    "sorted": {"view": "all", "sort": "attr.seats"},
}
AUDITED: Final = (
    "/leads/?view=all",
    "/leads/{lead}/",
    "/day/",
    "/drafts/",
    "/settings/",
    "/help/",
    "/kpi/",
    "/feedback/",
)


def run(size: str) -> Iterator[Figure | Fact]:
    chosen = SIZES[size]
    yield from surroundings.facts()
    shape = scale_data.build(leads=chosen.leads, activities=chosen.activities)
    roles.sync()
    client = _manager(shape)
    yield from _queries(client, shape)
    yield from _attributes(client)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    with page_servers.production() as ports:
        one = _load(ports.pages, cookie, shape, clients=1, lasting=chosen.seconds)
        many = _load(ports.pages, cookie, shape, clients=CLIENTS, lasting=chosen.seconds)
        seen = _browse(ports.site, client, shape, chosen)
    with page_servers.one_daphne() as port:
        alone = _load(port, cookie, shape, clients=CLIENTS, lasting=chosen.seconds)
    yield from _under_load(one, many, alone)
    yield from _in_the_browser(seen)
    yield Fact("load average at the end", surroundings.load())


def _manager(shape: Shape) -> Client:
    """Sees every team, as the dearest reader does."""
    user = User.objects.create(username="pages", last_name="計測", first_name="花子")
    user.groups.add(Group.objects.get(name=roles.Role.MANAGER))
    Membership.objects.bulk_create(Membership(user=user, team_id=team) for team in shape.teams)
    tour.mark_seen(user=user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="salesdash.permissions.PermissionsAtOnce")
    return client


def _paths(shape: Shape) -> list[str]:
    """What people ask of the table, in equal parts."""
    dice = random.Random(3)
    wanted: list[dict[str, str | int]] = [
        {"view": "all"},
        {"view": "all", "sort": "-temperature"},
        {"owner": dice.choice(shape.reps)},
        {"owner": dice.choice(shape.reps), "min_t": 40},
        {"team": dice.choice(shape.teams)},
        {"industry": "software"},
        {"stage": "working", "min_t": 20},
        {"q": "田中"},
    ]
    return [f"/leads/?{urlencode(query)}" for query in wanted]


def _queries(client: Client, shape: Shape) -> Iterator[Figure]:
    most = 0
    for path in _paths(shape):
        client.get(path)  # what is cached for everybody is in the cache
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        most = max(most, len(captured))
    yield Figure("queries per table request, most", most, "queries", QUERIES_MOST)


def _attributes(client: Client) -> Iterator[Figure]:
    """The server time of the whole page, counts included; half of the leads match, or one in a thousand."""
    for name, query in UNPROMOTED.items():
        page = partial(client.get, f"/leads/?{urlencode(query)}")
        page()
        spent = [1000 * seconds(page) for _ in range(REPEATS)]
        yield Figure(f"table {name} by an attribute that is not promoted, p95", p95(spent), "ms", 500)


def _load(port: int, cookie: str, shape: Shape, *, clients: int, lasting: int) -> dict[str, Any]:
    plan = {"port": port, "cookie": cookie, "paths": _paths(shape), "clients": clients, "seconds": lasting}
    _ask(plan | {"seconds": 3})  # every worker has loaded its templates and opened its connection
    before = processor.seconds()
    answer = _ask(plan)
    spent = {name: used - before[name] for name, used in processor.seconds().items()}
    return answer | {"seconds": lasting, "processor": spent}


def _ask(plan: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.page_clients"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _under_load(one: dict[str, Any], many: dict[str, Any], alone: dict[str, Any]) -> Iterator[Figure]:
    yield Figure("table page, server time p95, one user", _p95_ms(one, 0), "ms", 60)
    yield Figure(f"table page, server time p95, {CLIENTS} clients", _p95_ms(many, 0), "ms", 200)
    yield Figure(f"table page, time that {CLIENTS} clients wait, p95", _p95_ms(many, 1), "ms")
    rate, rate_alone = (len(load["answers"]) / load["seconds"] for load in (many, alone))
    yield Figure("table pages, production layout", rate, "pages/s", 100, at_least=True)
    yield Figure(
        "table pages, production layout against one daphne", rate, "pages/s", 4, at_least=True,
        baseline=rate_alone, ratio=rate / rate_alone,
    )  # fmt: skip
    for layout, load in (("production layout", many), ("one daphne", alone)):
        for program, used in load["processor"].items():
            each = 1000 * used / len(load["answers"])
            yield Figure(f"processor time per page, {layout}: {program}", each, "ms")
    failures = sum(load["failures"] for load in (one, many, alone))
    yield Figure("answers that were not 200", failures, "answers", 0)


def _p95_ms(load: dict[str, Any], which: int) -> float:
    return 1000 * p95(answer[which] for answer in load["answers"])


def _browse(port: int, client: Client, shape: Shape, size: Size) -> dict[str, Any]:
    cookie = {
        "name": "sessionid",
        "value": client.cookies["sessionid"].value,
        "domain": "localhost",
        "path": "/",
    }
    plan = {
        "url": f"http://localhost:{port}",
        "cookies": [cookie],
        "seconds": size.minute,
        "pages": [address.format(lead=shape.first_lead) for address in AUDITED],
    }
    command = [sys.executable, "-m", "benchmarks.page_browser"]
    done = subprocess.run(command, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _in_the_browser(seen: dict[str, Any]) -> Iterator[Figure | Fact]:
    clicks = seen["clicks"]
    yield Figure(
        "click on a heading or a view to painted rows, p95", p95(click["ms"] for click in clicks), "ms", 150
    )
    own = p95(click["ms"] - click["answer_ms"] for click in clicks)
    yield Figure("of it in the browser, p95", own, "ms")
    yield Fact("clicks by name, median with the answer's part", _by_name(clicks))
    yield Figure("first load: largest contentful paint, p95 of 7", p95(seen["lcp_ms"]), "ms", 200)
    yield Figure("first load: largest contentful paint, median", median(seen["lcp_ms"]), "ms")
    yield Figure("the same of a page of one word, median", median(seen["floor_ms"]), "ms")
    yield Figure("first load: bytes, the page gzipped", seen["compressed_bytes"] / 1000, "KB", 120)
    yield Figure("first load: bytes as gunicorn sends them", seen["sent_bytes"] / 1000, "KB")
    worst = sorted(seen["interactions_ms"], reverse=True)
    # as web-vitals has it: one outlier in fifty is left out
    inp = worst[len(worst) // 50] if worst else 0.0
    yield Figure("INP over a scripted minute of work", inp, "ms", 100)
    yield Figure("interactions longer than 16 ms in that minute", len(worst), "interactions")
    yield Figure("axe: violations on all pages, both themes", sum(seen["violations"].values()), "nodes", 0)
    for page, number in seen["violations"].items():
        if number:
            yield Fact("axe", f"{page}: {number}")
    if isinstance(seen["lighthouse"], str):
        yield Fact("lighthouse", f"not measured: {seen['lighthouse']}")
        return
    reaches = {"performance": 95, "accessibility": 100, "best-practices": 100}
    for name, score in seen["lighthouse"].items():
        yield Figure(f"Lighthouse: {name}", score, "points", reaches[name], at_least=True)


def _by_name(clicks: list[dict[str, Any]]) -> str:
    """The slowest first: name 120 (90) ms."""
    names = {click["name"] for click in clicks}
    medians = {
        name: tuple(
            median(click[part] for click in clicks if click["name"] == name) for part in ("ms", "answer_ms")
        )
        for name in names
    }
    slowest = sorted(medians.items(), key=lambda item: -item[1][0])
    return "; ".join(f"{name} {ms:.0f} ({answer:.0f}) ms" for name, (ms, answer) in slowest)
