"""Reading temperatures: all of them in three ways, the hot list, the search."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from benchmarks import surroundings
from benchmarks.figures import Figure, faster, p95, seconds
from leads import rules
from leads.models import Lead, Stage
from leads.rows import COLUMNS, FIELDS
from leads.scale_data import Shape
from leads.table import PAGE_ROWS, LeadTable
from salesdash.models import User

WARM_UP: Final = 10
SAMPLES: Final = 100


def computing() -> Iterator[Figure]:
    """The sums agree, or the comparison means nothing."""
    now, current = timezone.now(), rules.reload()
    parameters: dict[str, Any] = {
        "now": now,
        "scale_heat": current.scale.scale_heat,
        "per_rank": math.log(2) * current.scale.heat(1.0, now) / current.scale.scale_heat,
        **current.parameters(),
    }
    results: dict[str, float] = {}

    def ask(name: str, best_of: int) -> float:
        return seconds(lambda: results.update({name: surroundings.one(name, parameters)}), best_of=best_of)

    ask("accumulators", 1)
    ours, scan = ask("accumulators", 7), ask("scan", 7)
    naive, window = ask("naive", 2), ask("window", 1)
    assert abs(results["window"] - results["naive"]) <= 1e-9 * results["naive"], results
    # an accumulator rounds each activity to 2^-16 heat units
    assert abs(results["accumulators"] - results["naive"]) <= 1e-4 * results["naive"], results
    yield faster("all temperatures, against the sum over all activities", ours, naive, reach=100)
    yield faster("all temperatures, against the ROWS BETWEEN window", ours, window, reach=250)
    yield Figure(
        "all temperatures, against a scan of the score table", ours, "s", 3, baseline=scan, ratio=ours / scan
    )


def hot_list(shape: Shape) -> Iterator[Figure]:
    """The product's own statement for 50 rows of open leads, as somebody who sees all teams."""
    dice = random.Random(7)
    user = User.objects.create_superuser(username=f"boss{shape.first_lead}")
    page_21 = _page_21(user)
    wanted: dict[str, Callable[[], dict[str, Any]]] = {
        "all": lambda: {"view": "all"},
        "owner": lambda: {"owner": dice.choice(shape.reps)},
        "team": lambda: {"team": dice.choice(shape.teams)},
        "minimum temperature": lambda: {"min_t": dice.randrange(20, 60)},
        "page 21": lambda: page_21,
    }
    for name, query in wanted.items():
        yield from _hot(name, [LeadTable(user, _query(**query())) for _ in range(SAMPLES)])
    yield from _hot(
        "industry and region", [_InRegion(user, _query(industry="software")) for _ in range(SAMPLES)]
    )


def _hot(name: str, tables: list[LeadTable]) -> Iterator[Figure]:
    times = [_sql_ms(table) for table in tables][WARM_UP:]
    yield Figure(f"hot list: {name}, p95", p95(times), "ms", reach=3)
    yield Figure(f"hot list: {name}, median", median(times), "ms")


class _InRegion(LeadTable):
    """The table has no condition on the region yet."""

    def leads(self, condition: Any) -> Any:
        return super().leads(condition).filter(score__region="東京都")


def search(shape: Shape) -> Iterator[Figure]:
    """Names as people type them, of leads and companies picked at random; the 50 hottest of those found."""
    user = User.objects.get(username=f"boss{shape.first_lead}")
    # others first: the pages that a search reads are those that a server at work has in memory
    for text in _texts(shape, seed=9):
        _sql_ms(LeadTable(user, _query(q=text)))
    times = [_sql_ms(LeadTable(user, _query(q=text))) for text in _texts(shape, seed=8)]
    yield Figure("name search, p95", p95(times), "ms", reach=30)
    yield Figure("name search, median", median(times), "ms")


def _texts(shape: Shape, *, seed: int) -> list[str]:
    """Full names and company names in equal parts, kana, English names, mail addresses."""
    dice = random.Random(seed)
    ids = [shape.first_lead + dice.randrange(shape.leads) for _ in range(2 * SAMPLES)]
    texts = []
    for number, lead in enumerate(
        Lead.objects.select_related("company").filter(pk__in=ids, stage__in=Stage.open())
    ):
        name = f"{lead.family_name}{lead.given_name}"
        kana = f"{lead.family_kana} {lead.given_kana}".strip()
        company = lead.company.name.removeprefix("株式会社")
        choices = [name, company, name, company, kana or f"{lead.given_name} {lead.family_name}", lead.email]
        text = choices[number % len(choices)]
        texts.append(text if len(text) > 2 else company)
    return texts


def _query(**parameters: Any) -> QueryDict:
    return QueryDict(urlencode(parameters))


def _page_21(user: User) -> dict[str, Any]:
    query = _query(view="all")
    for _ in range(20):
        query = QueryDict(LeadTable(user, query).window(PAGE_ROWS, *FIELDS, **COLUMNS).after)
    return query.dict()


def _sql_ms(table: LeadTable) -> float:
    """What PostgreSQL and the connection take; the ORM's own work is not counted."""
    spent = 0.0

    def clock(execute: Any, *args: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent += time.perf_counter() - started

    with connection.execute_wrapper(clock):
        assert table.window(PAGE_ROWS, *FIELDS, **COLUMNS).values
    return spent * 1000
